"""What customers cannot see moves nothing that they can: neither version, nor time, nor the order of a list."""

from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.tickets.making import make_group, open_ticket, reply, update, updated
from tests.tickets.test_sight import watch

MINE = """{ tickets(orderBy: [{field: UPDATED_AT, direction: DESC}]) { nodes { id version updatedAt } }
  viewer { user { requestedTickets { nodes { id } } } } }"""
TAG = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }"


async def seen(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await person.ask(MINE)).data
    return found


@pytest.fixture
async def tickets(desk: Desk) -> list[dict[str, Any]]:
    """Three of the customer's; the first is in a group and was taken up."""
    group = await make_group(desk, "A", desk.agent, desk.leader)
    first = await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=group)
    await reply(desk.agent, first, "on it")
    return [first, await open_ticket(desk.customer), await open_ticket(desk.customer)]


async def hidden_steps(desk: Desk, ticket: dict[str, Any]) -> None:
    """A private note, a tag, another group: three versions for staff. (Nobody works on it: who does is no secret.)"""
    tag = (await desk.founder.ask(TAG, input={"name": "vip"})).payload("tagCreate")["tag"]["id"]
    (await reply(desk.admin, ticket, "he is angry", visibility="PRIVATE")).payload("ticketReply")
    await updated(desk.admin, ticket, addTagIds=[tag])
    await updated(desk.admin, ticket, groupId=await make_group(desk, "B", desk.agent, desk.leader))


async def test_what_is_hidden_moves_nothing_that_a_customer_reads(
    desk: Desk, tickets: list[dict[str, Any]]
) -> None:
    helper = await desk.add("helper", UserKind.EXTERNAL)
    for ticket in tickets:
        await watch(desk.admin, ticket, "CC", helper)
    before = [await seen(person) for person in (desk.customer, helper)]
    staff = (await seen(desk.admin))["tickets"]["nodes"]

    await hidden_steps(desk, tickets[0])

    assert [await seen(person) for person in (desk.customer, helper)] == before
    after = (await seen(desk.admin))["tickets"]["nodes"]
    assert [each["id"] for each in staff].index(tickets[0]["id"]) == 2
    assert after[0]["id"] == tickets[0]["id"]
    assert after[0]["version"] == staff[2]["version"] + 3
    assert after[0]["updatedAt"] > staff[2]["updatedAt"]


async def test_what_a_customer_sees_moves_theirs(desk: Desk, tickets: list[dict[str, Any]]) -> None:
    [before] = [
        each for each in (await seen(desk.customer))["tickets"]["nodes"] if each["id"] == tickets[0]["id"]
    ]

    await updated(desk.admin, tickets[0], title="another")
    await reply(desk.admin, tickets[0], "public")

    after = (await seen(desk.customer))["tickets"]["nodes"][0]
    assert after["id"] == tickets[0]["id"]
    assert after["version"] == before["version"] + 2
    assert after["updatedAt"] > before["updatedAt"]


async def test_a_customer_conflicts_only_with_what_they_could_see(
    desk: Desk, tickets: list[dict[str, Any]]
) -> None:
    [read] = [
        each for each in (await seen(desk.customer))["tickets"]["nodes"] if each["id"] == tickets[0]["id"]
    ]
    await hidden_steps(desk, tickets[0])

    accepted = await reply(desk.customer, tickets[0], expectedVersion=read["version"])
    answered = accepted.payload("ticketReply")["ticket"]
    late = await reply(desk.customer, tickets[0], expectedVersion=read["version"])

    assert answered["version"] == read["version"] + 1
    assert late.refusals("ticketReply") == [("CONFLICT", ["expectedVersion"])]
    assert (await update(desk.admin, tickets[0], title="x", expectedVersion=answered["version"])).refusals(
        "ticketUpdate"
    ) == [("CONFLICT", ["expectedVersion"])]


async def test_customers_page_by_their_own_times(desk: Desk, tickets: list[dict[str, Any]]) -> None:
    await hidden_steps(desk, tickets[0])
    query = """query($after: String) { tickets(first: 1, after: $after) {
      nodes { id } pageInfo { endCursor hasNextPage } } }"""
    found, cursor = [], None
    for _ in tickets:
        page = (await desk.customer.ask(query, after=cursor)).data["tickets"]
        found += [each["id"] for each in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]

    assert found == [tickets[2]["id"], tickets[1]["id"], tickets[0]["id"]]
    assert page["pageInfo"]["hasNextPage"] is False

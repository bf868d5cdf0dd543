"""How groups find agents: by hand, by turn, by load; nobody gets more than there is room for."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.tickets.making import RELEASE, TRANSFER, done, make_group, open_ticket, read, statuses, updated

SET = """mutation($input: GroupUpdateInput!) { groupUpdate(input: $input) {
  group { routing capacity members { nodes { id user { id } capacity } } } userErrors { code path message } } }"""
MAKE = """mutation($input: GroupCreateInput!) { groupCreate(input: $input) {
  group { id routing capacity } userErrors { code path } } }"""
PLACE = """mutation($input: GroupMemberUpdateInput!) { groupMemberUpdate(input: $input) {
  membership { capacity isLeader } userErrors { code path } } }"""


async def route(desk: Desk, group: str, routing: str, **values: Any) -> dict[str, Any]:
    """Set how a group finds agents."""
    answer = await desk.founder.ask(SET, input={"id": group, "routing": routing, **values})
    found: dict[str, Any] = answer.payload("groupUpdate")["group"]
    return found


async def opened(desk: Desk, number: int) -> list[str | None]:
    """Whom so many new tickets go to, one after the other."""
    tickets = [await open_ticket(desk.customer) for _ in range(number)]
    return [
        each["assignee"] and each["assignee"]["id"] for each in [await read(desk, each) for each in tickets]
    ]


async def crew(desk: Desk) -> list[Person]:
    return [desk.agent, desk.leader, await desk.add("agent", name="Ada")]


async def test_a_new_group_leaves_it_to_people(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", *await crew(desk))

    assert (await route(desk, group, "MANUAL"))["routing"] == "MANUAL"
    assert await opened(desk, 2) == [None, None]


async def test_everybody_has_their_turn(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    await route(desk, group, "ROUND_ROBIN")

    first = await opened(desk, 3)

    assert set(first) == {each.id for each in people}
    assert await opened(desk, 4) == [*first, first[0]]


async def test_what_somebody_got_in_another_way_was_their_turn_too(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    ticket = await open_ticket(desk.customer)
    await route(desk, group, "ROUND_ROBIN")
    await updated(desk.admin, ticket, assigneeId=people[0].id)

    assert await opened(desk, 3) == [people[1].id, people[2].id, people[0].id]


async def test_who_has_the_fewest_unsolved_tickets_is_next(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    tickets = [await open_ticket(desk.customer) for _ in range(3)]
    for ticket, person in zip(tickets, (people[0], people[0], people[1]), strict=True):
        await updated(desk.admin, ticket, assigneeId=person.id)
    await route(desk, group, "LEAST_LOADED")

    assert await opened(desk, 1) == [people[2].id]
    assert Counter(await opened(desk, 2)) == {people[1].id: 1, people[2].id: 1}
    await updated(desk.admin, tickets[2], statusId=(await statuses(desk))["solved"])
    assert await opened(desk, 1) == [people[1].id]


@pytest.mark.parametrize("routing", ["ROUND_ROBIN", "LEAST_LOADED"])
async def test_who_is_full_gets_no_more_and_the_rest_waits(desk: Desk, routing: str) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    found = await route(desk, group, routing, capacity=2)
    [own] = [each["id"] for each in found["members"]["nodes"] if each["user"]["id"] == people[2].id]
    place = (await desk.founder.ask(PLACE, input={"id": own, "capacity": 1})).payload("groupMemberUpdate")
    assert place["membership"] == {"capacity": 1, "isLeader": False}

    given = await opened(desk, 6)

    assert Counter(given) == {people[0].id: 2, people[1].id: 2, people[2].id: 1, None: 1}
    assert given[-1] is None


async def test_the_absent_get_none(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    await route(desk, group, "ROUND_ROBIN")
    gone = "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }"
    (await desk.founder.ask(gone, input={"id": people[0].id, "status": "DISABLED"})).payload("userUpdate")

    assert Counter(await opened(desk, 4)) == {people[1].id: 2, people[2].id: 2}


async def test_a_group_finds_an_agent_for_what_is_handed_on_to_it(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.admin, desk.founder)
    second = await make_group(desk, "Tier 2", desk.agent, desk.leader)
    await route(desk, second, "ROUND_ROBIN")
    ticket = await open_ticket(desk.customer)

    found = await done(desk.admin, TRANSFER, ticket, groupId=second, note="Yours.")

    assert found["assignee"]["id"] in {desk.agent.id, desk.leader.id}


async def test_what_is_given_back_waits_for_whoever_takes_it(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await route(desk, group, "LEAST_LOADED")
    ticket = await open_ticket(desk.customer)

    assert (await done(desk.admin, RELEASE, ticket))["assignee"] is None


@pytest.mark.parametrize("routing", ["ROUND_ROBIN", "LEAST_LOADED"])
async def test_tickets_that_come_at_once_are_dealt_out_evenly_and_within_capacity(
    desk: Desk, routing: str
) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    await route(desk, group, routing, capacity=3)

    tickets = await asyncio.gather(*(open_ticket(desk.customer) for _ in range(10)))

    found = Counter(
        each["assignee"] and each["assignee"]["id"] for each in [await read(desk, each) for each in tickets]
    )
    assert found == {**{each.id: 3 for each in people}, None: 1}


async def test_it_is_said_when_a_group_is_made(desk: Desk) -> None:
    given = {"name": "Tier 1", "routing": "LEAST_LOADED", "capacity": 5}

    made = (await desk.founder.ask(MAKE, input=given)).payload("groupCreate")["group"]

    assert (made["routing"], made["capacity"]) == ("LEAST_LOADED", 5)
    assert (await route(desk, made["id"], "ROUND_ROBIN", capacity=None))["capacity"] is None


@pytest.mark.parametrize("capacity", [0, -1, 10_001])
async def test_a_capacity_out_of_range_is_refused(desk: Desk, capacity: int) -> None:
    group = await make_group(desk, "Tier 1", desk.agent)
    found = await route(desk, group, "MANUAL")
    member = found["members"]["nodes"][0]["id"]
    before = await digest(desk.tenant_id)

    for document, name, given in (
        (MAKE, "groupCreate", {"name": "B"}),
        (SET, "groupUpdate", {"id": group}),
        (PLACE, "groupMemberUpdate", {"id": member}),
    ):
        answer = await desk.founder.ask(document, input={**given, "capacity": capacity})
        assert answer.refusals(name) == [("INVALID", ["capacity"])]
    assert changed(before, await digest(desk.tenant_id)) == []

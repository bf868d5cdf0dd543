"""Customers who are one person: merged into one, found by whatever either was known by, and nothing of them lost."""

import asyncio
from typing import Any

import pytest

from core.identity.service.recognising import recognise
from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch_value, transaction
from core.kit.ids import key_of
from core.operating import operator_context
from core.testing import Desk, Person
from tests.stream.writing import somebody_waits, until
from tests.tickets.making import WATCH, open_ticket

MERGE = """mutation($input: CustomerMergeInput!) { customerMerge(input: $input) {
  user { id name email mobile externalId locale organization { name } identities { nodes { kind value } }
    requestedTickets { nodes { id } } } userErrors { code path message } } }"""
USER = """query($id: ID, $email: String, $externalId: String) {
  user(id: $id, email: $email, externalId: $externalId) { id } }"""
NODE = "query($id: ID!) { node(id: $id) { ... on User { name email status mergedInto { id } } } }"
NAMES = "query($filter: UserFilter) { users(filter: $filter) { nodes { name } } }"


async def merge(person: Person, source: Person, into: Person, **values: Any) -> Any:
    return await person.ask(MERGE, input={"id": source.id, "intoId": into.id, **values})


async def twins(desk: Desk) -> tuple[Person, Person]:
    """Wang twice: with another address, and of the first a number and an id."""
    first = await desk.add(
        "wang1", UserKind.CUSTOMER, name="Wang 1", email="w1@a.example", mobile="+8613800138000",
        external_id="CRM-7", locale="zh-Hans",
    )  # fmt: skip
    return first, await desk.add("wang2", UserKind.CUSTOMER, name="Wang 2", email="w2@a.example")


@pytest.mark.requirement("D9")
@pytest.mark.requirement("D7")
async def test_tickets_and_what_was_lacking_go_to_the_survivor_who_keeps_the_rest(desk: Desk) -> None:
    first, second = await twins(desk)
    ticket = (await open_ticket(first, title="Printer"))["id"]

    found = (await merge(desk.founder, first, second)).payload("customerMerge")["user"]

    assert (found["id"], found["name"], found["email"]) == (second.id, "Wang 2", "w2@a.example")
    assert (found["mobile"], found["externalId"], found["locale"]) == ("+8613800138000", "CRM-7", "zh-Hans")
    assert found["identities"]["nodes"] == [{"kind": "EMAIL", "value": "w1@a.example"}]
    assert [each["id"] for each in found["requestedTickets"]["nodes"]] == [ticket]
    said = await second.ask(
        "query($id: ID!) { ticket(id: $id) { requester { id } messages { nodes { author { id } } } } }",
        id=ticket,
    )
    assert said.data["ticket"]["requester"] == {"id": second.id}
    assert said.data["ticket"]["messages"]["nodes"] == [{"author": {"id": second.id}}]


@pytest.mark.requirement("D9")
@pytest.mark.requirement("D7")
async def test_the_merged_ones_id_address_and_external_id_lead_to_the_survivor(desk: Desk) -> None:
    first, second = await twins(desk)
    third = await desk.add("wang3", UserKind.CUSTOMER, name="Wang 3", external_id="CRM-9")
    await merge(desk.agent, first, second)
    await merge(desk.agent, second, third)

    for key, value in (
        ("id", first.id),
        ("id", second.id),
        ("email", "W1@a.example"),
        ("externalId", "CRM-7"),
    ):
        assert (await desk.agent.ask(USER, **{key: value})).data["user"] == {"id": third.id}, key
    old = (await desk.agent.ask(NODE, id=first.id)).data["node"]
    assert old == {"name": "Wang 1", "email": None, "status": "DISABLED", "mergedInto": {"id": third.id}}
    named = {"kind": {"eq": "CUSTOMER"}, "name": {"startsWith": "Wang"}}
    shown = (await desk.agent.ask(NAMES, filter=named)).data["users"]["nodes"]
    assert [each["name"] for each in shown] == ["Wang 3"]
    with acting_for(desk.tenant_id):
        ctx = operator_context(desk.tenant_id)
        for known in ({"external_id": "CRM-7"}, {"email_key": "w1@a.example"}, {"mobile": "+8613800138000"}):
            by = await recognise(ctx, **known)
            assert by is not None and by.id == third.key, known


@pytest.mark.requirement("D9")
async def test_the_merged_one_is_signed_out_and_cannot_be_used_any_more(desk: Desk) -> None:
    first, second = await twins(desk)

    await merge(desk.agent, first, second)

    assert (await first.ask("{ viewer { locale } }")).status == 401 or (
        await first.ask("{ viewer { locale } }")
    ).codes == ["UNAUTHENTICATED"]
    refused = await desk.agent.ask(
        "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { userErrors { code path message } } }",
        input={"title": "t", "body": "b", "requesterId": first.id},
    )
    assert refused.refusals("ticketCreate") == [("NOT_FOUND", ["requesterId"])]
    changed = await desk.agent.ask(
        "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code path message } } }",
        input={"id": first.id, "name": "X"},
    )
    assert changed.refusals("userUpdate") == [("CONFLICT", ["id"])]
    taken = await desk.agent.ask(
        "mutation($input: UserCreateInput!) { userCreate(input: $input) { userErrors { code path message } } }",
        input={"name": "New", "email": "w1@a.example"},
    )
    assert taken.refusals("userCreate") == [("TAKEN", ["email"])]


@pytest.mark.requirement("D9")
async def test_what_both_watch_is_watched_once_and_it_is_written_down(desk: Desk) -> None:
    first, second = await twins(desk)
    ticket = (await open_ticket(desk.founder, title="t"))["id"]
    for person in (first, second):
        (await desk.founder.ask(
            WATCH, input={"ticketId": ticket, "userId": person.id, "kind": "CC"}
        )).payload("ticketWatch")  # fmt: skip

    await merge(desk.agent, first, second)

    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from watches where kind = 'CC'") == 1
        assert await fetch_value("select user_id from watches where kind = 'CC'") == second.key
        for event, subject in (("user.merged", first.key), ("user.absorbed", second.key)):
            assert (
                await fetch_value("select subject_id from events where type = :type", {"type": event})
                == subject
            )


@pytest.mark.requirement("D9")
async def test_merging_is_refused_where_it_makes_no_sense_and_then_nothing_changes(
    desk: Desk, other: Desk
) -> None:
    first, second = await twins(desk)
    foreign = await other.add("wang", UserKind.CUSTOMER)

    for source, into, told in (
        (first, first, ("CONFLICT", ["intoId"])),
        (first, desk.agent, ("CONFLICT", ["intoId"])),
        (desk.agent, first, ("CONFLICT", ["id"])),
        (first, foreign, ("NOT_FOUND", ["intoId"])),
        (foreign, first, ("NOT_FOUND", ["id"])),
    ):
        assert (await merge(desk.founder, source, into)).refusals("customerMerge") == [told]
    stale = await merge(desk.founder, first, second, expectedVersion=7)
    assert stale.refusals("customerMerge") == [("CONFLICT", ["expectedVersion"])]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from users where merged_into_id is not null") == 0
        assert await fetch_value("select count(*) from events where type = 'user.merged'") == 0
    await merge(desk.founder, first, second)
    again = await merge(desk.founder, first, desk.customer)
    assert again.refusals("customerMerge") == [("CONFLICT", ["id"])]


async def test_a_customer_who_replies_meanwhile_is_no_deadlock(desk: Desk) -> None:
    first, second = await twins(desk)
    ticket = key_of((await open_ticket(first))["id"], "tkt")
    may_ask = asyncio.Event()

    async def merging() -> Any:
        await may_ask.wait()
        return await merge(desk.founder, first, second)

    answer = asyncio.create_task(merging())  # before the transaction, which is not theirs
    with acting_for(desk.tenant_id):
        async with transaction():
            await execute("update tickets set version = version where id = :id", {"id": ticket})
            may_ask.set()
            await until(somebody_waits)
            await execute(
                "select id from users where id = :id for key share", {"id": first.key}
            )  # as a message does

    assert (await answer).payload("customerMerge")["user"]["id"] == second.id


async def test_two_who_merge_each_other_the_other_way_round_end_with_one(desk: Desk) -> None:
    first, second = await twins(desk)

    answers = await asyncio.gather(merge(desk.founder, first, second), merge(desk.agent, second, first))

    told = sorted(len(each.refusals("customerMerge")) for each in answers)
    assert told == [0, 1]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from users where merged_into_id is not null") == 1
        await execute("select 1")


async def test_the_survivor_is_not_copied_in_on_what_is_theirs(desk: Desk) -> None:
    first, second = await twins(desk)
    theirs, others = await open_ticket(second), await open_ticket(desk.customer)
    for ticket in (theirs, others):
        values = {"ticketId": ticket["id"], "kind": "CC", "userId": first.id}
        (await desk.founder.ask(WATCH, input=values)).payload("ticketWatch")

    (await merge(desk.founder, first, second)).payload("customerMerge")

    query = "query($id: ID!) { ticket(id: $id) { watchers { nodes { user { id } } } } }"
    found = [(await desk.founder.ask(query, id=each["id"])).data["ticket"] for each in (theirs, others)]
    assert [each["watchers"]["nodes"] for each in found] == [[], [{"user": {"id": second.id}}]]

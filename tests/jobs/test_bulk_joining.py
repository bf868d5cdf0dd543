"""Bulk updates that say something on many tickets, join them with another, or have somebody watch them."""

import asyncio
import contextvars
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.kit.ids import key_of
from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.jobs.bulk import BULK, asked, ended, failures, working
from tests.jobs.test_bulk_operations import do, some
from tests.tickets.making import CLAIM, TRANSFER, make_group, open_ticket
from tests.tickets.test_watching import who_only_opens

STATE = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Ticket {
  number status { category } lastMessage { bodyText visibility }
  links(first: 10) { nodes { kind toTicket { id } } }
  linkedFrom(first: 10) { nodes { kind } }
  watchers(first: 10) { nodes { kind user { id } } } } } }"""
STATUS = "{ statuses(first: 50) { nodes { id category } } }"
NOBODY = "0" * 32


async def states(desk: Desk, ids: list[str]) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await desk.leader.ask(STATE, ids=ids)).data["nodes"]
    return nodes


@pytest.fixture
async def team(desk: Desk) -> Desk:
    """A desk whose leader works on what customers open."""
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    return desk


async def status(desk: Desk, category: str) -> str:
    nodes = (await desk.leader.ask(STATUS)).data["statuses"]["nodes"]
    return next(str(each["id"]) for each in nodes if each["category"] == category)


async def test_many_are_answered_and_solved_in_one_step(team: Desk) -> None:
    tickets = await some(team, 3)
    solved = await status(team, "SOLVED")

    done = await do(team, tickets, {"reply": {"bodyHtml": "<p>Fixed <b>now</b>.</p>", "statusId": solved}})

    assert (done["succeededCount"], done["failedCount"]) == (3, 0)
    for each in await states(team, tickets):
        assert each["status"]["category"] == "SOLVED"
        assert each["lastMessage"] == {"bodyText": "Fixed now.", "visibility": "PUBLIC"}

    await do(team, tickets, {"reply": {"body": "Same printer.", "visibility": "PRIVATE"}})
    assert [each["lastMessage"]["visibility"] for each in await states(team, tickets)] == ["PRIVATE"] * 3


async def test_many_are_merged_into_one(team: Desk) -> None:
    target, *tickets = await some(team, 3)
    other = (await open_ticket(team.admin, title="Another's"))["id"]

    done = await do(team, [target, *tickets, other], {"merge": {"intoId": target}})

    assert (done["succeededCount"], done["failedCount"]) == (2, 2)
    told = {each["subjectId"]: each["path"] for each in (await failures(team.leader, done["job"]))["nodes"]}
    assert told == {target: ["intoId"], other: ["acrossRequesters"]}
    assert [each["status"]["category"] for each in await states(team, tickets)] == ["CLOSED", "CLOSED"]

    await do(team, [other], {"merge": {"intoId": target, "acrossRequesters": True}})
    [found] = await states(team, [target])
    assert [each["kind"] for each in found["linkedFrom"]["nodes"]] == ["MERGED"] * 3


async def test_many_become_children_of_one(team: Desk) -> None:
    parent, *tickets = await some(team, 3)

    for _ in range(2):  # twice is once
        done = await do(team, tickets, {"link": {"toId": parent, "kind": "CHILD"}})
        assert done["succeededCount"] == 2

    for each in await states(team, tickets):
        assert each["links"]["nodes"] == [{"kind": "CHILD", "toTicket": {"id": parent}}]


async def test_many_are_followed_starred_and_shared_and_left_again(team: Desk) -> None:
    tickets = await some(team, 2)
    copy = {"kind": "CC", "userId": team.agent.id}

    for watch in ({}, {"kind": "STAR"}, copy):
        assert (await do(team, tickets, {"watch": watch}))["succeededCount"] == 2, watch
    for each in await states(team, tickets):
        found = {(one["kind"], one["user"]["id"]) for one in each["watchers"]["nodes"]}
        assert found == {("FOLLOW", team.leader.id), ("STAR", team.leader.id), ("CC", team.agent.id)}

    for watch in ({}, {"kind": "STAR"}, copy):
        assert (await do(team, tickets, {"unwatch": watch}))["succeededCount"] == 2, watch
    assert [each["watchers"]["nodes"] for each in await states(team, tickets)] == [[], []]


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ({"reply": {}}, ("REQUIRED", ["reply", "body"])),
        ({"reply": {"bodyHtml": "<p></p>"}}, ("REQUIRED", ["reply", "bodyHtml"])),
        ({"reply": {"body": "x", "statusId": f"sts_{NOBODY}"}}, ("NOT_FOUND", ["reply", "statusId"])),
        ({"reply": {"body": "x", "statusId": "x"}}, ("NOT_FOUND", ["reply", "statusId"])),
        ({"merge": {"intoId": f"tkt_{NOBODY}"}}, ("NOT_FOUND", ["merge", "intoId"])),
        ({"merge": {"intoId": "x"}}, ("NOT_FOUND", ["merge", "intoId"])),
        ({"link": {"toId": f"tkt_{NOBODY}"}}, ("NOT_FOUND", ["link", "toId"])),
        ({"watch": {"kind": "CC", "userId": f"usr_{NOBODY}"}}, ("NOT_FOUND", ["watch", "userId"])),
    ],
)
async def test_what_is_wrong_is_said_at_once(
    desk: Desk, operation: dict[str, Any], told: tuple[str, list[str]]
) -> None:
    [ticket] = await some(desk, 1)
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(BULK, input={"select": {"ids": [ticket]}, "operation": operation})

    assert answer.refusals("ticketBulkUpdate") == [(told[0], ["operation", *told[1]])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_what_is_made_by_the_product_or_for_oneself_is_refused_at_once(desk: Desk) -> None:
    [ticket, other] = await some(desk, 2)
    refused = {
        ("link", "kind"): {"toId": other, "kind": "MERGED"},
        ("watch", "userId"): {"kind": "STAR", "userId": desk.agent.id},
        ("unwatch", "userId"): {"kind": "STAR", "userId": desk.agent.id},
    }
    for (name, place), given in refused.items():
        answer = await desk.admin.ask(BULK, input={"select": {"ids": [ticket]}, "operation": {name: given}})
        [(_, path)] = answer.refusals("ticketBulkUpdate")
        assert path == ["operation", name, place]


async def test_who_lacks_the_right_is_refused(desk: Desk) -> None:
    [ticket, target] = await some(desk, 2)
    clerk = await who_only_opens(desk)
    before = await digest(desk.tenant_id)
    copy = {"kind": "CC", "userId": desk.agent.id}
    refused: list[tuple[dict[str, Any], list[str] | None]] = [
        ({"merge": {"intoId": target}}, None),
        ({"link": {"toId": target}}, None),
        ({"reply": {"body": "x"}}, None),
        ({"reply": {"body": "x", "visibility": "PRIVATE"}}, None),
        ({"watch": copy}, ["operation", "watch", "kind"]),
        ({"unwatch": copy}, ["operation", "unwatch", "kind"]),
    ]
    for operation, path in refused:
        given = {"select": {"ids": [ticket]}, "operation": operation}
        told = (await clerk.ask(BULK, input=given)).refusals("ticketBulkUpdate")
        assert told == [("FORBIDDEN", path)], operation
        assert (await desk.served.ask(BULK, {"input": given})).codes == ["UNAUTHENTICATED"], operation
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.parametrize(
    "operation", [{"reply": {"body": "x"}}, {"watch": {}}, {"unwatch": {"kind": "STAR"}}]
)
async def test_many_at_once_is_for_staff(desk: Desk, operation: dict[str, Any]) -> None:
    """Customers see no jobs, and so would never learn what became of it."""
    [ticket] = await some(desk, 1)
    before = await digest(desk.tenant_id)

    answer = await desk.customer.ask(BULK, input={"select": {"ids": [ticket]}, "operation": operation})

    assert answer.refusals("ticketBulkUpdate") == [("FORBIDDEN", None)]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_what_is_another_tenants_is_not_there(desk: Desk, other: Desk) -> None:
    [ticket] = await some(desk, 1)
    [foreign] = await some(other, 1)
    before = await digest(other.tenant_id)
    for name, place, given in (
        ("merge", "intoId", {"intoId": foreign}),
        ("link", "toId", {"toId": foreign}),
        ("watch", "userId", {"kind": "CC", "userId": other.agent.id}),
        ("reply", "statusId", {"body": "x", "statusId": await status(other, "OPEN")}),
    ):
        answer = await desk.admin.ask(BULK, input={"select": {"ids": [ticket]}, "operation": {name: given}})
        assert answer.refusals("ticketBulkUpdate") == [("NOT_FOUND", ["operation", name, place])]
    assert changed(before, await digest(other.tenant_id)) == []


@pytest.mark.parametrize("on_error", ["SKIP_FAILED", "ROLL_BACK_ALL"])
async def test_what_they_are_merged_into_is_waited_for_in_one_order_with_them(
    team: Desk, on_error: str
) -> None:
    """Else two who merge into each other's tickets would wait for each other."""
    tickets = await some(team, 3)
    first, *others = sorted(tickets, key=lambda each: key_of(each, "tkt") or each)
    last = key_of(others[-1], "tkt")
    job = await asked(
        team.leader, select={"ids": others}, operation={"merge": {"intoId": first}}, onError=on_error
    )
    outside = contextvars.copy_context()

    async def work() -> Any:
        async with working():
            return await ended(team.leader, job)

    with acting_for(team.tenant_id):
        async with transaction():
            await fetch("select id from tickets where id = :id for update", {"id": last})
            working_on = asyncio.ensure_future(
                outside.run(lambda: asyncio.create_task(work(), context=outside))
            )
            await asyncio.sleep(0.7)
            assert not working_on.done()
            free = "select id from tickets where id = :id for update skip locked"
            assert await fetch(free, {"id": key_of(first, "tkt")}) == []

    assert (await working_on)["result"]["succeededCount"] == 2


async def test_what_one_handed_on_is_watched_in_one_order_with_what_one_has(team: Desk) -> None:
    """Else whoever links the same two would wait for the job, and the job for them."""
    handed_on, kept = sorted(await some(team, 2), key=lambda each: key_of(each, "tkt") or each)
    elsewhere = await make_group(team, "Tier 2", team.admin)
    for ticket in (handed_on, kept):
        (await team.agent.ask(CLAIM, input={"id": ticket})).payload("ticketClaim")
    given = {"id": handed_on, "groupId": elsewhere, "note": "Yours."}
    (await team.agent.ask(TRANSFER, input=given)).payload("ticketTransfer")
    job = await asked(team.agent, select={"ids": [handed_on, kept]}, operation={"watch": {}})
    outside = contextvars.copy_context()

    async def work() -> Any:
        async with working():
            return await ended(team.agent, job)

    with acting_for(team.tenant_id):
        async with transaction():
            await fetch("select id from tickets where id = :id for update", {"id": key_of(handed_on, "tkt")})
            working_on = asyncio.ensure_future(
                outside.run(lambda: asyncio.create_task(work(), context=outside))
            )
            await asyncio.sleep(0.7)
            assert not working_on.done()
            free = "select id from tickets where id = :id for update skip locked"
            assert len(await fetch(free, {"id": key_of(kept, "tkt")})) == 1

    assert (await working_on)["result"]["succeededCount"] == 2

"""What bulk updates do besides changing attributes: each ticket by its own use case, with the same rights."""

import asyncio
import contextvars
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.kit.ids import key_of
from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.groups.test_routing import route
from tests.jobs.bulk import BULK, asked, ended, failures, working
from tests.tickets.making import make_group, open_ticket

STATE = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Ticket {
  state statusCategory disposition suspendReason assignee { id } lastMessage { bodyText } } } }"""


async def states(desk: Desk, ids: list[str]) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await desk.founder.ask(STATE, ids=ids)).data["nodes"]
    return nodes


async def do(desk: Desk, ids: list[str], operation: dict[str, Any]) -> dict[str, Any]:
    """The result of an operation that the leader asked for."""
    job = await asked(desk.leader, select={"ids": ids}, operation=operation)
    async with working():
        found: dict[str, Any] = (await ended(desk.leader, job))["result"]
    return {**found, "job": job}


async def some(desk: Desk, number: int) -> list[str]:
    return [(await open_ticket(desk.customer, title=f"Printer {n}"))["id"] for n in range(number)]


async def test_many_are_taken_handed_on_and_given_back(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    tickets = await some(desk, 3)
    (await desk.agent.ask(
        "mutation($id: ID!) { ticketClaim(input: {id: $id}) { userErrors { code } } }", id=tickets[1]
    )).payload("ticketClaim")  # fmt: skip

    claimed = await do(desk, tickets, {"act": "CLAIM"})
    told = (await failures(desk.leader, claimed["job"]))["nodes"]
    assert (claimed["succeededCount"], claimed["failedCount"]) == (2, 1)
    assert [(each["subjectId"], each["code"], each["path"]) for each in told] == [
        (tickets[1], "CONFLICT", ["id"])
    ]
    assert told[0]["message"].startswith("Agent has taken ticket #")

    await do(desk, tickets, {"transfer": {"assigneeId": desk.agent.id, "note": "Yours."}})
    found = await states(desk, tickets)
    assert [each["assignee"] for each in found] == [{"id": desk.agent.id}] * 3
    assert found[0]["lastMessage"] == {"bodyText": "Yours."}

    await do(desk, tickets, {"act": "RELEASE"})
    assert [each["assignee"] for each in await states(desk, tickets)] == [None] * 3
    await do(desk, tickets, {"assign": {"assigneeId": desk.agent.id}})
    assert [each["assignee"] for each in await states(desk, tickets)] == [{"id": desk.agent.id}] * 3


async def test_many_are_held_back_deleted_and_brought_back(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    tickets = await some(desk, 2)

    expected = [
        ({"suspend": "SPAM"}, ("SUSPENDED", "SPAM", None)),
        ({"act": "ADMIT"}, ("ACTIVE", None, None)),
        ({"act": "DELETE"}, ("DELETED", None, None)),
        ({"act": "RESTORE"}, ("ACTIVE", None, None)),
        ({"act": "INVALIDATE"}, ("ACTIVE", None, "INVALID")),
    ]
    for operation, state in expected:
        assert (await do(desk, tickets, operation))["succeededCount"] == 2, operation
        found = {
            (each["state"], each["suspendReason"], each["disposition"])
            for each in await states(desk, tickets)
        }
        assert found == {state}, operation


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ("INVALID", ["patch"])),
        ({"patch": {"title": "x"}, "operation": {"act": "CLAIM"}}, ("INVALID", ["patch"])),
        ({"operation": {"assign": {}}}, ("REQUIRED", ["operation", "assign", "groupId"])),
        ({"operation": {"assign": {"groupId": "grp_" + "0" * 32}}}, ("NOT_FOUND", ["operation", "assign", "groupId"])),
        ({"operation": {"assign": {"assigneeId": "x"}}}, ("NOT_FOUND", ["operation", "assign", "assigneeId"])),
        ({"operation": {"transfer": {"groupId": "grp_" + "0" * 32}}}, ("REQUIRED", ["operation", "transfer", "note"])),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_at_once(
    desk: Desk, values: dict[str, Any], told: tuple[str, list[str]]
) -> None:
    [ticket] = await some(desk, 1)
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(BULK, input={"select": {"ids": [ticket]}, **values})

    assert answer.refusals("ticketBulkUpdate") == [told]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_who_lacks_the_right_is_refused_before_anything_is_read(desk: Desk) -> None:
    [ticket] = await some(desk, 1)
    before = await digest(desk.tenant_id)

    for operation in (
        {"act": "DELETE"},
        {"act": "CLAIM"},
        {"suspend": "SPAM"},
        {"assign": {"assigneeId": desk.agent.id}},
    ):
        answer = await desk.customer.ask(BULK, input={"select": {"ids": [ticket]}, "operation": operation})
        assert answer.refusals("ticketBulkUpdate") == [("FORBIDDEN", None)], operation
    refused = await desk.agent.ask(BULK, input={"select": {"ids": [ticket]}, "operation": {"act": "DELETE"}})

    assert refused.refusals("ticketBulkUpdate") == [("FORBIDDEN", None)]
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.parametrize("on_error", ["SKIP_FAILED", "ROLL_BACK_ALL"])
async def test_tickets_are_waited_for_before_the_group_that_routes_them(desk: Desk, on_error: str) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await make_group(desk, "Tier 2", desk.admin)
    await route(desk, group, "ROUND_ROBIN")
    tickets = await some(desk, 2)
    last = max(filter(None, (key_of(each, "tkt") for each in tickets)))
    operation = {"assign": {"groupId": group}}
    job = await asked(desk.founder, select={"ids": tickets}, operation=operation, onError=on_error)
    outside = contextvars.copy_context()

    async def work() -> Any:
        async with working():
            return await ended(desk.founder, job)

    with acting_for(desk.tenant_id):
        async with transaction():  # as one who hands the last of them on to the group
            await fetch("select id from tickets where id = :id for update", {"id": last})
            working_on = asyncio.ensure_future(
                outside.run(lambda: asyncio.create_task(work(), context=outside))
            )
            await asyncio.sleep(0.7)
            assert not working_on.done()
            values = {"id": key_of(group, "grp")}
            await fetch("select id from groups where id = :id for no key update nowait", values)

    assert (await working_on)["result"]["succeededCount"] == 2

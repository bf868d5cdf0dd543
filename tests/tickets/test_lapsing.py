"""What time does: solved tickets close (F9), overdue ones go back to their group's queue (F13). The clock is moved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import housekeeping, worker
from core.app import runtime_of
from core.kit.context import Context, acting_for
from core.kit.database import execute
from core.kit.ids import key_of
from core.operating import automatic_context
from core.testing import Desk
from core.tickets.service import RELEASE, lapse, lapsing, move_on
from settings import Settings
from tests.tickets.making import SETTINGS, make_group, open_ticket, read, replied, reply, statuses, updated

STATUS = """mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) {
  status { id } userErrors { code path } } }"""
ASSIGNMENTS = """query($id: ID!) { ticket(id: $id) { assignments { nodes {
  how by { id } fromUser { id } toUser { id } fromGroup { id } toGroup { id } } } } }"""


def later(desk: Desk, **ahead: float) -> Context:
    """The product itself, at a later time."""
    moment = datetime.now(UTC) + timedelta(**ahead)
    return replace(automatic_context(desk.tenant_id), clock=lambda: moment)


async def pass_days(desk: Desk, days: float) -> int:
    """How many close when so many days have gone by."""
    ctx = later(desk, days=days)
    with acting_for(desk.tenant_id):
        return await move_on(ctx)


async def release_after(desk: Desk, hours: float) -> int:
    ctx = later(desk, hours=hours)
    with acting_for(desk.tenant_id):
        return await lapse(ctx, RELEASE, before=ctx.now())


async def solved(desk: Desk, **values: Any) -> dict[str, Any]:
    ticket = await open_ticket(desk.customer, **values)
    return await updated(desk.admin, ticket, statusId=(await statuses(desk))["solved"])


async def overdue(desk: Desk, group: str) -> dict[str, Any]:
    """A ticket that the agent has, due in an hour."""
    ticket = await open_ticket(desk.customer)
    due = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id, dueAt=due)


@pytest.mark.requirement("F9")
async def test_a_solved_ticket_closes_after_three_days_and_not_before(desk: Desk, other: Desk) -> None:
    ticket, theirs, unsolved = await solved(desk), await solved(other), await open_ticket(desk.customer)

    assert await pass_days(desk, 2.9) == 0
    assert await pass_days(desk, 3.1) == 1
    assert await pass_days(desk, 3.1) == 0

    found = await read(desk, ticket)
    assert (found["statusCategory"], found["status"]["key"]) == ("CLOSED", "closed")
    assert found["closedAt"] is not None
    assert (await read(desk, unsolved))["statusCategory"] == "NEW"
    assert (await read(other, theirs))["statusCategory"] == "SOLVED"


@pytest.mark.requirement("F9")
async def test_who_comes_back_in_time_keeps_it_open(desk: Desk) -> None:
    ticket = await solved(desk)
    await replied(desk.customer, ticket, "still broken")

    assert await pass_days(desk, 10) == 0
    assert (await read(desk, ticket))["statusCategory"] == "OPEN"


async def test_it_closes_even_where_nobody_may_choose_to_close(desk: Desk) -> None:
    query = "mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) { userErrors { code } } }"
    closed = {"id": (await statuses(desk))["closed"], "isAgentSelectable": False}
    (await desk.admin.ask(query, input=closed)).payload("statusUpdate")
    ticket = await solved(desk)

    assert await pass_days(desk, 4) == 1
    assert (await read(desk, ticket))["statusCategory"] == "CLOSED"


async def test_nobody_is_named_as_having_closed_it(desk: Desk) -> None:
    ticket = await solved(desk)
    await pass_days(desk, 4)

    query = """query($id: ID!) { ticket(id: $id) { timeline(last: 1) { nodes {
      ... on TicketEvent { type via actor { id } changes } } } } }"""
    [told] = (await desk.admin.ask(query, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]

    ids = await statuses(desk)
    assert told == {
        "type": "ticket.updated", "via": "schedule", "actor": None,
        "changes": {"statusId": [ids["solved"], ids["closed"]]},
    }  # fmt: skip


async def test_many_close_each_as_an_act_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lapsing, "BATCH", 2)
    tickets = [await solved(desk) for _ in range(5)]

    assert await pass_days(desk, 4) == 5
    assert {(await read(desk, each))["statusCategory"] for each in tickets} == {"CLOSED"}


@pytest.mark.parametrize(("days", "category"), [(3, "CLOSED"), (5, "SOLVED"), (None, "SOLVED")])
async def test_the_tenant_says_when_solved_tickets_close(desk: Desk, days: int | None, category: str) -> None:
    ticket = await solved(desk)
    keys = await statuses(desk)
    following = (keys["closed"], days * 24) if days else (None, None)
    values = dict(zip(("nextId", "nextAfterHours"), following, strict=True))
    (await desk.admin.ask(STATUS, input={"id": keys["solved"], **values})).payload("statusUpdate")
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set status_at = :then where id = :id",
            {"then": datetime.now(UTC) - timedelta(days=4), "id": key_of(ticket["id"], "tkt")},
        )

    await housekeeping.move_tickets_on_of_all()

    assert (await read(desk, ticket))["statusCategory"] == category


@pytest.mark.requirement("F13")
async def test_when_its_deadline_passes_a_ticket_goes_back_to_its_groups_queue(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent)
    ticket = await overdue(desk, group)

    assert await release_after(desk, 0.5) == 0
    assert await release_after(desk, 1.5) == 1

    found = await read(desk, ticket)
    assert (found["assignee"], found["group"], found["releaseCount"]) == (None, {"id": group}, 1)
    nodes = (await desk.admin.ask(ASSIGNMENTS, id=ticket["id"])).data["ticket"]["assignments"]["nodes"]
    assert nodes[-1] == {
        "how": "EXPIRE", "by": None, "fromUser": {"id": desk.agent.id}, "toUser": None,
        "fromGroup": {"id": group}, "toGroup": {"id": group},
    }  # fmt: skip


async def test_who_is_given_it_afterwards_keeps_it_until_another_deadline(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await overdue(desk, group)
    await release_after(desk, 2)
    await updated(desk.admin, ticket, assigneeId=desk.leader.id)

    assert await release_after(desk, 3) == 0
    due = (datetime.now(UTC) + timedelta(hours=4)).isoformat()
    await updated(desk.admin, ticket, dueAt=due)

    assert await release_after(desk, 5) == 1


async def test_what_is_done_has_no_deadline_any_more(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent)
    ticket = await overdue(desk, group)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["solved"])

    assert await release_after(desk, 2) == 0


@pytest.mark.requirement("F13")
@pytest.mark.parametrize("wanted", [True, False])
async def test_only_a_tenant_that_asks_for_it_has_overdue_tickets_released(desk: Desk, wanted: bool) -> None:
    group = await make_group(desk, "Tier 1", desk.agent)
    ticket = await overdue(desk, group)
    (await desk.admin.ask(SETTINGS, input={"releasesOverdue": wanted})).payload("ticketSettingsUpdate")
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    await updated(desk.admin, ticket, dueAt=past)

    await housekeeping.release_overdue_tickets_of_all()

    assert ((await read(desk, ticket))["assignee"] is None) == wanted


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("move-tickets-on", housekeeping.move_tickets_on_of_all),
        ("release-overdue-tickets", housekeeping.release_overdue_tickets_of_all),
        ("deal-out-tickets", housekeeping.deal_out_tickets_of_all),
        ("remind-of-callbacks", housekeeping.remind_of_callbacks_of_all),
    ],
)
def test_chores_do_it(settings: Settings, name: str, what: object) -> None:
    [chore] = [
        each for each in worker.chores_of(settings, runtime_of(settings)[0].storage) if each.name == name
    ]

    assert chore.do is what


@pytest.mark.requirement("R6")
async def test_a_ticket_that_closed_by_itself_takes_no_reply(desk: Desk) -> None:
    ticket = await solved(desk)
    await pass_days(desk, 4)

    answer = await reply(desk.customer, ticket)

    assert answer.refusals("ticketReply") == [("CONFLICT", ["id"])]

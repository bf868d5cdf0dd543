"""Tickets are opened by their schedule: once for each time, whatever happens to the worker (J8)."""

import asyncio
from datetime import timedelta

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch_value
from core.operating.acting import automatic_context
from core.recurring.service import opening
from core.testing import Desk
from tests.fields.shaping import define
from tests.forms.making import make_form
from tests.recurring.making import (
    UPDATE,
    be_due,
    end,
    jobs,
    key,
    moment,
    opened,
    read,
    recur,
    run,
    try_recur,
    work,
)
from tests.tickets.making import make_group, options

TIMELINE = """query($id: ID!) { ticket(id: $id) { timeline { nodes { ... on TicketEvent { type via changes
  actor { id } } } } } }"""


@pytest.mark.requirement("J8")
async def test_a_ticket_is_opened_when_its_time_has_come(desk: Desk) -> None:
    group, urgent = await make_group(desk, "Lifts", desk.agent), (await options(desk, "PRIORITY"))["urgent"]
    await define(desk, "TEXT", "floor")
    made = await recur(
        desk, groupId=group, priorityId=urgent, customFields=[{"key": "floor", "value": {"text": "三"}}]
    )
    await run(desk)
    assert await opened(desk) == []

    await be_due(desk)
    await run(desk)

    (ticket,) = await opened(desk)
    assert ticket == {
        "id": ticket["id"], "number": ticket["number"], "title": "巡检", "source": "SCHEDULE",
        "creator": {"id": desk.admin.id}, "requester": {"id": desk.customer.id}, "group": {"id": group},
        "assignee": {"id": desk.agent.id}, "priority": {"key": "urgent"},
        "customFields": [{"field": {"key": "floor"}, "text": "三"}],
        "messages": {"nodes": [{"bodyText": "Check the lifts.", "author": {"id": desk.customer.id}}]},
    }  # fmt: skip
    now = await read(desk, made)
    assert now["lastTicket"] == {"id": ticket["id"], "number": ticket["number"], "title": "巡检"}
    assert now["version"] == 1
    assert moment(now["nextAt"]) > moment(now["lastDueAt"])


@pytest.mark.requirement("J8")
async def test_the_timeline_shows_which_schedule_opened_it_and_nobody_else(desk: Desk) -> None:
    made = await recur(desk)
    await be_due(desk)
    await run(desk)
    (ticket,) = await opened(desk)

    nodes = (await desk.founder.ask(TIMELINE, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]

    told = [each for each in nodes if each and each["type"] in ("ticket.created", "ticket.scheduled")]
    assert told == [
        {"type": "ticket.created", "via": "schedule", "changes": {}, "actor": None},
        {
            "type": "ticket.scheduled",
            "via": "schedule",
            "changes": {"recurringTicketId": [None, made["id"]]},
            "actor": None,
        },
    ]


@pytest.mark.requirement("J8")
async def test_the_same_time_opens_one_ticket_however_often_the_job_runs(desk: Desk) -> None:
    await recur(desk)
    await be_due(desk)
    (job,) = await jobs(desk)

    await asyncio.gather(*(work(desk, job) for _ in range(3)))
    await work(desk, job)

    assert len(await opened(desk)) == 1


@pytest.mark.requirement("J8")
async def test_a_worker_that_dies_in_between_leaves_nothing_and_another_opens_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await recur(desk)
    await be_due(desk)
    (job,) = await jobs(desk)

    async def dies(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(opening, "_keep", dies)  # after the ticket was written, before the commit
        await work(desk, job)
    assert await opened(desk) == []

    await work(desk, job)
    assert len(await opened(desk)) == 1
    assert (await read(desk, made))["lastTicket"] is not None


@pytest.mark.requirement("J8")
async def test_what_was_missed_is_made_up_once(desk: Desk) -> None:
    made = await recur(desk, cron="0 * * * *")
    await be_due(desk, "10 days")

    for _ in range(3):
        await run(desk)

    assert len(await opened(desk)) == 1
    assert moment((await read(desk, made))["nextAt"]) - moment(
        (await read(desk, made))["lastDueAt"]
    ) > timedelta(days=9)


async def test_the_next_time_opens_the_next_ticket(desk: Desk) -> None:
    await recur(desk)
    await be_due(desk, "1 hour")
    await run(desk)
    await be_due(desk)
    await run(desk)

    assert [each["title"] for each in await opened(desk)] == ["巡检", "巡检"]


async def test_a_form_gives_what_is_left_out(desk: Desk) -> None:
    form = await make_form(
        desk,
        {"name": "title", "default": "From the form"},
        {"name": "body", "default": "Its text"},
        {"name": "dueAt", "requiredFor": "STAFF", "visibleTo": "STAFF"},
    )
    await recur(desk, title=None, body=None, formId=form["id"])
    await be_due(desk)

    await run(desk)

    (ticket,) = await opened(desk)
    assert (ticket["title"], ticket["messages"]["nodes"][0]["bodyText"]) == ("From the form", "Its text")


@pytest.mark.parametrize(
    ("statement", "english", "chinese"),
    [
        (
            "update users set status = 'DISABLED' where id = :customer",
            "The requester cannot ask for tickets any more; choose another one.",
            "提交人不能再提交工单；请选择其他提交人。",
        ),
        (
            "update groups set is_active = false where tenant_id = :tenant",
            "There is no such record.",
            "没有此记录。",
        ),
    ],
)
async def test_what_refuses_it_is_told_and_the_next_time_is_waited_for(
    desk: Desk, statement: str, english: str, chinese: str
) -> None:
    group = await make_group(desk, "Lifts")
    made = await recur(desk, groupId=group)
    with acting_for(desk.tenant_id):
        values = {"customer": desk.customer.key, "tenant": desk.tenant_id}
        await execute(statement, {name: each for name, each in values.items() if f":{name}" in statement})
    await be_due(desk)

    await run(desk)

    assert await opened(desk) == []
    found = await read(desk, made)
    assert found["problem"] == english
    assert moment(found["nextAt"]) > moment(found["lastDueAt"])
    with acting_for(desk.tenant_id):
        await execute("update users set locale = 'zh-Hans' where id = :id", {"id": desk.admin.key})
        told = await fetch_value(
            "select changes -> 'reason' ->> 1 from events where type = 'recurring_ticket.failed' and subject_id = :id",
            {"id": key(made)},
        )
    assert told == english
    assert (await read(desk, made))["problem"] == chinese
    changed = await desk.admin.ask(UPDATE, input={"id": made["id"], "groupId": None, "name": "Mended"})
    assert changed.payload("recurringTicketUpdate")["recurringTicket"]["problem"] is None


@pytest.mark.parametrize(
    ("statement", "english"),
    [
        (
            "update users set status = 'DISABLED' where name = '张三'",
            "The requester cannot ask for tickets any more; choose another one.",
        ),
        (
            "delete from memberships where user_id in (select id from users where name = '李四')",
            "The assignee cannot be given these tickets any more; choose another one.",
        ),
        (
            "delete from memberships where user_id in (select id from users where name = '李四')"
            " and group_id in (select id from groups where name = 'Lifts')",
            "The assignee cannot be given these tickets any more; choose another one.",
        ),
    ],
)
async def test_what_is_kept_of_a_refusal_names_nobody(desk: Desk, statement: str, english: str) -> None:
    """Names are taken out of the desk when somebody is anonymised, and could not be found again here."""
    asker = await desk.add("asker", UserKind.CUSTOMER, name="张三")
    agent = await desk.add("agent", name="李四")
    group = await make_group(desk, "Lifts", agent)
    await make_group(desk, "Others", agent)
    made = await recur(desk, requesterId=asker.id, groupId=group, assigneeId=agent.id)
    with acting_for(desk.tenant_id):
        await execute(statement, {})
    await be_due(desk)

    await run(desk)

    with acting_for(desk.tenant_id):
        kept = await fetch_value(
            "select concat(r.problem, e.changes) from recurring_tickets r join events e on e.subject_id = r.id"
            " where e.type = 'recurring_ticket.failed'",
            {},
        )
    assert (await read(desk, made))["problem"] == english
    assert "张三" not in kept
    assert "李四" not in kept


async def test_it_is_the_helpdesks_and_goes_on_without_who_made_it(desk: Desk) -> None:
    manager = await desk.add("admin")
    (await try_recur(desk, by=manager, groupId=await make_group(desk, "Lifts"))).payload(
        "recurringTicketCreate"
    )
    with acting_for(desk.tenant_id):
        await execute("update users set status = 'DISABLED' where id = :id", {"id": manager.key})
    await be_due(desk)

    await run(desk)

    (ticket,) = await opened(desk)
    assert ticket["creator"] == {"id": manager.id}


@pytest.mark.parametrize(
    "statement",
    [
        "update recurring_tickets set is_active = false where tenant_id = :tenant",
        "delete from recurring_tickets where tenant_id = :tenant",
        "update tenants set status = 'suspended' where id = :tenant",
    ],
)
async def test_what_was_switched_off_in_between_is_not_opened(desk: Desk, statement: str) -> None:
    await recur(desk)
    await be_due(desk)
    (job,) = await jobs(desk)
    with acting_for(desk.tenant_id):
        await execute(statement, {"tenant": desk.tenant_id})

    await work(desk, job)

    with acting_for(desk.tenant_id):
        assert (
            await fetch_value("select count(*) from tickets where tenant_id = :t", {"t": desk.tenant_id}) == 0
        )


async def test_one_that_went_with_its_requester_takes_its_schedule_along(desk: Desk) -> None:
    await recur(desk)
    await be_due(desk)
    (job,) = await jobs(desk)
    await end(job)
    with acting_for(desk.tenant_id):
        await execute("delete from recurring_tickets where tenant_id = :tenant", {"tenant": desk.tenant_id})

    await work(desk, job)

    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from schedules", {}) == 0


async def test_an_older_time_is_behind_it(desk: Desk) -> None:
    """Clocks that were set back open nothing twice."""
    made = await recur(desk)
    await be_due(desk)
    await run(desk)
    due = moment((await read(desk, made))["lastDueAt"])

    with acting_for(desk.tenant_id):
        again = await opening.open_due(automatic_context(desk.tenant_id), key(made), due - timedelta(hours=1))

    assert again is None
    assert len(await opened(desk)) == 1

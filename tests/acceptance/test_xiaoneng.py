"""Xiaoneng 小能: the chapter on tickets from top to bottom, for what there is of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import housekeeping
from core.kit.context import acting_for
from core.kit.database import execute
from core.kit.ids import key_of
from core.testing import Desk
from core.testing.serving import Served
from tests.acceptance.walking import (
    SETTINGS,
    do,
    found,
    history,
    may,
    refusals,
    role,
    sees,
    titles,
    told,
    view,
    worded,
)
from tests.exchange.working import TICKETS, exported
from tests.tickets.making import (
    ASSIGN,
    CLAIM,
    CREATE,
    INVALIDATE,
    RELEASE,
    TRANSFER,
    UPDATE,
    done,
    make_group,
    open_ticket,
    read,
    refused,
    replied,
    updated,
)
from tests.views.asking import CREATE as VIEW_CREATE
from tests.views.asking import is_, make_view
from tests.views.asking import titles as view_titles


@pytest.fixture
async def xiaoneng(app: Served) -> Desk:
    """With an inspector, and a group whose leader leads it."""
    desk = await found(app, "xiaoneng")
    desk.people["inspector"] = await desk.add("inspector")
    return desk


async def team(desk: Desk) -> str:
    colleague = desk.people["colleague"] = await desk.add("agent")
    return await make_group(desk, "一组", desk.agent, colleague, desk.leader)


async def given(desk: Desk, group: str, **values: Any) -> dict[str, Any]:
    """A ticket that the leader gave to the agent."""
    ticket = await open_ticket(desk.leader, requesterId=desk.customer.id, groupId=group, **values)
    return await done(desk.leader, ASSIGN, ticket, assigneeId=desk.agent.id)


@pytest.mark.requirement("B10", "B11", "B12", "B14")
async def test_four_roles_see_and_give_out_what_they_should(xiaoneng: Desk) -> None:
    desk = xiaoneng
    group = await team(desk)
    await make_group(desk, "二组", await desk.add("agent"))
    ours = await given(desk, group)
    nobodys = await open_ticket(desk.admin, groupId=group)
    elsewhere = await open_ticket(desk.admin)

    # B10: the roles that come with it.
    scopes = {
        key: (await role(desk, key))["ticketScope"] for key in ("admin", "inspector", "leader", "agent")
    }
    assert scopes == {"admin": "ALL", "inspector": "ALL", "leader": "GROUP", "agent": "OWN"}
    # B11: all, all, the group's, one's own.
    for person, expected in (
        (desk.admin, [True, True, True]), (desk.inspector, [True, True, True]), (desk.leader, [True, True, False]),
        (desk.agent, [True, False, False]), (desk.people["colleague"], [False, False, False]),
    ):  # fmt: skip
        assert await sees(person, ours, nobodys, elsewhere) == expected
    # B12: leaders, inspectors and administrators give tickets out; agents do not.
    for person in (desk.leader, desk.inspector, desk.admin):
        await done(person, ASSIGN, nobodys, assigneeId=desk.people["colleague"].id)
    assert await refused(desk.agent, ASSIGN, ours, assigneeId=desk.leader.id) == [("FORBIDDEN", None)]
    # B14: whether ordinary agents open tickets is a setting.
    assert (await open_ticket(desk.agent))["number"] == "4"
    await do(desk.admin, SETTINGS, agentsOpenTickets=False)
    assert await refusals(desk.agent, CREATE, title="x", body="y") == ["FORBIDDEN"]
    assert (await open_ticket(desk.leader))["number"] == "5"


@pytest.mark.requirement("F2", "F3", "F4", "I3", "M2", "M4", "M5", "G7", "G9")
async def test_my_tickets_are_to_do_in_progress_done_or_handed_on(xiaoneng: Desk) -> None:
    desk = xiaoneng
    group, keys = await team(desk), await worded(desk)
    # F2: handed on is no status, for whoever gets it has it to do.
    assert list(keys) == ["待处理", "处理中", "已完成"]
    lists = {
        "待处理": {"status": {"eq": keys["待处理"]}, "assignee": {"eq": desk.agent.id}},
        "处理中": {"status": {"eq": keys["处理中"]}, "assignee": {"eq": desk.agent.id}},
        "已完成": {"status": {"eq": keys["已完成"]}, "assignee": {"eq": desk.agent.id}},
        "已转派": {"transferredByMe": True},
    }
    one, two, three = [await given(desk, group, title=title) for title in ("甲", "乙", "丙")]
    # M5: whoever is assigned a ticket is told.
    assert ("ASSIGNED", one["id"]) in await told(desk, desk.agent)
    # F3, I3: what was not touched yet is to do.
    assert sorted(await titles(desk.agent, lists["待处理"])) == sorted(["甲", "乙", "丙"])

    # M2, F3: an update makes it in progress, done is done.
    await updated(desk.agent, one, title="甲!")
    await replied(desk.agent, two, "处理好了", statusId=keys["已完成"])
    await updated(desk.agent, three, title="丙!")
    assert await titles(desk.agent, lists["处理中"]) == ["丙!", "甲!"]
    assert await titles(desk.agent, lists["已完成"]) == ["乙"]
    # M2: handed on to a colleague, for whom it is to do; the giver finds it among those handed on.
    colleague = desk.people["colleague"]
    handed = await done(desk.agent, TRANSFER, three, assigneeId=colleague.id, note="你更熟")
    assert (handed["status"]["key"], handed["assignee"]["id"]) == ("to_do", colleague.id)
    assert await titles(desk.agent, lists["已转派"]) == ["丙!"]
    # M4: the receiver is told.
    assert ("ASSIGNED", three["id"]) in await told(desk, colleague)
    # F4: what is done or handed on is read, and no more.
    for ticket, code in ((two, "CONFLICT"), (three, "FORBIDDEN")):
        assert "update" not in await may(desk.agent, ticket)
        assert await refusals(desk.agent, UPDATE, id=ticket["id"], title="x") == [code]
    # G7, G9: the record of what was done.
    record = await history(desk.leader, three)
    assert [each["how"] for each in record["assignments"]["nodes"]] == ["CREATE", "ASSIGN", "TRANSFER"]
    assert {each["actor"]["id"] for each in record["timeline"]["nodes"] if "type" in each} == {
        desk.leader.id, desk.agent.id,
    }  # fmt: skip


@pytest.mark.requirement("D13", "D14", "M2", "M3")
async def test_what_nobody_needs_goes_back_and_the_second_time_is_invalid(xiaoneng: Desk) -> None:
    desk = xiaoneng
    group = await team(desk)
    ticket = await given(desk, group)

    # M2, M3: released, it waits in its group's queue ...
    await do(desk.agent, RELEASE, id=ticket["id"])
    back = await read(desk, ticket)
    assert (back["assignee"], back["releaseCount"], back["disposition"]) == (None, 1, None)
    # ... D13: and may be taken again, or not, as the tenant says.
    assert (await done(desk.leader, CLAIM, ticket))["assignee"]["id"] == desk.leader.id
    await do(desk.admin, SETTINGS, letsReclaim=False)
    # D14: the second time it becomes invalid.
    again = await done(desk.leader, RELEASE, ticket)
    assert (again["releaseCount"], again["disposition"], again["status"]["key"]) == (2, "INVALID", "done")
    other = await given(desk, group)
    await do(desk.agent, RELEASE, id=other["id"])
    assert [code for code, _ in await refused(desk.leader, CLAIM, other)] == ["CONFLICT"]
    # M2: an agent may say so at once.
    third = await given(desk, group)
    assert (await done(desk.agent, INVALIDATE, third))["disposition"] == "INVALID"
    assert len(await titles(desk.admin, {"disposition": {"eq": "INVALID"}})) == 2


@pytest.mark.requirement("F13", "M3", "E14")
async def test_a_deadline_that_passes_gives_the_ticket_back(xiaoneng: Desk) -> None:
    desk = xiaoneng
    due = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    ticket = await given(desk, await team(desk), dueAt=due)
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set due_at = :then where id = :id",
            {"then": datetime.now(UTC) - timedelta(minutes=1), "id": key_of(ticket["id"], "tkt")},
        )

    await housekeeping.release_overdue_tickets_of_all()

    back = await read(desk, ticket)
    assert (back["assignee"], back["releaseCount"]) == (None, 1)


@pytest.mark.requirement("M7", "M8", "M9", "E14")
async def test_reminders_stand_in_six_parts_for_those_who_see_them(xiaoneng: Desk) -> None:
    desk = xiaoneng
    group, now = await team(desk), datetime.now(UTC)
    await given(desk, group, title="今天", dueAt=now.isoformat())
    await given(desk, group, title="后天", callbackAt=(now + timedelta(days=2)).isoformat())
    await open_ticket(desk.admin, title="昨天", dueAt=(now - timedelta(days=1)).isoformat(), groupId=group)

    # M8: by day, and M7: what is due today is one question.
    assert await titles(desk.admin, {"dueIn": "TODAY"}) == ["今天"]
    assert await titles(desk.admin, {"callbackIn": "WITHIN_3_DAYS"}) == ["后天"]
    for bucket in ("YESTERDAY", "PAST_7_DAYS", "PAST_30_DAYS"):
        # M9: administrators and inspectors everybody's, leaders their group's, agents their own.
        for person, expected in (
            (desk.admin, ["昨天"]), (desk.inspector, ["昨天"]), (desk.leader, ["昨天"]), (desk.agent, []),
        ):  # fmt: skip
            assert await titles(person, {"dueIn": bucket}) == expected
    # M8: and each part is a list beside the others.
    for key, label, expected in (
        ("past_30_days", "过去 30 天", ["昨天"]), ("past_7_days", "过去 7 天", ["昨天"]),
        ("yesterday", "昨天", ["昨天"]),
        ("today", "今日提醒", ["今天"]), ("within_3_days", "3 天内提醒", ["今天", "后天"]),
        ("within_7_days", "7 天内提醒", ["今天", "后天"]),
    ):  # fmt: skip
        part = await view(desk.admin, key)
        assert part["label"] == label
        assert sorted(await view_titles(desk.admin, part["id"])) == sorted(expected), key


@pytest.mark.requirement("B13", "I6", "J2")
async def test_tickets_are_exported_and_searches_kept(xiaoneng: Desk) -> None:
    desk = xiaoneng
    group = await team(desk)
    one, two = [await given(desk, group, title=title) for title in ("甲", "乙")]
    await given(desk, group, title="不导出")

    # J2: fields are chosen, rows ticked, and a file of CSV comes. B13: for those above agents.
    ticked = {"ids": [one["id"], two["id"]]}
    for person in (desk.admin, desk.inspector, desk.leader):
        table = await exported(desk, person, "NUMBER", "TITLE", select=ticked)
        assert sorted(table[1:]) == [[one["number"], "甲"], [two["number"], "乙"]]
    refused_to = {"select": ticked, "fields": [{"field": "TITLE"}]}
    assert await refusals(desk.agent, TICKETS, **refused_to) == ["FORBIDDEN"]
    # I6: a search is kept, eight at most.
    for place in range(8):
        await make_view(desk.agent, is_("assignee", "me"), label=f"常用 {place}")
    assert await refusals(desk.agent, VIEW_CREATE, label="第九个", condition={"and": []}) == [
        "LIMIT_EXCEEDED"
    ]

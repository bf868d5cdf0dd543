"""Recurring tickets are made, changed and deleted by who may; what cannot be opened is refused at once."""

from typing import Any

import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import execute
from core.testing import Desk
from core.tickets.events import subject_id
from tests.callers.rows import changed, digest
from tests.fields.shaping import define
from tests.forms.making import make_form
from tests.recurring.making import DELETE, LIST, UPDATE, key, read, recur, try_recur
from tests.tickets.making import make_group, options


@pytest.mark.requirement("J8")
async def test_it_is_kept_as_it_is_given_and_knows_its_next_time(desk: Desk, way: str) -> None:
    group = await make_group(desk, "Lifts", desk.agent)
    urgent = (await options(desk, "PRIORITY"))["urgent"]

    made = await recur(
        desk,
        cron=" 30  8 * * * ",
        timeZone="Asia/Shanghai",
        groupId=group,
        assigneeId=desk.agent.id,
        priorityId=urgent,
    )

    assert made["nextAt"].endswith("T00:30:00Z")
    assert (made["cron"], made["timeZone"], made["isActive"], made["version"]) == (
        "30 8 * * *",
        "Asia/Shanghai",
        True,
        1,
    )
    assert (made["title"], made["body"], made["problem"], made["lastTicket"]) == (
        "巡检",
        "Check the lifts.",
        None,
        None,
    )
    assert made["creator"] == {"id": desk.admin.id}
    assert (made["group"], made["assignee"], made["priority"]) == (
        {"id": group},
        {"id": desk.agent.id},
        {"key": "urgent"},
    )
    assert await read(desk, made) == made


@pytest.mark.parametrize(
    ("values", "refusals"),
    [
        ({"cron": "nonsense"}, [("INVALID", ["cron"])]),
        ({"cron": "0 0 31 2 *"}, [("INVALID", ["cron"])]),
        ({"cron": "*/14 * * * *"}, [("INVALID", ["cron"])]),
        ({"cron": "* * * * *", "timeZone": "Mars/Base"}, [("INVALID", ["timeZone"]), ("INVALID", ["cron"])]),
        ({"timeZone": "localtime"}, [("INVALID", ["timeZone"])]),
        ({"name": " "}, [("REQUIRED", ["name"])]),
        ({"title": None}, [("REQUIRED", ["title"])]),
        ({"title": "x" * 201}, [("TOO_LONG", ["title"])]),
        ({"body": " "}, [("REQUIRED", ["body"])]),
        (
            {"customFields": [{"key": "nope", "value": {"text": "x"}}]},
            [("NOT_FOUND", ["customFields", "0", "key"])],
        ),
    ],
)
async def test_what_can_never_be_opened_is_refused(desk: Desk, values: dict[str, Any], refusals: Any) -> None:
    before = await digest(desk.tenant_id)

    answer = await try_recur(desk, **values)

    assert answer.refusals("recurringTicketCreate") == refusals
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_a_quarter_of_an_hour_is_often_enough(desk: Desk) -> None:
    assert (await recur(desk, cron="*/15 * * * *"))["cron"] == "*/15 * * * *"


async def test_people_groups_and_lists_of_others_are_not_there(desk: Desk, other: Desk) -> None:
    group, urgent = await make_group(other, "Theirs"), (await options(other, "PRIORITY"))["urgent"]
    form = await make_form(other, {"name": "title"})

    for name, value in (
        ("requesterId", other.customer.id),
        ("assigneeId", other.agent.id),
        ("groupId", group),
        ("priorityId", urgent),
        ("formId", form["id"]),
    ):
        code = "INVALID" if name == "assigneeId" else "NOT_FOUND"
        assert (await try_recur(desk, **{name: value})).refusals("recurringTicketCreate")[0] in [
            (code, [name]),
            ("NOT_FOUND", [name]),
        ]


@pytest.mark.requirement("J8")
async def test_a_schedule_goes_around_no_right(desk: Desk) -> None:
    """Who makes one needs what opening its tickets would need, too."""
    group, form = await make_group(desk, "Lifts", desk.agent), {"groupId": None, "assigneeId": None}
    given, plain = await recur(desk, groupId=group), await recur(desk)
    await hold(desk, "recurring_ticket.manage", "ticket.create")
    before = await digest(desk.tenant_id)

    refused = [
        await try_recur(desk, by=desk.agent, groupId=group),
        await try_recur(desk, by=desk.agent, assigneeId=desk.agent.id),
    ]
    changes: list[dict[str, Any]] = [
        {"id": plain["id"], "groupId": group},
        {"id": plain["id"], "assigneeId": desk.agent.id},
        {"id": given["id"], "title": "Something else"},
    ]
    unchanged = [await desk.agent.ask(UPDATE, input=each) for each in changes]

    places = [["groupId"], ["assigneeId"], None]
    assert [each.refusals("recurringTicketCreate") for each in refused] == [
        [("FORBIDDEN", place)] for place in places[:2]
    ]
    assert [each.refusals("recurringTicketUpdate") for each in unchanged] == [
        [("FORBIDDEN", place)] for place in places
    ]
    assert changed(before, await digest(desk.tenant_id)) == []
    (await try_recur(desk, by=desk.agent)).payload("recurringTicketCreate")
    (await desk.agent.ask(UPDATE, input={"id": given["id"], **form})).payload("recurringTicketUpdate")

    await hold(desk, "recurring_ticket.manage", "ticket.assign")
    before = await digest(desk.tenant_id)
    create = await try_recur(desk, by=desk.agent)
    update = await desk.agent.ask(UPDATE, input={"id": plain["id"], "title": "Something else"})
    assert create.refusals("recurringTicketCreate") == [("FORBIDDEN", None)]
    assert update.refusals("recurringTicketUpdate") == [("FORBIDDEN", None)]
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.requirement("B14")
async def test_agents_who_open_none_have_none_opened(desk: Desk) -> None:
    await hold(desk, "recurring_ticket.manage", "ticket.create")
    setting = """mutation($input: TicketSettingsUpdateInput!) {
      ticketSettingsUpdate(input: $input) { userErrors { code } } }"""
    (await desk.admin.ask(setting, input={"agentsOpenTickets": False})).payload("ticketSettingsUpdate")

    assert (await try_recur(desk, by=desk.agent)).refusals("recurringTicketCreate") == [("FORBIDDEN", None)]


async def hold(desk: Desk, *permissions: str) -> None:
    """Let agents hold these permissions, and no others."""
    with acting_for(desk.tenant_id):
        await execute(
            "update roles set permissions = :held::jsonb where key = 'agent'",
            {"held": orjson.dumps(permissions).decode()},
        )


async def test_it_changes_and_versions_guard_it(desk: Desk) -> None:
    made = await recur(desk)
    change = {
        "id": made["id"],
        "expectedVersion": 1,
        "cron": "0 7 * * *",
        "timeZone": "UTC",
        "title": "Daily",
    }

    told = (await desk.admin.ask(UPDATE, input=change)).payload("recurringTicketUpdate")["recurringTicket"]
    late = await desk.admin.ask(UPDATE, input=change)
    same = (await desk.admin.ask(UPDATE, input={"id": made["id"], "title": "Daily"})).payload(
        "recurringTicketUpdate"
    )

    assert (told["title"], told["version"]) == ("Daily", 2)
    assert told["nextAt"].endswith("T07:00:00Z")
    assert told["nextAt"] != made["nextAt"]
    assert late.refusals("recurringTicketUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert same["recurringTicket"]["version"] == 2


async def test_while_it_is_switched_off_it_has_no_next_time(desk: Desk) -> None:
    made = await recur(desk)

    for active in (False, True):
        answer = await desk.admin.ask(UPDATE, input={"id": made["id"], "isActive": active})
        found = answer.payload("recurringTicketUpdate")["recurringTicket"]
        assert (found["isActive"], found["nextAt"] is not None) == (active, active)


async def test_lists_are_filtered_and_for_who_manages_them(desk: Desk, other: Desk, way: str) -> None:
    await recur(desk, name="B")
    await recur(desk, name="A", isActive=False)
    await recur(other, name="C")

    async def names(person: Any, **filter: Any) -> list[str]:
        nodes = (await person.ask(LIST, filter=filter)).data["recurringTickets"]["nodes"]
        return [each["name"] for each in nodes]

    assert await names(desk.admin) == ["A", "B"]
    assert await names(desk.admin, isActive={"eq": True}) == ["B"]
    assert await names(desk.agent) == []
    assert await names(desk.customer) == []


async def test_deleting_ends_its_schedule_and_what_it_uses_is_held(desk: Desk) -> None:
    field, form = await define(desk, "TEXT", "floor"), await make_form(desk, {"name": "title"})
    group = await make_group(desk, "Lifts")
    made = await recur(
        desk, formId=form["id"], groupId=group, customFields=[{"key": "floor", "value": {"text": "3"}}]
    )
    archive = """mutation($input: CustomFieldArchiveInput!) {
      customFieldArchive(input: $input) { userErrors { code path } } }"""
    drop_form = (
        "mutation($input: FormDeleteInput!) { formDelete(input: $input) { userErrors { code path } } }"
    )
    drop_group = (
        "mutation($input: GroupDeleteInput!) { groupDelete(input: $input) { userErrors { code path } } }"
    )

    assert (await desk.admin.ask(archive, input={"id": field["id"]})).refusals("customFieldArchive") == [
        ("CONFLICT", ["id"])
    ]
    assert (await desk.admin.ask(drop_form, input={"id": form["id"]})).refusals("formDelete") == [
        ("CONFLICT", ["id"])
    ]
    assert (await desk.founder.ask(drop_group, input={"id": group})).refusals("groupDelete") == []
    assert (await read(desk, made))["group"] is None

    (await desk.admin.ask(DELETE, input={"id": made["id"]})).payload("recurringTicketDelete")
    assert (await desk.admin.ask(drop_form, input={"id": form["id"]})).refusals("formDelete") == []
    assert (await desk.admin.ask(LIST)).data["recurringTickets"]["nodes"] == []


async def test_events_name_it_by_its_id(desk: Desk) -> None:
    made = await recur(desk)

    assert subject_id("recurring_ticket", key(made)) == made["id"]

"""Schemes of statuses, through the API: what follows by itself, what leads where, what is ruled out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.operating import automatic_context
from core.testing import Desk
from core.tickets.service import move_on
from tests.callers.rows import changed, digest
from tests.tickets.making import (
    CLAIM,
    CREATE,
    DELETE,
    SETTINGS,
    TRANSFER,
    UPDATE,
    done,
    make_group,
    open_ticket,
    read,
    refused,
    replied,
    reply,
    statuses,
    update,
    updated,
)

SCHEME = """mutation($input: StatusSchemeUpdateInput!) { statusSchemeUpdate(input: $input) {
  statusScheme { id onAssign { key } onAgentUpdate { key } onAgentReply { key } onCustomerReply { key } onReopen { key }
    closedIsFinal neverBackToNew solvedIsReadOnly strictGroupLock version }
  userErrors { code path message } } }"""
STATUS = """mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) {
  status { id label customerLabel leadsTo { key } next { key } nextAfterHours version }
  userErrors { code path message } } }"""
CREATE_STATUS = """mutation($input: StatusCreateInput!) { statusCreate(input: $input) {
  status { id } userErrors { code path message } } }"""
READ_SCHEME = """{ statusScheme { onAssign { key } onAgentUpdate { key } onAgentReply { key } onCustomerReply { key }
  onReopen { key } closedIsFinal neverBackToNew solvedIsReadOnly strictGroupLock version } }"""
GROUP = """mutation($input: GroupUpdateInput!) { groupUpdate(input: $input) {
  group { name } userErrors { code path message } } }"""
ROLES = "{ roles { nodes { id key permissions } } }"
ROLE = """mutation($input: RoleUpdateInput!) { roleUpdate(input: $input) { role { id } userErrors { code path } } }"""
PERMISSIONS = "query($id: ID!) { ticket(id: $id) { permissions { canUpdate canReply canDelete } } }"


async def set_scheme(desk: Desk, **values: Any) -> dict[str, Any]:
    answer = await desk.admin.ask(SCHEME, input=values)
    found: dict[str, Any] = answer.payload("statusSchemeUpdate")["statusScheme"]
    return found


async def set_status(desk: Desk, key: str, **values: Any) -> dict[str, Any]:
    answer = await desk.admin.ask(STATUS, input={"id": (await statuses(desk))[key], **values})
    found: dict[str, Any] = answer.payload("statusUpdate")["status"]
    return found


async def allow(desk: Desk, role: str, *given: str, without: tuple[str, ...] = ()) -> None:
    """Give a role of the desk further permissions, or take some from it."""
    nodes = (await desk.founder.ask(ROLES)).data["roles"]["nodes"]
    [found] = [each for each in nodes if each["key"] == role]
    wanted = sorted({*found["permissions"], *given} - set(without))
    (await desk.founder.ask(ROLE, input={"id": found["id"], "permissions": wanted})).payload("roleUpdate")


async def may(person: Any, ticket: dict[str, Any]) -> dict[str, bool]:
    found: dict[str, bool] = (await person.ask(PERMISSIONS, id=ticket["id"])).data["ticket"]["permissions"]
    return found


@pytest.mark.requirement("X1")
async def test_a_new_tenant_has_the_usual_scheme_and_admins_change_it(desk: Desk) -> None:
    assert (await desk.agent.ask(READ_SCHEME)).data["statusScheme"] == {
        "onAssign": {"key": "open"}, "onAgentUpdate": {"key": "open"}, "onAgentReply": None,
        "onCustomerReply": {"key": "open"}, "onReopen": {"key": "open"}, "closedIsFinal": True, "neverBackToNew": True,
        "solvedIsReadOnly": False, "strictGroupLock": False, "version": 1,
    }  # fmt: skip
    assert (await desk.customer.ask(READ_SCHEME)).data["statusScheme"] is None
    keys = await statuses(desk)

    found = await set_scheme(desk, onAgentReplyId=keys["pending"], onAssignId=None, expectedVersion=1)

    assert (found["onAgentReply"], found["onAssign"], found["version"]) == ({"key": "pending"}, None, 2)
    late = await desk.admin.ask(SCHEME, input={"closedIsFinal": False, "expectedVersion": 1})
    assert late.refusals("statusSchemeUpdate") == [("CONFLICT", ["expectedVersion"])]
    same = await set_scheme(desk, onAgentReplyId=keys["pending"])
    assert same["version"] == 2


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("onAssignId", "solved"), ("onAgentUpdateId", "new"), ("onAgentReplyId", "closed"),
        ("onCustomerReplyId", "pending"), ("onReopenId", "solved"),
    ],
)  # fmt: skip
async def test_what_cannot_follow_is_refused(desk: Desk, name: str, key: str) -> None:
    before, keys = await digest(desk.tenant_id), await statuses(desk)

    answer = await desk.admin.ask(SCHEME, input={name: keys[key], "closedIsFinal": False})

    assert answer.refusals("statusSchemeUpdate") == [("INVALID", [name])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_another_tenants_status_is_not_there(desk: Desk, other: Desk) -> None:
    theirs = await statuses(other)

    answer = await desk.admin.ask(SCHEME, input={"onAssignId": theirs["open"], "onReopenId": theirs["open"]})
    led = await desk.admin.ask(
        STATUS, input={"id": (await statuses(desk))["open"], "leadsToIds": [theirs["open"]]}
    )

    assert sorted(answer.refusals("statusSchemeUpdate")) == [
        ("NOT_FOUND", ["onAssignId"]), ("NOT_FOUND", ["onReopenId"]),
    ]  # fmt: skip
    assert led.refusals("statusUpdate") == [("NOT_FOUND", ["leadsToIds", "0"])]


@pytest.mark.requirement("R1")
async def test_without_reactions_a_ticket_stays_as_it_is(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    await set_scheme(desk, onAssignId=None, onAgentUpdateId=None, onCustomerReplyId=None)
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)

    assert (await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id))[
        "statusCategory"
    ] == "NEW"
    assert (await replied(desk.agent, ticket))["statusCategory"] == "NEW"
    await updated(desk.agent, ticket, statusId=keys["pending"])
    assert (await replied(desk.customer, ticket))["statusCategory"] == "PENDING"


@pytest.mark.requirement("F1")
async def test_an_agents_reply_may_lead_to_a_status(desk: Desk) -> None:
    keys = await statuses(desk)
    await set_scheme(desk, onAgentReplyId=keys["pending"])
    ticket = await open_ticket(desk.customer)

    assert (await replied(desk.admin, ticket, visibility="PRIVATE"))["statusCategory"] == "OPEN"
    assert (await replied(desk.admin, ticket))["statusCategory"] == "PENDING"
    assert (await replied(desk.customer, ticket))["statusCategory"] == "OPEN"
    assert (await replied(desk.admin, ticket, statusId=keys["solved"]))["statusCategory"] == "SOLVED"
    assert (await replied(desk.admin, ticket))["statusCategory"] == "SOLVED"


@pytest.mark.requirement("F3")
async def test_a_ticket_may_be_new_to_each_who_is_given_it(desk: Desk) -> None:
    first = await make_group(desk, "A", desk.agent, desk.leader)
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    barred = await desk.admin.ask(SCHEME, input={"onAssignId": keys["new"]})
    assert barred.refusals("statusSchemeUpdate") == [("CONFLICT", ["onAssignId"])]

    await set_scheme(desk, onAssignId=keys["new"], neverBackToNew=False)
    await updated(desk.admin, ticket, groupId=first)

    assert (await done(desk.agent, CLAIM, ticket))["statusCategory"] == "NEW"
    assert (await updated(desk.agent, ticket, title="Jams"))["statusCategory"] == "OPEN"
    handed = await done(desk.agent, TRANSFER, ticket, assigneeId=desk.leader.id, note="Yours.")
    assert (handed["statusCategory"], handed["assignee"]) == ("NEW", {"id": desk.leader.id})


@pytest.mark.requirement("R2")
async def test_a_scheme_may_let_tickets_become_new_again(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    await updated(desk.admin, ticket, statusId=keys["open"])

    await set_scheme(desk, neverBackToNew=False)

    assert (await updated(desk.admin, ticket, statusId=keys["new"]))["statusCategory"] == "NEW"


@pytest.mark.requirement("B16", "R6", "X2")
async def test_closed_tickets_are_edited_by_those_who_may(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    keys = await statuses(desk)
    ticket = await open_ticket(
        desk.customer,
    )
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    closed = await updated(desk.admin, ticket, statusId=keys["closed"])
    assert (await may(desk.admin, ticket))["canUpdate"] is False

    await set_scheme(desk, closedIsFinal=False)
    await allow(desk, "agent", "ticket.delete")

    assert await may(desk.admin, ticket) == {"canUpdate": True, "canReply": True, "canDelete": True}
    assert await may(desk.agent, ticket) == {"canUpdate": False, "canReply": False, "canDelete": False}
    for document, values in ((UPDATE, {"title": "x"}), (DELETE, {})):
        assert await refused(desk.agent, document, ticket, **values) == [("CONFLICT", ["id"])]
    assert (await reply(desk.customer, ticket)).refusals("ticketReply") == [("CONFLICT", ["id"])]
    assert await read(desk, ticket) == closed
    assert (await updated(desk.admin, ticket, title="Corrected"))["statusCategory"] == "CLOSED"
    opened = await updated(desk.admin, ticket, statusId=keys["open"])
    assert (opened["statusCategory"], opened["closedAt"], opened["solvedAt"]) == ("OPEN", None, None)


@pytest.mark.requirement("F4")
async def test_what_is_solved_may_be_for_reading_only(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    await set_scheme(desk, solvedIsReadOnly=True)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    solved = await updated(desk.agent, ticket, statusId=keys["solved"])

    assert (await may(desk.agent, ticket))["canUpdate"] is False
    assert await refused(desk.agent, UPDATE, ticket, title="x") == [("CONFLICT", ["id"])]
    assert (await reply(desk.agent, ticket)).refusals("ticketReply") == [("CONFLICT", ["id"])]
    assert await read(desk, ticket) == solved
    assert (await replied(desk.customer, ticket))["statusCategory"] == "OPEN"
    await updated(desk.agent, ticket, statusId=keys["solved"])
    assert (await updated(desk.admin, ticket, title="y"))["title"] == "y"


@pytest.mark.requirement("R3", "C7")
async def test_groups_that_have_held_tickets_may_have_to_keep_their_names(desk: Desk) -> None:
    held, empty = await make_group(desk, "A", desk.agent), await make_group(desk, "B", desk.leader)
    await open_ticket(desk.admin, groupId=held)
    assert (await desk.admin.ask(GROUP, input={"id": held, "name": "A2"})).payload("groupUpdate")

    await set_scheme(desk, strictGroupLock=True)

    kept = await desk.admin.ask(GROUP, input={"id": held, "name": "A3"})
    assert kept.refusals("groupUpdate") == [("CONFLICT", ["name"])]
    other = await desk.admin.ask(GROUP, input={"id": empty, "name": "B2"})
    assert other.payload("groupUpdate")["group"] == {"name": "B2"}
    same = await desk.admin.ask(GROUP, input={"id": held, "name": "A2", "description": "First line"})
    assert same.payload("groupUpdate")["group"] == {"name": "A2"}


@pytest.mark.requirement("B14")
async def test_a_tenant_may_have_agents_open_no_tickets(desk: Desk) -> None:
    await allow(desk, "agent", without=("ticket.assign",))
    assert (await open_ticket(desk.agent))["number"] == "1"
    (await desk.admin.ask(SETTINGS, input={"agentsOpenTickets": False})).payload("ticketSettingsUpdate")

    answer = await desk.agent.ask(CREATE, input={"title": "x", "body": "y"})

    assert answer.refusals("ticketCreate") == [("FORBIDDEN", None)]
    for person in (desk.leader, desk.customer):
        assert (await open_ticket(person))["statusCategory"] in ("NEW", "OPEN")
    assert (await open_ticket(desk.admin))["number"] == "4"


@pytest.mark.requirement("B15")
async def test_who_opened_a_ticket_edits_it_and_who_has_it_sets_a_status_with_a_reply(desk: Desk) -> None:
    await allow(desk, "agent", "ticket.update_own", without=("ticket.update",))
    group = await make_group(desk, "A", desk.agent, await desk.add("agent"))
    keys = await statuses(desk)
    own = await open_ticket(desk.agent)
    given = await open_ticket(desk.admin, groupId=group, assigneeId=desk.agent.id)

    assert (await updated(desk.agent, own, title="Mine"))["title"] == "Mine"
    assert await may(desk.agent, own) == {"canUpdate": True, "canReply": True, "canDelete": True}
    assert await may(desk.agent, given) == {"canUpdate": False, "canReply": True, "canDelete": False}
    for document, values in ((UPDATE, {"title": "x"}), (DELETE, {})):
        assert [code for code, _ in await refused(desk.agent, document, given, **values)] == ["FORBIDDEN"]
    assert (await replied(desk.agent, given, statusId=keys["pending"]))["statusCategory"] == "PENDING"
    answer = await desk.agent.ask(DELETE, input={"id": own["id"]})
    assert answer.payload("ticketDelete")["ticket"] is None
    assert (await read(desk, own))["state"] == "DELETED"


@pytest.mark.requirement("F5", "X1")
async def test_a_status_leads_where_it_says_and_nowhere_else(desk: Desk) -> None:
    keys = await statuses(desk)
    found = await set_status(desk, "open", leadsToIds=[keys["pending"], keys["solved"], keys["pending"]])
    assert [each["key"] for each in found["leadsTo"]] == ["pending", "solved"]
    ticket = await open_ticket(desk.customer)
    before = await updated(desk.admin, ticket, statusId=keys["open"])

    answer = await update(desk.admin, ticket, statusId=keys["closed"])

    assert answer.refusals("ticketUpdate") == [("CONFLICT", ["statusId"])]
    assert "Pending, Solved" in answer.data["ticketUpdate"]["userErrors"][0]["message"]
    assert await read(desk, ticket) == before
    await updated(desk.admin, ticket, statusId=keys["pending"])
    assert (await updated(desk.admin, ticket, statusId=keys["closed"]))["statusCategory"] == "CLOSED"
    anywhere = await set_status(desk, "open", leadsToIds=[])
    assert (anywhere["leadsTo"], anywhere["version"]) == ([], 3)


async def test_a_refusal_calls_statuses_as_the_caller_does(desk: Desk) -> None:
    keys = await statuses(desk)
    for key, word in (("open", "在办"), ("pending", "待复"), ("closed", "结案")):
        await set_status(desk, key, labels=[{"locale": "zh-Hans", "label": word}])
    await set_status(desk, "open", leadsToIds=[keys["pending"], keys["solved"]])
    ticket = await updated(desk.admin, await open_ticket(desk.customer), statusId=keys["open"])
    given = {"input": {"id": ticket["id"], "statusId": keys["closed"]}}

    answer = await desk.served.ask(UPDATE, given, token=desk.admin.token, accept_language="zh-CN")

    message = answer.data["ticketUpdate"]["userErrors"][0]["message"]
    assert all(word in message for word in ("在办", "待复", "结案"))
    assert "Pending" not in message


async def test_a_way_to_what_was_archived_is_none(desk: Desk) -> None:
    keys = await statuses(desk)
    given = {"key": "asked", "category": "OPEN", "label": "Asked again"}
    made = (await desk.admin.ask(CREATE_STATUS, input=given)).payload("statusCreate")["status"]["id"]
    await set_status(desk, "open", leadsToIds=[made])
    ticket = await updated(desk.admin, await open_ticket(desk.customer), statusId=keys["open"])
    assert (await desk.admin.ask(STATUS, input={"id": made, "isActive": False})).payload("statusUpdate")

    assert (await updated(desk.admin, ticket, statusId=keys["pending"]))["statusCategory"] == "PENDING"


async def test_a_status_follows_another_after_some_hours(desk: Desk) -> None:
    keys = await statuses(desk)
    waiting = await set_status(desk, "pending", nextId=keys["solved"], nextAfterHours=48)
    assert (waiting["next"], waiting["nextAfterHours"]) == ({"key": "solved"}, 48)
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, statusId=keys["pending"])

    async def pass_hours(hours: float) -> int:
        moment = datetime.now(UTC) + timedelta(hours=hours)
        with acting_for(desk.tenant_id):
            return await move_on(replace(automatic_context(desk.tenant_id), clock=lambda: moment))

    assert await pass_hours(47) == 0
    assert await pass_hours(49) == 1
    assert (await read(desk, ticket))["statusCategory"] == "SOLVED"
    assert await pass_hours(49 + 71) == 0
    assert await pass_hours(49 + 73) == 1
    assert (await read(desk, ticket))["statusCategory"] == "CLOSED"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"nextId": "closed"}, ("REQUIRED", ["nextAfterHours"])),
        ({"nextAfterHours": 3}, ("REQUIRED", ["nextId"])),
        ({"nextId": "open", "nextAfterHours": 3}, ("INVALID", ["nextId"])),
        ({"nextId": "new", "nextAfterHours": 3}, ("INVALID", ["nextId"])),
        ({"nextId": "closed", "nextAfterHours": 0}, ("INVALID", ["nextAfterHours"])),
        ({"nextId": "closed", "nextAfterHours": 87_601}, ("INVALID", ["nextAfterHours"])),
        ({"customerLabel": " "}, ("REQUIRED", ["customerLabel"])),
        ({"customerLabel": "x" * 81}, ("TOO_LONG", ["customerLabel"])),
    ],
)
async def test_what_cannot_be_said_of_a_status(
    desk: Desk, values: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    keys, before = await statuses(desk), await digest(desk.tenant_id)
    given = {**values, **({"nextId": keys[values["nextId"]]} if "nextId" in values else {})}

    answer = await desk.admin.ask(STATUS, input={"id": keys["open"], **given})

    assert answer.refusals("statusUpdate") == [refusal]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_customers_read_what_is_worded_for_them(desk: Desk) -> None:
    told = await set_status(
        desk, "open", customerLabel="In good hands", customerLabels=[{"locale": "zh-Hans", "label": "处理中"}]
    )
    assert (told["label"], told["customerLabel"]) == ("Open", "In good hands")
    ask = '{ statuses { nodes { key label zh: label(locale: "zh-Hans") customerLabel } } }'

    helper = await desk.add("helper", UserKind.EXTERNAL)

    for person, row in (
        (desk.agent, ("Open", "受理中", "In good hands")),
        (desk.customer, ("In good hands", "处理中", None)),
        (helper, ("In good hands", "处理中", None)),
    ):
        nodes = {each["key"]: each for each in (await person.ask(ask)).data["statuses"]["nodes"]}
        assert (nodes["open"]["label"], nodes["open"]["zh"], nodes["open"]["customerLabel"]) == row
        assert nodes["new"]["label"] == "New"
    again = await set_status(desk, "open", customerLabel=None)
    assert again["customerLabel"] is None


async def test_a_status_that_tickets_come_to_by_themselves_is_not_archived(desk: Desk) -> None:
    made = await desk.admin.ask(
        CREATE_STATUS, input={"key": "asked", "category": "OPEN", "label": "Asked again"}
    )
    asked = made.payload("statusCreate")["status"]["id"]
    await set_scheme(desk, onReopenId=asked)

    answer = await desk.admin.ask(STATUS, input={"id": asked, "isActive": False})

    assert answer.refusals("statusUpdate") == [("CONFLICT", ["isActive"])]
    await set_scheme(desk, onReopenId=None)
    assert (await desk.admin.ask(STATUS, input={"id": asked, "isActive": False})).payload("statusUpdate")
    unfit = await desk.admin.ask(SCHEME, input={"onReopenId": asked})
    assert unfit.refusals("statusSchemeUpdate") == [("INVALID", ["onReopenId"])]

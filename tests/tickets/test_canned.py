"""Canned replies: whose they are, what stands in them, and what comes out for a ticket (G4, L9, B3)."""

from typing import Any

import pytest

from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.tickets.making import make_group, open_ticket, reply

CREATE = """mutation($input: CannedReplyCreateInput!) { cannedReplyCreate(input: $input) {
  cannedReply { id name body group { id } owner { id } version } userErrors { code path message } } }"""
UPDATE = """mutation($input: CannedReplyUpdateInput!) { cannedReplyUpdate(input: $input) {
  cannedReply { id name body version } userErrors { code path message } } }"""
DELETE = """mutation($input: CannedReplyDeleteInput!) { cannedReplyDelete(input: $input) {
  deletedId userErrors { code path message } } }"""
RENDER = """mutation($input: CannedReplyRenderInput!) { cannedReplyRender(input: $input) {
  bodyText userErrors { code path message } } }"""
LIST = "{ cannedReplies { nodes { name } } }"
FULL = "{{requester.name}}|{{ticket.number}}|{{ ticket.title }}|{{group.name}}|{{agent.name}}|{{desk.name}}"


async def made(person: Person, name: str = "Greeting", body: str = "Hello", **values: Any) -> dict[str, Any]:
    answer = await person.ask(CREATE, input={"name": name, "body": body, **values})
    found: dict[str, Any] = answer.payload("cannedReplyCreate")["cannedReply"]
    return found


async def names(person: Person) -> list[str]:
    return [each["name"] for each in (await person.ask(LIST)).data["cannedReplies"]["nodes"]]


async def rendered(person: Person, canned: dict[str, Any], ticket: dict[str, Any]) -> str:
    answer = await person.ask(RENDER, input={"id": canned["id"], "ticketId": ticket["id"]})
    return str(answer.payload("cannedReplyRender")["bodyText"])


@pytest.mark.requirement("L9")
async def test_each_sees_the_desks_their_groups_and_their_own(desk: Desk) -> None:
    night = await make_group(desk, "Night", desk.leader)
    await made(desk.admin, "of the desk")
    await made(desk.leader, "of the night", groupId=night)
    own = await made(desk.agent, "of the agent", isOwn=True)

    assert own["owner"] == {"id": desk.agent.id}
    assert await names(desk.agent) == ["of the agent", "of the desk"]
    assert await names(desk.leader) == ["of the desk", "of the night"]
    assert await names(desk.admin) == ["of the desk", "of the night"]
    assert await names(desk.customer) == []


@pytest.mark.requirement("B3")
async def test_agents_keep_their_own_and_change_no_others(desk: Desk) -> None:
    theirs, own = await made(desk.admin), await made(desk.agent, "mine", isOwn=True)
    before = await digest(desk.tenant_id)

    for document, name, given in (
        (CREATE, "cannedReplyCreate", {"name": "x", "body": "x"}),
        (UPDATE, "cannedReplyUpdate", {"id": theirs["id"], "name": "x"}),
        (DELETE, "cannedReplyDelete", {"id": theirs["id"]}),
    ):
        assert (await desk.agent.ask(document, input=given)).refusals(name) == [("FORBIDDEN", None)]
    answer = await desk.admin.ask(UPDATE, input={"id": own["id"], "name": "x"})
    assert answer.refusals("cannedReplyUpdate") == [("NOT_FOUND", ["id"])]
    assert changed(before, await digest(desk.tenant_id)) == []

    renamed = (await desk.agent.ask(UPDATE, input={"id": own["id"], "name": "better"})).payload(
        "cannedReplyUpdate"
    )
    assert (renamed["cannedReply"]["name"], renamed["cannedReply"]["version"]) == ("better", 2)
    (await desk.agent.ask(DELETE, input={"id": own["id"]})).payload("cannedReplyDelete")
    assert await names(desk.agent) == ["Greeting"]


async def test_leaders_make_them_for_groups_that_they_work_in(desk: Desk) -> None:
    theirs = await make_group(desk, "Day", desk.agent)

    answer = await desk.leader.ask(CREATE, input={"name": "x", "body": "x", "groupId": theirs})

    assert answer.refusals("cannedReplyCreate") == [("NOT_FOUND", ["groupId"])]
    assert (await made(desk.admin, "x", groupId=theirs))["group"] == {"id": theirs}


@pytest.mark.requirement("G4")
async def test_variables_are_filled_for_a_ticket(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    canned = await made(desk.admin, body=FULL)
    ticket = await open_ticket(desk.customer, title="打印机 {{agent.name}} <b>")

    text = await rendered(desk.agent, canned, ticket)

    number = ticket["number"]
    assert text == f"Customer|{number}|打印机 {{{{agent.name}}}} <b>|Tier 1|Agent|Northwind 北风"
    said = (await reply(desk.agent, ticket, text)).payload("ticketReply")["message"]
    assert said["bodyText"] == text
    assert "<b>" not in said["bodyHtml"]


async def test_what_there_is_none_of_is_left_empty(desk: Desk) -> None:
    canned = await made(desk.admin, body="[{{group.name}}]")

    assert await rendered(desk.admin, canned, await open_ticket(desk.customer)) == "[]"


async def test_a_ticket_out_of_sight_fills_nothing(desk: Desk) -> None:
    canned, ticket = await made(desk.admin), await open_ticket(desk.customer)

    answer = await desk.agent.ask(RENDER, input={"id": canned["id"], "ticketId": ticket["id"]})

    assert answer.refusals("cannedReplyRender") == [("NOT_FOUND", ["ticketId"])]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": " "}, ("REQUIRED", ["name"])),
        ({"name": "x" * 81}, ("TOO_LONG", ["name"])),
        ({"body": " \x00"}, ("REQUIRED", ["body"])),
        ({"body": "x" * 20_001}, ("TOO_LONG", ["body"])),
        ({"body": "Dear {{requester.salary}}"}, ("INVALID", ["body"])),
        ({"groupId": "grp_" + "0" * 32}, ("NOT_FOUND", ["groupId"])),
        ({"groupId": "grp_" + "0" * 32, "isOwn": True}, ("INVALID", ["groupId"])),
    ],
)
async def test_bad_ones_are_refused(desk: Desk, values: dict[str, Any], told: tuple[str, list[str]]) -> None:
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(CREATE, input={"name": "x", "body": "x", **values})

    assert answer.refusals("cannedReplyCreate") == [told]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_an_unknown_variable_is_named_with_those_that_there_are(desk: Desk) -> None:
    answer = await desk.admin.ask(CREATE, input={"name": "x", "body": "{{ requester.salary }}"})

    [error] = answer.data["cannedReplyCreate"]["userErrors"]
    assert error["message"].startswith("There is no variable requester.salary; there is: requester.name,")


async def test_a_group_that_goes_takes_its_canned_replies_along(desk: Desk) -> None:
    group = await make_group(desk, "Night", desk.agent)
    await make_group(desk, "Day", desk.agent)
    await made(desk.admin, groupId=group)

    gone = "mutation($input: GroupDeleteInput!) { groupDelete(input: $input) { userErrors { code } } }"
    (await desk.founder.ask(gone, input={"id": group})).payload("groupDelete")

    assert await names(desk.admin) == []

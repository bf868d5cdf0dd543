"""Who sees which ticket, by every path there is."""

from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch_value
from core.kit.ids import id_at, key_of, to_global
from core.operating import operator_context
from core.testing import Desk, Person
from tests.tickets.making import (
    REPLY,
    TRANSFER,
    UPDATE,
    WATCH,
    make_group,
    open_ticket,
    replied,
    reply,
    updated,
)

pytestmark = pytest.mark.usefixtures("way")

PATHS = """query($id: ID!, $number: String!, $message: ID!, $event: ID!, $attachment: ID!, $assignment: ID!) {
  node(id: $id) { id } ticket(id: $id) { id } byNumber: ticket(number: $number) { id }
  tickets(filter: {id: {eq: $id}}) { nodes { id } totalCount { value } }
  message: node(id: $message) { id } event: node(id: $event) { id } attachment: node(id: $attachment) { id }
  assignment: node(id: $assignment) { id } all: nodes(ids: [$id, $message, $event, $attachment]) { id } }"""
NOTHING = {
    "node": None, "ticket": None, "byNumber": None, "tickets": {"nodes": [], "totalCount": {"value": 0}},
    "message": None, "event": None, "attachment": None, "assignment": None, "all": [None] * 4,
}  # fmt: skip
COUNTED = """{ tickets { nodes { id } totalCount { value exact } }
  upTo: tickets { totalCount(max: 2) { value exact } } }"""
ORGANIZATION = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { id } userErrors { code } } }"""
SHARE = """mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) {
  organization { id } userErrors { code } } }"""
TALK = """query($id: ID!) { ticket(id: $id) { lastMessage { bodyText }
  messages { nodes { bodyText } totalCount { value } }
  timeline { nodes { __typename ... on Message { bodyText } } totalCount { value } }
  assignments { nodes { id } } tags { id } group { id } } }"""


async def parts(desk: Desk, ticket: dict[str, Any]) -> dict[str, str]:
    """Ids of everything that hangs on a ticket, an attachment included."""
    key = key_of(ticket["id"], "tkt")
    with acting_for(desk.tenant_id):
        values: dict[str, object] = {
            "tenant": desk.tenant_id,
            "ticket": key,
            "id": id_at(operator_context(desk.tenant_id).now()),
        }
        await execute(
            "insert into attachments (id, tenant_id, created_at, message_id, ticket_id, file_name, content_type,"
            " byte_size, sha256, blob_key) select :id, tenant_id, created_at, id, ticket_id, 'a.txt', 'text/plain', 1,"
            " repeat('0', 64), 'x' from messages where tenant_id = :tenant and ticket_id = :ticket limit 1",
            values,
        )
        found = {"attachment": to_global("att", values["id"])}  # type: ignore[arg-type]
        for name, prefix, table, column in (
            ("message", "msg", "messages", "ticket_id"),
            ("event", "evt", "events", "subject_id"),
            ("assignment", "asg", "assignments", "ticket_id"),
        ):
            first = await fetch_value(
                f"select id from {table} where tenant_id = :tenant and {column} = :ticket limit 1",
                {"tenant": desk.tenant_id, "ticket": key},
            )
            found[name] = to_global(prefix, first)
    return {"id": ticket["id"], "number": ticket["number"], **found}


async def sees(person: Person, ticket: dict[str, Any]) -> bool:
    answer = await person.ask("query($id: ID!) { ticket(id: $id) { id } }", id=ticket["id"])
    return answer.data["ticket"] is not None


async def watch(person: Person, ticket: dict[str, Any], kind: str, user: Person | None = None) -> Any:
    values = {"ticketId": ticket["id"], "kind": kind} | ({"userId": user.id} if user else {})
    return (await person.ask(WATCH, input=values)).payload("ticketWatch")


async def test_a_stranger_finds_a_ticket_by_no_path(desk: Desk, other: Desk) -> None:
    group = await make_group(desk, "A", desk.leader)
    ticket = await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=group)
    named = await parts(desk, ticket)
    stranger = await desk.add("stranger", UserKind.CUSTOMER)
    helper = await desk.add("helper", UserKind.EXTERNAL)

    for person in (stranger, helper, desk.agent):
        assert (await person.ask(PATHS, **named)).data == NOTHING
    for person in (other.founder, other.customer):
        assert (await person.ask(PATHS, **named)).data == NOTHING
    seen = (await desk.leader.ask(PATHS, **named)).data
    assert all(seen.values())
    assert seen["all"] == [{"id": named[name]} for name in ("id", "message", "event", "attachment")]


@pytest.mark.requirement("F14", "G1")
async def test_a_customer_sees_the_public_parts_of_their_own(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.leader)
    ticket = await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=group)
    named = await parts(desk, ticket)

    seen = (await desk.customer.ask(PATHS, **named)).data

    assert (seen["event"], seen["assignment"]) == (None, None)
    assert seen["message"] == {"id": named["message"]}
    assert seen["attachment"] == {"id": named["attachment"]}


@pytest.mark.requirement("G1")
async def test_a_private_message_is_invisible_by_every_path(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, body="first")
    await reply(desk.admin, ticket, "public answer")
    noted = (await reply(desk.admin, ticket, "客户很急", visibility="PRIVATE")).payload("ticketReply")[
        "message"
    ]
    reader = await desk.add("reader", UserKind.EXTERNAL)
    await watch(desk.admin, ticket, "CC", reader)

    for person in (desk.customer, reader):
        seen = (await person.ask(TALK, id=ticket["id"])).data["ticket"]
        assert [each["bodyText"] for each in seen["messages"]["nodes"]] == ["first", "public answer"]
        assert seen["messages"]["totalCount"] == {"value": 2}
        assert [each["bodyText"] for each in seen["timeline"]["nodes"]] == ["first", "public answer"]
        assert seen["timeline"]["totalCount"] == {"value": 2}
        assert seen["lastMessage"] == {"bodyText": "public answer"}
        assert (seen["assignments"]["nodes"], seen["tags"], seen["group"]) == ([], [], None)
        answer = await person.ask(
            "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", id=noted["id"]
        )
        assert answer.data == {"node": None, "nodes": [None]}
    seen = (await desk.admin.ask(TALK, id=ticket["id"])).data["ticket"]
    assert seen["lastMessage"] == {"bodyText": "客户很急"}
    assert seen["messages"]["totalCount"] == {"value": 3}


async def test_each_ticket_of_a_list_has_its_own_last_message(desk: Desk) -> None:
    first, second = await open_ticket(desk.customer, body="one"), await open_ticket(desk.customer, body="two")
    await reply(desk.admin, first, "public")
    await reply(desk.admin, second, "secret", visibility="PRIVATE")

    query = "{ tickets(orderBy: [{field: NUMBER, direction: ASC}]) { nodes { lastMessage { bodyText } } } }"

    for person, expected in ((desk.customer, ["public", "two"]), (desk.admin, ["public", "secret"])):
        nodes = (await person.ask(query)).data["tickets"]["nodes"]
        assert [each["lastMessage"]["bodyText"] for each in nodes] == expected


async def test_customers_write_no_private_messages(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    answer = await desk.customer.ask(REPLY, input={"id": ticket["id"], "body": "x", "visibility": "PRIVATE"})

    assert answer.refusals("ticketReply") == [("FORBIDDEN", ["visibility"])]
    assert len((await desk.admin.ask(TALK, id=ticket["id"])).data["ticket"]["messages"]["nodes"]) == 1


@pytest.mark.requirement("B4")
@pytest.mark.requirement("B11")
async def test_scopes_of_staff(desk: Desk) -> None:
    mine, theirs = (
        await make_group(desk, "A", desk.agent, desk.leader),
        await make_group(desk, "B", desk.leader, desk.admin),
    )
    in_mine = await open_ticket(desk.admin, groupId=mine)
    in_theirs = await open_ticket(desk.admin, groupId=theirs)
    nowhere = await open_ticket(desk.customer)
    inspector = await desk.add("inspector")
    roleless = await desk.add("nobody")

    seen = {
        name: [await sees(person, ticket) for ticket in (in_mine, in_theirs, nowhere)]
        for name, person in {**desk.people, "inspector": inspector, "nobody": roleless}.items()
        if name not in ("founder", "customer")
    }  # fmt: skip

    assert seen == {
        "admin": [True, True, True], "inspector": [True, True, True], "leader": [True, True, False],
        "agent": [True, False, False], "nobody": [False, False, False],
    }  # fmt: skip


@pytest.mark.requirement("B4", "B11", "H5")
async def test_what_is_seen_in_several_ways_is_counted_once(desk: Desk) -> None:
    mine = await make_group(desk, "A", desk.agent, desk.leader)
    theirs = await make_group(desk, "B", desk.leader, desk.admin)
    hidden = await open_ticket(desk.admin, groupId=theirs)
    everyway = await open_ticket(
        desk.admin, groupId=mine, assigneeId=desk.agent.id, requesterId=desk.customer.id
    )
    watched, handed_on, grouped = [await open_ticket(desk.admin, groupId=mine) for _ in range(3)]
    own = await open_ticket(desk.customer)
    for ticket in (everyway, watched):
        await watch(desk.agent, ticket, "STAR")
        await watch(desk.admin, ticket, "CC", desk.customer)
    await updated(desk.admin, watched, groupId=theirs)
    moved = await desk.agent.ask(TRANSFER, input={"id": handed_on["id"], "groupId": theirs, "note": "Yours."})
    assert not moved.payload("ticketTransfer")["userErrors"]

    for person, tickets in (
        (desk.admin, [hidden, everyway, watched, handed_on, grouped, own]),
        (desk.agent, [everyway, watched, handed_on, grouped]),
        (desk.customer, [everyway, watched, own]),
    ):
        found = (await person.ask(COUNTED)).data
        assert {each["id"] for each in found["tickets"]["nodes"]} == {each["id"] for each in tickets}
        assert found["tickets"]["totalCount"] == {"value": len(tickets), "exact": True}
        assert found["upTo"]["totalCount"] == {"value": 2, "exact": False}


@pytest.mark.requirement("H5")
async def test_a_follower_keeps_sight_when_the_ticket_moves_on(desk: Desk) -> None:
    mine, theirs = (
        await make_group(desk, "A", desk.agent, desk.leader),
        await make_group(desk, "B", desk.leader, desk.admin),
    )
    followed, starred, other = [await open_ticket(desk.admin, groupId=mine) for _ in range(3)]
    await watch(desk.agent, followed, "FOLLOW")
    await watch(desk.agent, starred, "STAR")

    for ticket in (followed, starred, other):
        await updated(desk.admin, ticket, groupId=theirs)

    assert [await sees(desk.agent, ticket) for ticket in (followed, starred, other)] == [True, True, False]


@pytest.mark.requirement("D6")
@pytest.mark.requirement("H8")
async def test_people_of_an_organisation_share_tickets_where_it_says_so(desk: Desk) -> None:
    made = await desk.admin.ask(ORGANIZATION, input={"name": "Contoso", "domains": ["contoso.example"]})
    organization = made.payload("organizationCreate")["organization"]["id"]
    first = await desk.add("first", UserKind.CUSTOMER, email="1@contoso.example")
    second = await desk.add("second", UserKind.CUSTOMER, email="2@contoso.example")
    ticket = await open_ticket(first)
    assert not await sees(second, ticket)

    await desk.admin.ask(SHARE, input={"id": organization, "sharesTickets": True})
    assert await sees(second, ticket)
    assert not await sees(desk.customer, ticket)
    assert (await replied(second, ticket))["id"] == ticket["id"]
    await watch(second, ticket, "STAR")

    await desk.admin.ask(SHARE, input={"id": organization, "sharesTickets": False})
    assert not await sees(second, ticket)
    assert await sees(first, ticket)


@pytest.mark.requirement("H7")
@pytest.mark.requirement("B23")
async def test_who_is_copied_in_sees_and_answers(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    colleague = await desk.add("colleague", UserKind.CUSTOMER)
    helper = await desk.add("helper", UserKind.EXTERNAL)

    for person in (desk.agent, colleague, helper):
        assert not await sees(person, ticket)
        await watch(desk.admin, ticket, "CC", person)
        assert await sees(person, ticket)
    for person in (colleague, helper):
        assert (await replied(person, ticket))["id"] == ticket["id"]
        changed = await person.ask(UPDATE, input={"id": ticket["id"], "title": "mine"})
        assert changed.refusals("ticketUpdate") == [("FORBIDDEN", None)]
        listed = await person.ask("{ tickets(filter: {watchedByMeAs: [CC]}) { nodes { id } } }")
        assert listed.data["tickets"]["nodes"] == [{"id": ticket["id"]}]


async def test_changing_what_one_does_not_see_is_not_found(desk: Desk, other: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    stranger = await desk.add("stranger", UserKind.CUSTOMER)

    for person in (desk.agent, other.founder):
        answer = await person.ask(UPDATE, input={"id": ticket["id"], "title": "x"})
        assert answer.refusals("ticketUpdate") == [("NOT_FOUND", ["id"])]
    for person in (desk.agent, stranger, other.founder, other.customer):
        answer = await person.ask(REPLY, input={"id": ticket["id"], "body": "x"})
        assert answer.refusals("ticketReply") == [("NOT_FOUND", ["id"])]
        answer = await person.ask(WATCH, input={"ticketId": ticket["id"]})
        assert answer.refusals("ticketWatch") == [("NOT_FOUND", ["ticketId"])]


@pytest.mark.requirement("B4")
async def test_the_narrowest_scope_is_what_one_has_asked_raised_or_holds(desk: Desk) -> None:
    narrow = await desk.add("nobody")
    group = await make_group(desk, "A", narrow, desk.leader)

    held = await open_ticket(desk.admin, groupId=group, assigneeId=narrow.id)
    raised = await open_ticket(desk.admin, initiatorId=narrow.id)
    asked = await open_ticket(desk.admin, requesterId=narrow.id)
    of_the_group = await open_ticket(desk.admin, groupId=group)

    assert [await sees(narrow, each) for each in (held, raised, asked, of_the_group)] == [
        True,
        True,
        True,
        False,
    ]
    await updated(desk.admin, held, assigneeId=desk.leader.id)
    assert not await sees(narrow, held)

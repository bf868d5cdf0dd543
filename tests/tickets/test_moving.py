"""Tickets are given, taken, handed on and given back (B12, F3, F4, G2, M2, M3)."""

import asyncio
from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.tickets.making import (
    ASSIGN,
    CLAIM,
    RELEASE,
    TRANSFER,
    done,
    make_group,
    open_ticket,
    read,
    refused,
    reply,
    statuses,
    update,
    updated,
)

HISTORY = """query($id: ID!) { ticket(id: $id) { assignments { nodes { how by { id } fromUser { id } toUser { id }
  fromGroup { id } toGroup { id } note { bodyText visibility } } } } }"""
HANDED_ON = "{ tickets(filter: {transferredByMe: true}) { nodes { id } totalCount { value } } }"
MAY = """query($id: ID!) { ticket(id: $id) {
  permissions { canUpdate canAssign canClaim canReply canNote canDelete } } }"""
FOLLOW = "mutation($input: TicketWatchInput!) { ticketWatch(input: $input) { userErrors { code } } }"


async def history(desk: Desk, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await desk.admin.ask(HISTORY, id=ticket["id"])).data["ticket"][
        "assignments"
    ]["nodes"]
    return nodes


async def may(person: Person, ticket: dict[str, Any]) -> dict[str, bool]:
    found: dict[str, bool] = (await person.ask(MAY, id=ticket["id"])).data["ticket"]["permissions"]
    return found


@pytest.mark.requirement("B12")
async def test_a_leader_gives_a_ticket_to_an_agent(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)

    found = await done(desk.leader, ASSIGN, ticket, assigneeId=desk.agent.id, note="Please look.")

    assert (found["assignee"], found["group"]) == ({"id": desk.agent.id}, {"id": group})
    assert found["statusCategory"] == "OPEN"
    assert (await history(desk, ticket))[-1] == {
        "how": "ASSIGN", "by": {"id": desk.leader.id}, "fromUser": None, "toUser": {"id": desk.agent.id},
        "fromGroup": {"id": group}, "toGroup": {"id": group},
        "note": {"bodyText": "Please look.", "visibility": "PRIVATE"},
    }  # fmt: skip


async def test_somebody_must_be_named(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    before = await digest(desk.tenant_id)

    for document, values in ((ASSIGN, {}), (TRANSFER, {"note": "why"})):
        assert await refused(desk.admin, document, ticket, **values) == [("REQUIRED", ["groupId"])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_who_does_not_work_in_the_group_is_refused(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await make_group(desk, "Tier 2", desk.admin)
    ticket = await open_ticket(desk.customer)

    given = {"groupId": group, "assigneeId": desk.admin.id}
    assert await refused(desk.admin, ASSIGN, ticket, **given) == [("INVALID", ["assigneeId"])]


@pytest.mark.requirement("F3")
async def test_an_agent_takes_a_ticket_that_nobody_has(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    assert (await may(desk.agent, ticket))["canClaim"] is True

    found = await done(desk.agent, CLAIM, ticket)

    assert (found["assignee"], found["group"]) == ({"id": desk.agent.id}, {"id": group})
    assert found["statusCategory"] == "OPEN"
    assert [(each["how"], each["toUser"]) for each in await history(desk, ticket)] == [
        ("CREATE", None), ("CLAIM", {"id": desk.agent.id}),
    ]  # fmt: skip
    assert (await may(desk.agent, ticket))["canClaim"] is False


async def test_a_ticket_without_a_group_comes_to_the_group_of_who_takes_it(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.leader)
    second = await make_group(desk, "Tier 2", desk.admin, desk.agent)
    ticket = await open_ticket(desk.customer)

    assert (await done(desk.admin, CLAIM, ticket))["group"] == {"id": second}


async def test_the_loser_is_told_who_won(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await done(desk.leader, CLAIM, ticket)
    before = await digest(desk.tenant_id)

    query = """mutation($input: TicketClaimInput!) { ticketClaim(input: $input) { ticket { id } userErrors {
      __typename code path message ... on VersionConflictError { current { ... on Ticket { assignee { id name } } } }
    } } }"""
    answer = await desk.agent.ask(query, input={"id": ticket["id"]})

    assert answer.data["ticketClaim"] == {
        "ticket": None,
        "userErrors": [{
            "__typename": "VersionConflictError", "code": "CONFLICT", "path": ["id"],
            "message": f"Leader has taken ticket #{ticket['number']} already.",
            "current": {"assignee": {"id": desk.leader.id, "name": "Leader"}},
        }],
    }  # fmt: skip
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_of_many_who_claim_at_once_one_gets_it(desk: Desk) -> None:
    people = [
        desk.agent,
        desk.leader,
        desk.admin,
        await desk.add("agent", name="Ada"),
        await desk.add("agent"),
    ]
    await make_group(desk, "Tier 1", *people)
    ticket = await open_ticket(desk.customer)

    answers = await asyncio.gather(*(each.ask(CLAIM, input={"id": ticket["id"]}) for each in people))

    payloads = [each.data["ticketClaim"] for each in answers]
    [won] = [each["ticket"] for each in payloads if each["ticket"]]
    lost = [each["userErrors"][0] for each in payloads if each["userErrors"]]
    assert len(lost) == len(people) - 1
    winner = (await read(desk, ticket))["assignee"]
    assert won["assignee"] == winner
    assert {each["message"] for each in lost} == {lost[0]["message"]}
    assert [each["how"] for each in await history(desk, ticket)] == ["CREATE", "CLAIM"]


async def test_claiming_ones_own_changes_nothing(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await done(desk.agent, CLAIM, ticket)
    before = await digest(desk.tenant_id)

    assert (await done(desk.agent, CLAIM, ticket))["assignee"] == {"id": desk.agent.id}
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_only_members_of_its_group_take_it(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await make_group(desk, "Tier 2", desk.admin)

    assert await refused(desk.admin, CLAIM, ticket) == [("INVALID", ["assigneeId"])]


async def test_machines_take_none(desk: Desk) -> None:
    machine = await desk.add("admin", UserKind.MACHINE)
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)

    assert await refused(machine, CLAIM, ticket) == [("INVALID", ["assigneeId"])]


@pytest.mark.requirement("G2")
@pytest.mark.requirement("L14")
@pytest.mark.requirement("G9")
async def test_a_colleague_works_on_what_was_handed_on_and_hands_it_back(desk: Desk) -> None:
    first = await make_group(desk, "Tier 1", desk.agent, desk.admin)
    second = await make_group(desk, "Tier 2", desk.leader, desk.founder)
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, groupId=first, assigneeId=desk.agent.id)

    there = await done(desk.agent, TRANSFER, ticket, groupId=second, note="A question of the network.")
    assert (there["group"], there["assignee"]) == ({"id": second}, None)
    await done(desk.leader, CLAIM, ticket)
    back = await done(desk.leader, TRANSFER, ticket, groupId=first, assigneeId=desk.agent.id, note="Fixed.")

    assert (back["group"], back["assignee"]) == ({"id": first}, {"id": desk.agent.id})
    told = [(each["how"], each["note"] and each["note"]["bodyText"]) for each in await history(desk, ticket)]
    assert told[-3:] == [("TRANSFER", "A question of the network."), ("CLAIM", None), ("TRANSFER", "Fixed.")]
    query = "query($id: ID!) { ticket(id: $id) { messages { nodes { bodyText } } } }"
    seen = (await desk.customer.ask(query, id=ticket["id"])).data["ticket"]["messages"]["nodes"]
    assert seen == [{"bodyText": "help"}]


@pytest.mark.requirement("F3")
@pytest.mark.requirement("F4")
@pytest.mark.requirement("I3")
async def test_who_handed_a_ticket_on_still_reads_it_and_does_no_more(desk: Desk) -> None:
    first = await make_group(desk, "Tier 1", desk.agent, desk.admin)
    second = await make_group(desk, "Tier 2", desk.leader, desk.founder)
    ticket, other = await open_ticket(desk.customer), await open_ticket(desk.customer)
    for each in (ticket, other):
        await updated(desk.admin, each, groupId=first, assigneeId=desk.agent.id)
    await done(desk.agent, TRANSFER, ticket, groupId=second, note="Not mine.")
    before = await digest(desk.tenant_id)

    listed = (await desk.agent.ask(HANDED_ON)).data["tickets"]
    assert listed == {"nodes": [{"id": ticket["id"]}], "totalCount": {"value": 1}}
    assert set((await may(desk.agent, ticket)).values()) == {False}
    for answer, name in (
        (await update(desk.agent, ticket, title="x"), "ticketUpdate"),
        (await reply(desk.agent, ticket), "ticketReply"),
    ):
        assert answer.refusals(name) == [("FORBIDDEN", ["id"])]
    assert await refused(desk.agent, CLAIM, ticket) == [("FORBIDDEN", ["id"])]
    assert changed(before, await digest(desk.tenant_id)) == []
    assert (await desk.leader.ask(HANDED_ON)).data["tickets"]["nodes"] == []


async def test_a_ticket_within_reach_otherwise_stays_ones_own_to_work_on(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await done(desk.agent, CLAIM, ticket)
    await done(desk.agent, TRANSFER, ticket, assigneeId=desk.leader.id, note="Yours.")

    assert (await updated(desk.agent, ticket, title="Same group"))["group"] == {"id": group}
    assert (await may(desk.agent, ticket))["canUpdate"] is True


async def test_a_transfer_goes_somewhere_else_and_says_why(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await done(desk.agent, CLAIM, ticket)
    before = await digest(desk.tenant_id)

    stays = {"groupId": group, "assigneeId": desk.agent.id, "note": "why"}
    assert await refused(desk.agent, TRANSFER, ticket, **stays) == [("CONFLICT", ["groupId"])]
    empty = {"assigneeId": desk.leader.id, "note": "  "}
    assert await refused(desk.agent, TRANSFER, ticket, **empty) == [("REQUIRED", ["note"])]
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.requirement("M3")
async def test_what_is_given_back_waits_in_its_groups_queue(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent)
    ticket = await open_ticket(desk.customer)
    assert (await read(desk, ticket))["assignee"] == {"id": desk.agent.id}  # the only one (R8)

    found = await done(desk.agent, RELEASE, ticket, note="I am away.")

    assert (found["assignee"], found["group"], found["releaseCount"]) == (None, {"id": group}, 1)
    assert (await history(desk, ticket))[-1]["how"] == "RELEASE"
    assert await refused(desk.admin, RELEASE, ticket) == [("CONFLICT", ["id"])]


async def test_others_tickets_are_handed_on_and_given_back_by_who_may_assign(desk: Desk) -> None:
    role = """mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }"""
    permissions = ["ticket.claim", "ticket.note", "ticket.reply", "ticket.update"]
    given = {"name": "Narrow", "key": "narrow", "ticketScope": "GROUP", "permissions": permissions}
    (await desk.founder.ask(role, input=given)).payload("roleCreate")
    narrow = await desk.add("narrow", name="Nora")
    await make_group(desk, "Tier 1", desk.agent, narrow)
    own, others = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await done(narrow, CLAIM, own)
    await done(desk.agent, CLAIM, others)
    before = await digest(desk.tenant_id)

    onward = {"assigneeId": narrow.id, "note": "mine"}
    assert await refused(narrow, TRANSFER, others, **onward) == [("FORBIDDEN", None)]
    assert await refused(narrow, RELEASE, others) == [("FORBIDDEN", None)]
    assert await refused(narrow, ASSIGN, own, assigneeId=desk.agent.id) == [("FORBIDDEN", None)]
    assert changed(before, await digest(desk.tenant_id)) == []
    await done(desk.agent, RELEASE, own)
    await done(narrow, CLAIM, own)
    await done(narrow, TRANSFER, own, assigneeId=desk.agent.id, note="yours")


async def test_a_note_needs_the_right_to_notes(desk: Desk) -> None:
    role = """mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }"""
    given = {
        "name": "Mute",
        "key": "mute",
        "ticketScope": "ALL",
        "permissions": ["ticket.assign", "ticket.update"],
    }
    (await desk.founder.ask(role, input=given)).payload("roleCreate")
    mute = await desk.add("mute", name="Mute")
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    before = await digest(desk.tenant_id)

    onward = {"assigneeId": desk.agent.id, "note": "see"}
    assert await refused(mute, TRANSFER, ticket, **onward) == [("FORBIDDEN", ["note"])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_closed_tickets_are_not_moved(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["closed"])

    for document, values in ((ASSIGN, {"assigneeId": desk.agent.id}), (CLAIM, {})):
        assert (await refused(desk.leader, document, ticket, **values))[0][0] == "CONFLICT"

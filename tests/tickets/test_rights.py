"""`Ticket.permissions` tells beforehand what the mutations of a ticket would answer, for each of them."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from core.kit.context import UserKind
from core.kit.graph.inputs import camel
from core.kit.ids import key_of
from core.testing import Desk, Person
from core.tickets.graphql.timeline import TicketPermissions
from tests.callers.collected import schema
from tests.identity.test_impersonating import START as IMPERSONATE
from tests.identity.test_tokens import create as create_token
from tests.identity.test_tokens import role_id
from tests.sides.making import BEGIN
from tests.tickets.making import (
    ADMIT,
    ASSIGN,
    CLAIM,
    DELETE,
    INVALIDATE,
    LINK,
    MERGE,
    RELEASE,
    REPLY,
    RESTORE,
    SETTINGS,
    SPLIT,
    SUSPEND,
    TRANSFER,
    UPDATE,
    WATCH,
    done,
    make_group,
    open_ticket,
    read,
    reply,
    statuses,
    updated,
)
from tests.tickets.test_schemes import set_scheme

TOLD = {
    "ticketUpdate": ["canUpdate"], "ticketAssign": ["canAssign"], "ticketClaim": ["canClaim"],
    "ticketTransfer": ["canTransfer"], "ticketRelease": ["canRelease"], "ticketInvalidate": ["canInvalidate"],
    "ticketSuspend": ["canSuspend"], "ticketAdmit": ["canAdmit"], "ticketDelete": ["canDelete"],
    "ticketRestore": ["canRestore"], "ticketMerge": ["canMerge"], "ticketSplit": ["canSplit"],
    "ticketLink": ["canLink"], "ticketUnlink": ["canLink"], "ticketReply": ["canReply", "canNote"],
    "ticketWatch": ["canCopyIn"], "ticketUnwatch": ["canCopyIn"], "sideThreadCreate": ["canBeginSideThread"],
}  # fmt: skip
UNTOLD = {
    "ticketCreate": "there is no ticket yet; `viewer.permissions` tells",
    "ticketBulkUpdate": "of many; each is held to the rules of one",
    "ticketExport": "of many; a file holds what the caller sees",
    "ticketSettingsUpdate": "of none",
    "ticketLook": "whoever is an agent and sees it may",
    "ticketLeave": "whoever is an agent and sees it may",
    "ticketLinksLink": "a plugin's, which tells itself",
    "ticketLinksUnlink": "a plugin's, which tells itself",
    "cannedReplyRender": "reads; whoever is of the staff and sees both may",
    "mailTemplatePreview": "reads; of templates, by `mail.configure`",
    "notificationMarkAllRead": "of one's own notifications",
}
"""Mutations about which `permissions` is silent, with the reason."""

FLAGS = [camel(each.name) for each in fields(TicketPermissions)]
MAY = f"query($id: ID!) {{ ticket(id: $id) {{ permissions {{ {' '.join(FLAGS)} }} messages {{ nodes {{ id }} }} }} }}"
GROUPS = "query($name: String!) { groups(filter: { name: { eq: $name } }) { nodes { id } } }"
NEITHER_COUNTS = {"canLink", "canCopyIn", "canBeginSideThread"}
"""What moves no version of the ticket."""


def of_a_ticket() -> set[str]:
    root = schema().mutation_type
    assert root is not None
    found = set()
    for name, field in root.fields.items():
        kind = get_named_type(field.args["input"].type) if "input" in field.args else None
        names_one = isinstance(kind, GraphQLInputObjectType) and "ticketId" in kind.fields
        if name.startswith("ticket") or names_one:
            found.add(name)
    return found


def test_each_mutation_of_a_ticket_is_told_of_or_has_a_reason() -> None:
    assert of_a_ticket() == TOLD.keys() | UNTOLD.keys()
    assert not TOLD.keys() & UNTOLD.keys()
    assert {flag for flags in TOLD.values() for flag in flags} == set(FLAGS)


async def group_called(desk: Desk, name: str) -> str:
    nodes = (await desk.founder.ask(GROUPS, name=name)).data["groups"]["nodes"]
    return str(nodes[0]["id"])


State = Callable[[Desk, dict[str, Any]], Awaitable[Any]]


async def _fresh(desk: Desk, ticket: dict[str, Any]) -> None:
    pass


async def _held(desk: Desk, ticket: dict[str, Any]) -> None:
    await done(desk.admin, ASSIGN, ticket, assigneeId=desk.agent.id)


async def _reclaimable_no_more(desk: Desk, ticket: dict[str, Any]) -> None:
    await _held(desk, ticket)
    await done(desk.agent, RELEASE, ticket)
    (await desk.admin.ask(SETTINGS, input={"letsReclaim": False})).payload("ticketSettingsUpdate")


def _in(status: str) -> State:
    async def put(desk: Desk, ticket: dict[str, Any]) -> None:
        await _held(desk, ticket)
        await updated(desk.admin, ticket, statusId=(await statuses(desk))[status])

    return put


async def _closed_for_some(desk: Desk, ticket: dict[str, Any]) -> None:
    await set_scheme(desk, closedIsFinal=False)
    await _in("closed")(desk, ticket)


async def _solved_for_some(desk: Desk, ticket: dict[str, Any]) -> None:
    await set_scheme(desk, solvedIsReadOnly=True)
    await _in("solved")(desk, ticket)


async def _suspended(desk: Desk, ticket: dict[str, Any]) -> None:
    await done(desk.admin, SUSPEND, ticket, reason="SPAM")


async def _deleted(desk: Desk, ticket: dict[str, Any]) -> None:
    await done(desk.admin, DELETE, ticket)


async def _merged(desk: Desk, ticket: dict[str, Any]) -> None:
    await set_scheme(desk, closedIsFinal=False)
    await done(desk.admin, MERGE, ticket, intoId=(await open_ticket(desk.customer))["id"])


async def _handed_on(desk: Desk, ticket: dict[str, Any]) -> None:
    await _held(desk, ticket)
    await done(desk.agent, TRANSFER, ticket, groupId=await group_called(desk, "Tier 2"), note="theirs")


STATES: dict[str, State] = {
    "fresh": _fresh, "held": _held, "given back for good": _reclaimable_no_more,
    "solved, read only": _solved_for_some, "closed": _in("closed"),
    "closed, not final": _closed_for_some, "suspended": _suspended, "deleted": _deleted, "merged": _merged,
    "handed on": _handed_on,
}  # fmt: skip


async def _asked(desk: Desk, flag: str, ticket: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The mutation that a flag is about, and an input that is as good as any."""
    of_it, by_id = {"ticketId": ticket["id"]}, {"id": ticket["id"]}
    other, group = desk.people["colleague"], await group_called(desk, "Elsewhere")
    if flag in ("canMerge", "canLink"):
        second = (await open_ticket(desk.customer))["id"]
        await done(desk.admin, ASSIGN, {"id": second}, groupId=await group_called(desk, "Tier 1"))
        await _copy_in_others(desk, second)
        linked = {"fromId": ticket["id"], "toId": second, "kind": "RELATED"}
        return (MERGE, {**by_id, "intoId": second}) if flag == "canMerge" else (LINK, linked)
    if flag == "canSplit":
        messages = (await desk.founder.ask(MAY, id=ticket["id"])).data["ticket"]["messages"]["nodes"]
        return SPLIT, {"messageId": messages[1]["id"] if messages[1:] else "msg_1", "title": "Scanner"}
    note = {"body": "hm", "visibility": "PRIVATE"}
    plain: dict[str, tuple[str, dict[str, Any]]] = {
        "canUpdate": (UPDATE, {**by_id, "title": "Another"}),
        "canAssign": (ASSIGN, {**by_id, "groupId": group}),
        "canClaim": (CLAIM, by_id),
        "canTransfer": (TRANSFER, {**by_id, "groupId": group, "note": "yours"}),
        "canRelease": (RELEASE, by_id),
        "canInvalidate": (INVALIDATE, {**by_id, "note": None}),
        "canSuspend": (SUSPEND, {**by_id, "reason": "OTHER"}),
        "canAdmit": (ADMIT, by_id),
        "canDelete": (DELETE, by_id),
        "canRestore": (RESTORE, by_id),
        "canReply": (REPLY, {**by_id, "body": "hello"}),
        "canNote": (REPLY, {**by_id, **note}),
        "canCopyIn": (WATCH, {**of_it, "kind": "CC", "userId": other.id}),
        "canBeginSideThread": (BEGIN, {**of_it, "name": "Aside", "memberIds": [other.id], "body": "hm"}),
    }
    return plain[flag]


async def _copy_in_others(desk: Desk, ticket: str) -> None:
    for name in ("helper", "alone"):
        values = {"ticketId": ticket, "kind": "CC", "userId": desk.people[name].id}
        (await desk.admin.ask(WATCH, input=values)).payload("ticketWatch")


async def _made(desk: Desk, state: str, group: str) -> dict[str, Any]:
    ticket = await open_ticket(desk.customer)
    await done(desk.admin, ASSIGN, ticket, groupId=group)
    await _copy_in_others(desk, ticket["id"])
    (await reply(desk.customer, ticket, "And the scanner")).payload("ticketReply")
    await STATES[state](desk, ticket)
    return ticket


async def _happens(desk: Desk, person: Person, flag: str, ticket: dict[str, Any]) -> bool:
    """Whether the mutation is accepted, and does something."""
    document, asked = await _asked(desk, flag, ticket)
    before = await read(desk, ticket)
    [payload] = (await person.ask(document, input=asked)).data.values()
    after = await read(desk, ticket)
    moved = before["version"] != after["version"]
    if payload["userErrors"]:
        assert {each["code"] for each in payload["userErrors"]} <= {
            "FORBIDDEN",
            "CONFLICT",
            "NOT_FOUND",
            "INVALID",
        }
        assert not moved
        return False
    return moved or flag in NEITHER_COUNTS


VIEWERS = ("admin", "agent", "customer", "helper", "machine", "impersonator", "alone")


async def _join_others(desk: Desk) -> None:
    """A helper from outside and an agent without a group, both copied in on tickets, a machine, and an administrator
    acting as an agent."""
    desk.people["helper"] = await desk.add("helper", UserKind.EXTERNAL)
    desk.people["alone"] = await desk.add("agent")
    roles = [await role_id(desk, "admin")]
    made = (await create_token(desk, desk.founder, roleIds=roles)).payload("apiTokenCreate")
    machine = key_of(made["apiToken"]["user"]["id"], "usr")
    assert machine is not None
    desk.people["machine"] = Person(desk.served, machine, made["token"], "")
    begun = await desk.admin.ask(IMPERSONATE, input={"userId": desk.agent.id})
    token = begun.payload("impersonationStart")["token"]
    desk.people["impersonator"] = Person(desk.served, desk.agent.key, token, desk.agent.email)


@pytest.mark.parametrize("state", STATES)
async def test_permissions_say_what_the_mutations_answer(desk: Desk, state: str) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    desk.people["colleague"] = await desk.add("agent")
    await make_group(desk, "Tier 2", desk.admin)
    await make_group(desk, "Elsewhere", desk.admin, desk.people["colleague"])
    await _join_others(desk)
    ticket, differing = await _made(desk, state, group), []
    for name in VIEWERS:
        for flag in FLAGS:
            told = (await desk.people[name].ask(MAY, id=ticket["id"])).data["ticket"]
            if told is None:
                assert state != "fresh", f"{name} is asked about nothing"
                continue
            happens = await _happens(desk, desk.people[name], flag, ticket)
            if happens is not told["permissions"][flag]:
                differing.append((name, flag, told["permissions"][flag]))
            if happens:
                ticket = await _made(desk, state, group)
    assert differing == [], differing

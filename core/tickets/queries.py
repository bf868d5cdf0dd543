"""Sight of tickets and their parts, and the reads that the write path needs."""

import re
from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.database import fetch, fetch_one
from core.kit.database.branches import any_of
from core.kit.database.sql import KeyBy, Row
from core.kit.definitions import VERSION
from core.tickets.events import PUBLIC_CUSTOM

_WATCHED = (
    "exists (select 1 from watches w"
    " where w.tenant_id = {t}.tenant_id and w.ticket_id = {t}.id and w.user_id = :me)"
)
# What customers see is a small part of all there is. Said like this, each of the three conditions finds its rows by an
# index; subqueries that depend on the row would have every ticket of the desk looked at.
_TAKES_PART = (
    "{t}.id = any(array(select w.ticket_id from watches w"
    " where w.tenant_id = :tenant and w.user_id = :me and w.kind = 'CC'))"
)
_SHARED = (
    "{t}.organization_id = (select o.id from organizations o"
    " where o.tenant_id = :tenant and o.id = :my_organization and o.shares_tickets)"
)
_HANDED_ON = (
    "exists (select 1 from assignments h where h.tenant_id = {t}.tenant_id and h.ticket_id = {t}.id"
    " and h.by_id = :me and h.how = 'TRANSFER')"
)
_ASSIGNED = "{t}.assignee_id = :me"
_BEGUN = "({t}.creator_id = :me or {t}.initiator_id = :me or {t}.requester_id = :me)"
_IN_GROUPS = "{t}.group_id = any(:my_groups::uuid[])"


def ticket_sight(viewer: Viewer, t: str) -> str:
    """Which tickets a viewer sees (B4, B11, D6, F4, H5): staff by scope, whatever they watch and what they handed on,
    customers their own, those they are copied on and their organisation's where it shares, helpers those they are
    copied on. Deleted ones need the right to delete. (A customer's own star gives no sight, or it would outlive the
    organisation's sharing.)"""
    alive, ways = _ways(viewer)
    return _any_of(alive, [*ways, _HANDED_ON] if ways and viewer.is_staff else ways, t)


def ticket_reach(viewer: Viewer, t: str) -> str:
    """Which of the tickets that a viewer sees are theirs to work on: all but those that are in sight only because they
    handed them on (F4)."""
    return _any_of(*_ways(viewer), t)


def _any_of(alive: str, ways: Sequence[str], t: str) -> str:
    within = alive.format(t=t)
    return any_of(*(each.format(t=t) for each in ways), within=within) if ways else within


def _ways(viewer: Viewer) -> tuple[str, Sequence[str]]:
    """What holds for every ticket in reach, and the ways in which one comes there, what has fewest by it first; none
    where all are."""
    alive = "true" if viewer.may("ticket.delete") else "{t}.state <> 'DELETED'"
    if viewer.kind is UserKind.CUSTOMER:
        return "{t}.state = 'ACTIVE'", ["{t}.requester_id = :me", _SHARED, _TAKES_PART]
    if viewer.kind is UserKind.EXTERNAL:
        return "{t}.state = 'ACTIVE'", [_TAKES_PART]
    if viewer.scope is TicketScope.ALL:
        return alive, []
    return alive, [_ASSIGNED, _BEGUN, *([_IN_GROUPS] if viewer.scope is TicketScope.GROUP else []), _WATCHED]


_OF_VIEWER = re.compile(r"(?<!:):(me|my_groups|my_organization)\b")


async def who_sees(pairs: Sequence[tuple[UUID, Viewer]]) -> set[tuple[UUID, UUID]]:
    """Of pairs of a ticket and a viewer, ticket and user of those where the viewer sees the ticket now. One statement
    whatever their number: each shape of viewer is one predicate, and its values come from the pair's row."""
    if not pairs:
        return set()
    shapes = list(dict.fromkeys(ticket_sight(viewer, "t") for _, viewer in pairs))
    predicates = [_OF_VIEWER.sub(r"c.\1", text) for text in shapes]
    cases = " ".join(f"when {place} then ({text})" for place, text in enumerate(predicates))
    rows = await fetch(
        "select t.id, c.me from (select x.ticket_id, x.me, x.my_groups::uuid[] as my_groups, x.my_organization, x.shape"
        " from unnest(:tickets::uuid[], :people::uuid[], :groups::text[], :organizations::uuid[], :shapes::int[])"
        " x(ticket_id, me, my_groups, my_organization, shape)) c"
        f" join tickets t on t.tenant_id = :tenant and t.id = c.ticket_id where case c.shape {cases} end",
        {
            "tenant": pairs[0][1].tenant_id,
            "tickets": [ticket_id for ticket_id, _ in pairs],
            "people": [viewer.user_id for _, viewer in pairs],
            "groups": ["{" + ",".join(map(str, viewer.group_ids)) + "}" for _, viewer in pairs],
            "organizations": [viewer.organization_id for _, viewer in pairs],
            "shapes": [shapes.index(ticket_sight(viewer, "t")) for _, viewer in pairs],
        },
    )
    return {(row["id"], row["me"]) for row in rows}


def _on_seen_ticket(viewer: Viewer, t: str) -> str:
    if viewer.is_staff and viewer.scope is TicketScope.ALL and viewer.may("ticket.delete"):
        return "true"  # every ticket of the tenant is theirs to see
    return (
        f"exists (select 1 from tickets st where st.tenant_id = {t}.tenant_id and st.id = {t}.ticket_id"
        f" and ({ticket_sight(viewer, 'st')}))"
    )


def message_sight(viewer: Viewer, t: str) -> str:
    """Messages of tickets one sees; private ones only with the right to notes (G1)."""
    public = "true" if reads_notes(viewer) else f"{t}.visibility = 'PUBLIC'"
    return f"{public} and {_on_seen_ticket(viewer, t)}"


def last_message(viewer: Viewer, t: str) -> str:
    """The key of the last message on a ticket that the viewer may read: that there is a later private one stays
    untold."""
    if reads_notes(viewer):
        return f"{t}.last_message_id"
    return (
        f"(select lm.id from messages lm where lm.tenant_id = {t}.tenant_id and lm.ticket_id = {t}.id"
        f" and {message_sight(viewer, 'lm')} order by lm.id desc limit 1)"
    )


def event_sight(viewer: Viewer, t: str) -> str:
    """Events of tickets one sees, for staff (G6, G7); those of private messages need the right to notes."""
    if not viewer.is_staff:
        return "false"
    noted = "true" if reads_notes(viewer) else f"({t}.changes ->> 'visibility') is distinct from 'PRIVATE'"
    return (
        f"{t}.subject_type = 'ticket' and exists (select 1 from tickets st where st.tenant_id = {t}.tenant_id"
        f" and st.id = {t}.subject_id and ({ticket_sight(viewer, 'st')})) and {noted}"
    )


PUBLIC_CHANGES = (
    "title", "status_id", "priority_id", "type_id", "nature_id", "category_id", "requester_id", "initiator_id",
    "assignee_id", "due_at", "callback_at", PUBLIC_CUSTOM,
)  # fmt: skip
"""Attributes whose change everybody on a ticket may hear of."""


def stream_sight(viewer: Viewer, t: str) -> str:
    """Events as they happen: for staff those of the timeline, with the right to the log those of everything else, too;
    for others what is public on the tickets they see."""
    if viewer.is_staff:
        return audit_sight(viewer, t) if viewer.may("event.read") else event_sight(viewer, t)
    named = ", ".join(f"'{name}'" for name in PUBLIC_CHANGES)
    return (
        f"{t}.subject_type = 'ticket' and exists (select 1 from tickets st where st.tenant_id = {t}.tenant_id"
        f" and st.id = {t}.subject_id and ({ticket_sight(viewer, 'st')})) and ({t}.type = 'ticket.created'"
        f" or ({t}.type = 'ticket.updated' and {t}.changes ?| array[{named}])"
        f" or ({t}.type = 'message.added' and {t}.changes ->> 'visibility' = 'PUBLIC'))"
    )


def audit_sight(viewer: Viewer, t: str) -> str:
    """The operation and security log, for staff who may read it; of tickets' events only those they see
    there. What people are told is their own affair."""
    if not (viewer.is_staff and viewer.may("event.read")):
        return "false"
    return f"{t}.subject_type not in ('ticket', 'notification') or ({event_sight(viewer, t)})"


def watch_sight(viewer: Viewer, t: str) -> str:
    """Staff see who follows a ticket they see and who is copied in; stars are everybody's own business, and others
    see themselves only."""
    if not viewer.is_staff:
        return f"{t}.user_id = :me and {_on_seen_ticket(viewer, t)}"
    return f"({t}.kind <> 'STAR' or {t}.user_id = :me) and {_on_seen_ticket(viewer, t)}"


def assignment_sight(viewer: Viewer, t: str) -> str:
    """How a ticket moved between groups and agents is for staff who see it."""
    return _on_seen_ticket(viewer, t) if viewer.is_staff else "false"


def link_sight(viewer: Viewer, t: str) -> str:
    """What tickets are to each other, for staff who see both."""
    if not viewer.is_staff:
        return "false"
    return " and ".join(
        f"exists (select 1 from tickets {alias} where {alias}.tenant_id = {t}.tenant_id and {alias}.id = {t}.{column}"
        f" and ({ticket_sight(viewer, alias)}))"
        for alias, column in (("lf", "from_id"), ("lt", "to_id"))
    )


def attachment_sight(viewer: Viewer, t: str) -> str:
    """Attachments of messages one sees."""
    return (
        f"exists (select 1 from messages sm where sm.tenant_id = {t}.tenant_id and sm.id = {t}.message_id"
        f" and ({message_sight(viewer, 'sm')}))"
    )


def canned_sight(viewer: Viewer, t: str) -> str:
    """Canned replies of the desk, of one's groups and one's own (L9); who manages them and sees all tickets sees those
    of all groups."""
    if not viewer.is_staff:
        return "false"
    every = viewer.may("canned_reply.manage") and viewer.scope is TicketScope.ALL
    groups = "true" if every else f"{t}.group_id is null or {t}.group_id = any(:my_groups::uuid[])"
    return f"{t}.kind = 'CANNED' and ({t}.owner_id = :me or ({t}.owner_id is null and ({groups})))"


def tag_sight(viewer: Viewer, t: str) -> str:
    """Tags are for staff: they say things about customers."""
    return "true" if viewer.is_staff else "false"


def for_staff(viewer: Viewer, t: str) -> str:
    """Rows that every member of staff may see."""
    return "true" if viewer.is_staff else "false"


def tenant_wide(viewer: Viewer, t: str) -> str:
    """Rows that everybody in the tenant may see."""
    return "true"


def reads_notes(viewer: Viewer) -> bool:
    return viewer.is_staff and viewer.may("ticket.note")


async def reaches_ticket(ctx: Context, ticket_id: UUID) -> bool:
    """Whether the ticket is the viewer's to work on."""
    found = await fetch_one(
        f"select 1 from tickets t where t.tenant_id = :tenant and t.id = :id and ({ticket_reach(ctx.viewer, 't')})",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )
    return found is not None


async def lock_ticket(ctx: Context, ticket_id: UUID) -> Row | None:
    """The ticket if it is the viewer's to work on, locked until the transaction ends; with the version of what the
    tenant defines."""
    return await fetch_one(
        f"select t.*, {VERSION} as definitions_version from tickets t"
        f" where t.tenant_id = :tenant and t.id = :id and ({ticket_reach(ctx.viewer, 't')}) for update of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )


async def lock_tickets(ctx: Context, ticket_ids: Sequence[UUID]) -> None:
    """Lock those of these tickets that are the viewer's to work on, by id. Who changes several locks all of them before
    anything else: routing has groups wait for each other, and whoever has a group must not wait for a ticket."""
    await fetch(
        f"select t.id from tickets t where t.tenant_id = :tenant and t.id = any(:ids)"
        f" and ({ticket_reach(ctx.viewer, 't')}) order by t.id for update of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "ids": list(ticket_ids)},
    )


async def hold_tickets(ctx: Context, ticket_ids: Sequence[UUID]) -> None:
    """Keep those of these tickets that the viewer sees from being taken away, by id; others go on changing them."""
    await fetch(
        f"select t.id from tickets t where t.tenant_id = :tenant and t.id = any(:ids)"
        f" and ({ticket_sight(ctx.viewer, 't')}) order by t.id for key share of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "ids": list(ticket_ids)},
    )


async def find_ticket(ctx: Context, ticket_id: UUID) -> Row | None:
    """The ticket if the viewer sees it, not locked."""
    return await fetch_one(
        f"select t.* from tickets t where t.tenant_id = :tenant and t.id = :id and ({ticket_sight(ctx.viewer, 't')})",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )


def number_of(text: str) -> int | None:
    """The ticket number that a text is, or None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def key_by_number(number: int) -> KeyBy:
    """Finds the ticket with this number, seen or not; instead of one that was merged, the ticket it went into."""
    return KeyBy(f"{_KEY_OF} and k.number = :wanted", {"wanted": number})


def key_by_external_id(external_id: str) -> KeyBy:
    """Finds the ticket that another system knows by this id, as `key_by_number` does."""
    return KeyBy(
        f"{_KEY_OF} and k.external_id = :wanted", {"wanted": external_id.replace("\x00", "").strip()}
    )


_KEY_OF = "select coalesce(k.merged_into_id, k.id) from tickets k where k.tenant_id = :tenant"


async def number(ctx: Context, ticket_id: UUID) -> int:
    """The number of a ticket that there is."""
    row = await fetch_one(
        "select number from tickets where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": ticket_id},
    )
    assert row is not None
    found: int = row["number"]
    return found


async def has_open_children(ctx: Context, ticket_id: UUID) -> bool:
    """Whether a ticket has children that are worked on and not done."""
    found = await fetch_one(
        "select 1 from ticket_links l join tickets c on c.tenant_id = l.tenant_id and c.id = l.from_id"
        " where l.tenant_id = :tenant and l.to_id = :id and l.kind = 'CHILD' and c.state = 'ACTIVE'"
        " and c.status_category not in ('SOLVED', 'CLOSED') limit 1",
        {"tenant": ctx.tenant_id, "id": ticket_id},
    )
    return found is not None


async def name_of(ctx: Context, user_id: UUID) -> str:
    """A user's name."""
    row = await fetch_one(
        "select name from users where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    return row["name"] if row else ""


async def canned_reply(ctx: Context, key: UUID, *, lock: bool = False) -> Row | None:
    """A canned reply that the viewer sees, locked until the transaction ends if that is asked for."""
    return await fetch_one(
        f"select t.* from templates t where t.tenant_id = :tenant and t.id = :id and ({canned_sight(ctx.viewer, 't')})"
        + (" for update" if lock else ""),
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": key},
    )


_FILLED = """
select t.number::text as number, t.title, r.name as requester, g.name as group_name, n.name as tenant
from tickets t join tenants n on n.id = t.tenant_id
join users r on r.tenant_id = t.tenant_id and r.id = t.requester_id
left join groups g on g.tenant_id = t.tenant_id and g.id = t.group_id
where t.tenant_id = :tenant and t.id = :id and ({sight})
"""


async def filled_values(ctx: Context, ticket_id: UUID) -> Row | None:
    """What variables of texts stand for on a ticket that the viewer sees."""
    return await fetch_one(
        _FILLED.format(sight=ticket_sight(ctx.viewer, "t")),
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )


async def tags_of(ctx: Context, ticket_id: UUID) -> set[UUID]:
    rows = await fetch(
        "select tag_id from ticket_tags where tenant_id = :tenant and ticket_id = :id",
        {"tenant": ctx.tenant_id, "id": ticket_id},
    )
    return {row["tag_id"] for row in rows}


async def has_external_id(ctx: Context, external_id: str) -> bool:
    """Whether a ticket is known to another system by this id."""
    found = await fetch_one(
        "select 1 from tickets where tenant_id = :tenant and external_id = :external",
        {"tenant": ctx.tenant_id, "external": external_id},
    )
    return found is not None


async def sees_ticket(ctx: Context, ticket_id: UUID) -> bool:
    """Whether the viewer sees the ticket. It cannot be taken away before the transaction ends."""
    return await seen_ticket(ctx, ticket_id) is not None


async def seen_ticket(ctx: Context, ticket_id: UUID) -> Row | None:
    """State, number and requester of a ticket that the viewer sees. It cannot be taken away before the transaction
    ends."""
    return await fetch_one(
        "select t.state, t.number, t.requester_id from tickets t"
        f" where t.tenant_id = :tenant and t.id = :id and ({ticket_sight(ctx.viewer, 't')}) for key share of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )

"""Sight of tickets and their parts, and the reads that the write path needs."""

import re
from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.database import fetch, fetch_one
from core.kit.database.sql import Row
from core.kit.definitions import VERSION, defined

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
_MINE = "{t}.assignee_id = :me or {t}.creator_id = :me or {t}.initiator_id = :me or {t}.requester_id = :me"


def ticket_sight(viewer: Viewer, t: str) -> str:
    """Which tickets a viewer sees (B4, B11, D6, F4, H5): staff by scope, whatever they watch and what they handed on,
    customers their own, those they are copied on and their organisation's where it shares, helpers those they are
    copied on. Deleted ones need the right to delete. (A customer's own star gives no sight, or it would outlive the
    organisation's sharing.)"""
    reach = ticket_reach(viewer, t)
    if not viewer.is_staff or viewer.scope is TicketScope.ALL:
        return reach
    alive = "true" if viewer.may("ticket.delete") else f"{t}.state <> 'DELETED'"
    return f"({reach}) or ({alive} and {_HANDED_ON.format(t=t)})"


def ticket_reach(viewer: Viewer, t: str) -> str:
    """Which of the tickets that a viewer sees are theirs to work on: all but those that are in sight only because they
    handed them on (F4)."""
    watched, shared, mine = _WATCHED.format(t=t), _SHARED.format(t=t), _MINE.format(t=t)
    takes_part = _TAKES_PART.format(t=t)
    alive = "true" if viewer.may("ticket.delete") else f"{t}.state <> 'DELETED'"
    if viewer.kind is UserKind.CUSTOMER:
        return f"{t}.state = 'ACTIVE' and ({t}.requester_id = :me or {shared} or {takes_part})"
    if viewer.kind is UserKind.EXTERNAL:
        return f"{t}.state = 'ACTIVE' and {takes_part}"
    if viewer.scope is TicketScope.ALL:
        return alive
    if viewer.scope is TicketScope.GROUP:
        return f"{alive} and ({t}.group_id = any(:my_groups::uuid[]) or {mine} or {watched})"
    return f"{alive} and ({mine} or {watched})"


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
    "assignee_id", "due_at", "callback_at", "custom",
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


async def find_ticket(ctx: Context, ticket_id: UUID) -> Row | None:
    """The ticket if the viewer sees it, not locked."""
    return await fetch_one(
        f"select t.* from tickets t where t.tenant_id = :tenant and t.id = :id and ({ticket_sight(ctx.viewer, 't')})",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )


def number_of(text: str) -> int | None:
    """The ticket number that a text is, or None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


async def key_by_number(ctx: Context, number: int) -> UUID | None:
    """The key of the ticket with this number, seen or not; of one that was merged, that of the ticket it went into."""
    row = await fetch_one(
        "select coalesce(merged_into_id, id) as id from tickets where tenant_id = :tenant and number = :number",
        {"tenant": ctx.tenant_id, "number": number},
    )
    return row["id"] if row else None


async def key_by_external_id(ctx: Context, external_id: str) -> UUID | None:
    """The key of the ticket that another system knows by this id, seen or not; of one that was merged, that of the
    ticket it went into."""
    row = await fetch_one(
        "select coalesce(merged_into_id, id) as id from tickets where tenant_id = :tenant and external_id = :external",
        {"tenant": ctx.tenant_id, "external": external_id.replace("\x00", "").strip()},
    )
    return row["id"] if row else None


async def statuses(ctx: Context, version: int | None) -> list[Row]:
    """The tenant's active statuses in their order, as of this version of what it defines."""

    async def load() -> list[Row]:
        return await fetch(
            "select id, category, key, label, is_default, is_agent_selectable from statuses"
            " where tenant_id = :tenant and is_active order by position, id",
            {"tenant": ctx.tenant_id},
        )

    return await defined(ctx.tenant_id, version, "statuses", load)


async def settings_key(ctx: Context) -> UUID | None:
    """The key of the tenant's settings of tickets."""
    row = await fetch_one(
        "select id from ticket_settings where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return row["id"] if row else None


async def settings(ctx: Context, version: int | None) -> Row:
    """How the tenant's tickets behave by themselves, as of this version of what it defines."""

    async def load() -> Row:
        row = await fetch_one(
            "select * from ticket_settings where tenant_id = :tenant", {"tenant": ctx.tenant_id}
        )
        assert row is not None, "every tenant has its settings"
        return row

    return await defined(ctx.tenant_id, version, "ticket settings", load)


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
    found = await fetch_one(
        f"select 1 from tickets t where t.tenant_id = :tenant and t.id = :id and ({ticket_sight(ctx.viewer, 't')})"
        " for key share of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": ticket_id},
    )
    return found is not None


async def is_status_in_use(ctx: Context, status_id: UUID) -> bool:
    """Whether tickets that are not closed have the status; deleted ones count, since they may come back."""
    found = await fetch_one(
        "select 1 from tickets where tenant_id = :tenant and status_id = :status"
        " and status_category <> 'CLOSED' limit 1",
        {"tenant": ctx.tenant_id, "status": status_id},
    )
    return found is not None

"""Merge one ticket into another: what was said, who watches, and the tags go there; the first closes and leads on."""

from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch_value
from core.kit.errors import VersionConflict
from core.kit.events import Happening
from core.kit.ids import to_global
from core.tickets import queries
from core.tickets.errors import (
    DifferentRequesters,
    MergedWithItself,
    TicketNotFound,
    TooManyTags,
    WouldBeItsOwnParent,
)
from core.tickets.service.draft import Draft
from core.tickets.service.linking import has_child_above, lock_pair, put_link
from core.tickets.service.pipeline import run
from core.tickets.states import Disposition, LinkKind, StatusCategory, WatchKind
from core.tickets.tagging import MOST_TAGS

_LATEST = ("last_customer_at", "last_agent_at")
_WATCHES = """
insert into watches (id, tenant_id, created_at, ticket_id, user_id, kind)
select gen_random_uuid(), tenant_id, created_at, :into, user_id, kind from watches
where tenant_id = :tenant and ticket_id = :from
  and not (kind = 'CC' and user_id = (select requester_id from tickets where tenant_id = :tenant and id = :into))
on conflict do nothing
"""
_CHILDREN = """
update ticket_links l set to_id = :into
where l.tenant_id = :tenant and l.to_id = :from and l.kind = 'CHILD' and l.from_id <> :into
"""
_MOVES = (
    "update messages set ticket_id = :into where tenant_id = :tenant and ticket_id = :from",
    "update attachments set ticket_id = :into where tenant_id = :tenant and ticket_id = :from",
    "update notifications set ticket_id = :into where tenant_id = :tenant and ticket_id = :from",
    _WATCHES,
    "delete from watches where tenant_id = :tenant and ticket_id = :from",
    _CHILDREN,
    # So that whoever follows a ticket that was merged comes to its end in one step.
    "update tickets set merged_into_id = :into where tenant_id = :tenant and merged_into_id = :from",
)


async def merge_ticket(
    ctx: Context,
    ticket_id: UUID,
    *,
    into: UUID,
    across_requesters: bool = False,
    expected_version: int | None = None,
) -> Draft:
    """Merge a ticket into another, and give the draft of that one. Needs `ticket.merge`, and both within reach. Its
    messages, files, watchers, tags and children go there; it closes, and whoever looks it up by number or external id
    finds the other. There is no way back. Raises MergedWithItself, DifferentRequesters, TooManyTags,
    WouldBeItsOwnParent, and for either what a change of it raises, TicketMerged, TicketClosed, TicketDeleted among
    it."""
    ctx.require("ticket.merge")
    if ticket_id == into:
        raise MergedWithItself(path=("intoId",))
    drafts = await lock_pair(ctx, {"id": ticket_id, "intoId": into})
    source, target = drafts[ticket_id], drafts[into]
    _check_version(source, expected_version)
    stranger = source.before["requester_id"] != target.before["requester_id"]
    if stranger and not across_requesters:
        raise DifferentRequesters(path=("acrossRequesters",))
    if await has_child_above(ctx, source.id, target.id):
        raise WouldBeItsOwnParent(path=("intoId",), number=target.before["number"])
    await _join_tags(source, target)
    await _take_over(source, target)
    for draft in (source, target):
        draft.is_shown = True
    values = {"tenant": ctx.tenant_id, "from": source.id, "into": target.id}
    for text in _MOVES:
        await execute(text, values)
    if stranger:
        await _copy_in(ctx, target.id, source.before["requester_id"])
    await run(source)
    await run(target)
    await put_link(ctx, source.id, target.id, LinkKind.MERGED)
    return target


async def check_target(ctx: Context, into: UUID) -> None:
    """Raises TicketNotFound where the viewer does not see what tickets are to be merged into."""
    if not await queries.sees_ticket(ctx, into):
        raise TicketNotFound(path=("intoId",))


def _check_version(draft: Draft, expected_version: int | None) -> None:
    """Raises VersionConflict when it is not the version that the caller read."""
    if expected_version is not None and draft.before["version"] != expected_version:
        raise VersionConflict(current=to_global("tkt", draft.id))


async def _join_tags(source: Draft, target: Draft) -> None:
    target.tags_before = await queries.tags_of(target.ctx, target.id)
    target.tags = target.tags_before | await queries.tags_of(source.ctx, source.id)
    if len(target.tags) > MOST_TAGS:
        raise TooManyTags(path=("intoId",), limit=MOST_TAGS)


async def _take_over(source: Draft, target: Draft) -> None:
    source.leads_to = StatusCategory.CLOSED
    source.now |= {
        "merged_into_id": target.id, "disposition": Disposition.MERGED.value, "last_message_id": None,
    }  # fmt: skip
    source.happenings.append(
        Happening("ticket.merged", "ticket", source.id, {"into_id": [None, str(target.id)]})
    )
    target.happenings.append(
        Happening("ticket.absorbed", "ticket", target.id, {"ticket_id": [None, str(source.id)]})
    )
    for name in (*_LATEST, "last_message_id"):
        target.now[name] = _furthest(max, target.before[name], source.before[name])
    target.now["first_reply_at"] = _furthest(
        min, target.before["first_reply_at"], source.before["first_reply_at"]
    )


def _furthest(which: Any, one: Any, other: Any) -> Any:
    """Keys sort by time, as times do."""
    return which(one, other) if one is not None and other is not None else one or other


async def _copy_in(ctx: Context, ticket_id: UUID, user_id: UUID) -> None:
    """Whoever asked goes on hearing what becomes of it."""
    kind = await fetch_value(
        "select kind from users where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    if kind != "MACHINE":
        await execute(
            "insert into watches (id, tenant_id, created_at, ticket_id, user_id, kind)"
            " values (:id, :tenant, :now, :ticket, :user, :kind) on conflict do nothing",
            {
                "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "ticket": ticket_id, "user": user_id,
                "kind": WatchKind.CC.value,
            },
        )  # fmt: skip

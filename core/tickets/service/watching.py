"""Who watches a ticket: followers and stars for oneself (H3 to H5), people copied in by staff (H6, H7)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_value, insert_rows
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Forbidden, NotFound
from core.kit.events import Happening, record
from core.tickets import queries
from core.tickets.errors import CannotBeCopied, TicketNotFound, WatchForOthers
from core.tickets.service.rules import refuse_deleted
from core.tickets.states import WatchKind

_COPIED = ("AGENT", "CUSTOMER", "EXTERNAL")
_TYPES = {
    "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "ticket_id": "uuid", "user_id": "uuid",
    "kind": "text",
}  # fmt: skip


async def watch(ctx: Context, ticket_id: UUID, kind: WatchKind, user_id: UUID | None = None) -> UUID | None:
    """Let somebody, oneself unless told, watch a ticket one sees, and give the watch's key. Twice is once.

    Copying in (CC) is for staff with `ticket.update`; it gives sight of the ticket. A requester is never copied in on
    what is theirs: that does nothing, and there is no key. Raises TicketNotFound, TicketDeleted, Forbidden,
    WatchForOthers, NotFound, CannotBeCopied.
    """
    watcher = user_id or ctx.viewer.user_id
    ticket = await _authorise(ctx, ticket_id, kind, watcher)
    refuse_deleted(ticket, "ticketId")
    if kind is WatchKind.CC:
        await _check_copied(ctx, watcher)
        if watcher == ticket["requester_id"]:
            return None
    values = {
        "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(),
        "ticket": ticket_id, "user": watcher, "kind": kind.value,
    }  # fmt: skip
    made: UUID | None = await fetch_value(
        "insert into watches (id, tenant_id, created_at, ticket_id, user_id, kind)"
        " values (:id, :tenant, :now, :ticket, :user, :kind) on conflict do nothing returning id",
        values,
    )
    if made is None:
        found: UUID = await fetch_value(
            "select id from watches where tenant_id = :tenant and ticket_id = :ticket and user_id = :user"
            " and kind = :kind",
            {name: values[name] for name in ("tenant", "ticket", "user", "kind")},
        )
        return found
    if kind is WatchKind.CC:
        await record(ctx, _copied(ticket_id, watcher))
    return made


async def unwatch(ctx: Context, ticket_id: UUID, kind: WatchKind, user_id: UUID | None = None) -> None:
    """End a watch: one's own, or with `ticket.update` somebody's copy. One that is not there is no error."""
    watcher = user_id or ctx.viewer.user_id
    if watcher == ctx.viewer.user_id:
        await _seen(ctx, ticket_id)
    else:
        await _authorise(ctx, ticket_id, kind, watcher)
    await _end(ctx, ticket_id, watcher, kind)


async def end_copy(ctx: Context, ticket_id: UUID, user_id: UUID) -> None:
    """Copy somebody in no longer, without asking whether the viewer may."""
    await _end(ctx, ticket_id, user_id, WatchKind.CC)


async def _end(ctx: Context, ticket_id: UUID, user_id: UUID, kind: WatchKind) -> None:
    ended = await execute(
        "delete from watches where tenant_id = :tenant and ticket_id = :ticket and user_id = :user and kind = :kind",
        {"tenant": ctx.tenant_id, "ticket": ticket_id, "user": user_id, "kind": kind.value},
    )
    if ended and kind is WatchKind.CC:
        about = {"user_id": [str(user_id), None]}
        await record(ctx, Happening("ticket.uncopied", "ticket", ticket_id, about))


async def check_watch(ctx: Context, kind: WatchKind, user_id: UUID | None) -> None:
    """Raises what is wrong with such a watch of whatever ticket: WatchForOthers, Forbidden, NotFound,
    CannotBeCopied."""
    watcher = user_id or ctx.viewer.user_id
    _require_for(ctx, kind, watcher)
    if kind is WatchKind.CC:
        await _check_copied(ctx, watcher)


def check_unwatch(ctx: Context, kind: WatchKind, user_id: UUID | None) -> None:
    """The same of ending one: one's own takes no right. Raises WatchForOthers, Forbidden."""
    if user_id is not None and user_id != ctx.viewer.user_id:
        _require_for(ctx, kind, user_id)


async def _authorise(ctx: Context, ticket_id: UUID, kind: WatchKind, watcher: UUID) -> Row:
    ticket = await _seen(ctx, ticket_id)
    _require_for(ctx, kind, watcher)
    return ticket


def _require_for(ctx: Context, kind: WatchKind, watcher: UUID) -> None:
    if kind is not WatchKind.CC and watcher != ctx.viewer.user_id:
        raise WatchForOthers(path=("userId",))
    if kind is WatchKind.CC and not ctx.viewer.may("ticket.update"):
        raise Forbidden(path=("kind",), permission="ticket.update")


async def _seen(ctx: Context, ticket_id: UUID) -> Row:
    ticket = await queries.seen_ticket(ctx, ticket_id)
    if ticket is None:
        raise TicketNotFound(path=("ticketId",))
    return ticket


async def _check_copied(ctx: Context, user_id: UUID) -> None:
    for error in await copy_problems(ctx, (user_id,)):
        raise error.at("userId")


async def copy_problems(ctx: Context, user_ids: Sequence[UUID]) -> list[DomainError]:
    """What is wrong with copying these in: each is located by its place among them. Who is fine stays as they are until
    the transaction ends."""
    rows = await fetch(
        "select id, kind, status from users where tenant_id = :tenant and id = any(:ids) order by id for key share",
        {"tenant": ctx.tenant_id, "ids": list(user_ids)},
    )
    known = {row["id"]: row["kind"] in _COPIED and row["status"] != "DISABLED" for row in rows}
    return [
        CannotBeCopied(path=(str(place),)) if each in known else NotFound(path=(str(place),))
        for place, each in enumerate(user_ids)
        if not known.get(each)
    ]


async def copy_in(ctx: Context, ticket_id: UUID, user_ids: Collection[UUID]) -> None:
    """Copy these in on a ticket that is new in the open transaction; that they may be is checked already."""
    named = sorted(set(user_ids))
    made = {
        "tenant_id": ctx.tenant_id,
        "created_at": ctx.now(),
        "ticket_id": ticket_id,
        "kind": WatchKind.CC.value,
    }
    await insert_rows("watches", _TYPES, [{**made, "id": ctx.new_id(), "user_id": each} for each in named])
    await record(ctx, *(_copied(ticket_id, each) for each in named))


def _copied(ticket_id: UUID, user_id: UUID) -> Happening:
    return Happening("ticket.copied", "ticket", ticket_id, {"user_id": [None, str(user_id)]})

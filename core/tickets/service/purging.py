"""Purge tickets that have long been deleted (F10) or suspended (F11): afterwards nobody can bring them back."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from core.files.service import discard_files_of
from core.kit.context import Context
from core.kit.database import erase, fetch, transaction
from core.kit.database.sql import Row
from core.kit.events import Happening, blank_events, record
from core.tickets.states import TicketState

BATCH = 50


Forget = Callable[[Context, Sequence[UUID]], Awaitable[None]]
"""What others keep of tickets, forgotten in the open transaction."""


_SINCE = {TicketState.DELETED: "deleted_at", TicketState.SUSPENDED: "suspended_at"}


async def purge_tickets(
    ctx: Context,
    *,
    resting_for: timedelta,
    state: TicketState = TicketState.DELETED,
    forget: Forget | None = None,
) -> int:
    """Purge some of the tickets that were deleted, or suspended, so long ago, with all that hangs on them, and say how
    many. To be called until there are none; what it did is done, wherever it is cut off. A ticket that somebody brings
    back at this moment is left alone. Events stay, as long as events are kept; the number is never given out again."""
    since = _SINCE[state]
    async with transaction():
        rows = await fetch(
            f"select id, number from tickets where tenant_id = :tenant and state = '{state}' and {since} <= :before"
            f" order by {since}, id limit {BATCH} for update skip locked",
            {"tenant": ctx.tenant_id, "before": ctx.now() - resting_for},
        )
        await _purge(ctx, rows, forget)
    return len(rows)


async def purge_tickets_of(
    ctx: Context, requester_ids: Sequence[UUID], *, forget: Forget | None = None
) -> int:
    """Purge some of the tickets that these people asked, whatever state they are in, in the open transaction, and say
    how many. To be called until there are none. What events say of them is emptied, too."""
    rows = await fetch(
        "select id, number from tickets where tenant_id = :tenant and requester_id = any(:people)"
        f" order by id limit {BATCH} for update",
        {"tenant": ctx.tenant_id, "people": list(requester_ids)},
    )
    await blank_events(ctx, "ticket", [row["id"] for row in rows])
    await _purge(ctx, rows, forget)
    return len(rows)


async def _purge(ctx: Context, rows: Sequence[Row], forget: Forget | None) -> None:
    keys: list[UUID] = [row["id"] for row in rows]
    await discard_files_of(ctx, keys)
    if forget is not None and keys:
        await forget(ctx, keys)
    await erase("tickets", keys)
    await record(
        ctx, *(Happening("ticket.purged", "ticket", row["id"], {"number": row["number"]}) for row in rows)
    )

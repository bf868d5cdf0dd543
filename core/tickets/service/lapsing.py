"""What time does to tickets: they go on to the status that follows theirs (F9), overdue ones go back to their group's
queue (F13)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.database import fetch, fetch_one, transaction
from core.kit.definitions import VERSION
from core.kit.errors import DomainError, Errors
from core.kit.ids import new_id
from core.kit.logging import get_logger
from core.tickets.service.draft import Draft, stored
from core.tickets.service.pipeline import run
from core.tickets.service.releasing import give_back
from core.tickets.states import AssignmentHow

log = get_logger(__name__)

BATCH = 100
_FIRST = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something that befalls tickets whose moment, a column, is not after `:before` and that meet a condition."""

    moment: str
    where: str
    befall: Callable[[Draft], Awaitable[None]]
    values: dict[str, Any] = field(default_factory=dict)


async def _release(draft: Draft) -> None:
    await give_back(draft, AssignmentHow.EXPIRE)
    draft.now["released_due_at"] = draft.before["due_at"]


RELEASE = Lapse(
    "due_at",
    # Who is given it after its deadline keeps it, until there is another deadline.
    "state = 'ACTIVE' and status_category in ('NEW', 'OPEN', 'PENDING') and assignee_id is not null"
    " and released_due_at is distinct from due_at",
    _release,
)


def _into(status_id: UUID, next_id: UUID) -> Lapse:
    async def go_on(draft: Draft) -> None:
        draft.leads_to_id = next_id

    return Lapse("status_at", "state = 'ACTIVE' and status_id = :status", go_on, {"status": status_id})


async def move_on(ctx: Context) -> int:
    """Put tickets that have had a status for as long as it says in the one that follows it (F9), and say how many."""
    rows = await fetch(
        "select id, next_id, next_after_hours from statuses"
        " where tenant_id = :tenant and is_active and next_id is not null order by position, id",
        {"tenant": ctx.tenant_id},
    )
    moved = 0
    for row in rows:
        before = ctx.now() - timedelta(hours=row["next_after_hours"])
        moved += await lapse(ctx, _into(row["id"], row["next_id"]), before=before)
    return moved


async def lapse(ctx: Context, what: Lapse, *, before: datetime) -> int:
    """Let it befall every ticket whose time has come, and say how many. Each is an act of its own, by the one write
    path: what is done is done, wherever it is cut off, and what people do at this moment comes first. One that cannot
    be changed is left, and logged."""
    done, last = 0, _FIRST
    while rows := await fetch(
        f"select id, {what.moment} as moment from tickets where tenant_id = :tenant and {what.moment} <= :before"
        f" and {what.where} and ({what.moment}, id) > (:moment, :id) order by {what.moment}, id limit {BATCH}",
        {**what.values, "tenant": ctx.tenant_id, "before": before, "moment": last[0], "id": last[1]},
    ):
        for row in rows:
            done += await _befall(replace(ctx, batch_id=new_id()), what, row["id"], before)
        last = (rows[-1]["moment"], rows[-1]["id"])
    return done


async def _befall(ctx: Context, what: Lapse, ticket_id: UUID, before: datetime) -> bool:
    try:
        async with transaction():
            row = await fetch_one(
                f"select t.*, {VERSION} as definitions_version from tickets t where tenant_id = :tenant and id = :id"
                f" and {what.moment} <= :before and {what.where} for update of t",
                {**what.values, "tenant": ctx.tenant_id, "id": ticket_id, "before": before},
            )
            if row is None:
                return False
            draft = stored(ctx, row)
            await what.befall(draft)
            await run(draft)
    except (DomainError, Errors) as error:
        log.warning("ticket.lapse_refused", ticket=str(ticket_id), error=str(error))
        return False
    return True

"""What time does to tickets: solved ones close (F9), overdue ones go back to their group's queue (F13)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
from core.tickets.states import AssignmentHow, StatusCategory

log = get_logger(__name__)

BATCH = 100
_FIRST = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something that befalls tickets whose moment, a column, is not after `:before` and that meet a condition."""

    moment: str
    where: str
    befall: Callable[[Draft], Awaitable[None]]


async def _close(draft: Draft) -> None:
    draft.leads_to = StatusCategory.CLOSED


async def _release(draft: Draft) -> None:
    await give_back(draft, AssignmentHow.EXPIRE)
    draft.now["released_due_at"] = draft.before["due_at"]


CLOSE = Lapse("solved_at", "state = 'ACTIVE' and status_category = 'SOLVED'", _close)
RELEASE = Lapse(
    "due_at",
    # Who is given it after its deadline keeps it, until there is another deadline.
    "state = 'ACTIVE' and status_category in ('NEW', 'OPEN', 'PENDING') and assignee_id is not null"
    " and released_due_at is distinct from due_at",
    _release,
)


async def lapse(ctx: Context, what: Lapse, *, before: datetime) -> int:
    """Let it befall every ticket whose time has come, and say how many. Each is an act of its own, by the one write
    path: what is done is done, wherever it is cut off, and what people do at this moment comes first. One that cannot
    be changed is left, and logged."""
    done, last = 0, _FIRST
    while rows := await fetch(
        f"select id, {what.moment} as moment from tickets where tenant_id = :tenant and {what.moment} <= :before"
        f" and {what.where} and ({what.moment}, id) > (:moment, :id) order by {what.moment}, id limit {BATCH}",
        {"tenant": ctx.tenant_id, "before": before, "moment": last[0], "id": last[1]},
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
                {"tenant": ctx.tenant_id, "id": ticket_id, "before": before},
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

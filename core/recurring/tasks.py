"""Jobs of recurring tickets."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from core.kit.context import Context
from core.kit.jobs import Claimed, Handler
from core.kit.schedules import DUE
from core.recurring.service import open_due


def open_handler(acting: Callable[[UUID], Context]) -> Handler:
    """The handler of `recurring.open`: opens the ticket of a schedule for the time that the job is for. `acting` gives
    the context of what the product does by itself for a tenant."""

    async def open_it(job: Claimed) -> None:
        key = UUID(job.payload["recurring_ticket_id"])
        await open_due(acting(job.tenant_id), key, datetime.fromisoformat(job.payload[DUE]))

    return open_it

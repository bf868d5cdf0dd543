"""Jobs that a broker carries: sent under a lease, taken over by whoever gets the message.

A message holds only the job's id, so a message that is lost, doubled or late says nothing wrong: the row decides. One
that was sent and not taken over within its lease is sent again. Sending is no attempt; taking over is.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from core.kit.database import Reach, execute, fetch, fetch_one
from core.kit.jobs.table import FREE, TAKEN, Claimed, Lapsed, claimed

_SEND = f"""{FREE}
update jobs set state = 'sent', lease_until = now() + :lease::interval where id in (select id from free)
returning id
"""
_TAKE_OVER = f"""
update jobs set state = 'leased', lease_until = now() + :lease::interval, attempts = attempts + 1
where id = :id and state in ('sent', 'ready') and run_at <= now() and kind = any(:kinds)
{TAKEN}"""


async def send(kinds: Collection[str], *, limit: int, lease: timedelta) -> list[UUID]:
    """Mark due jobs of these kinds as sent. Of every tenant, as the relay serves them all: hence the system reach."""
    values = {
        "kinds": list(kinds), "limit": limit, "lease": lease, "full": None, "lapsed": Lapsed.AT_ONCE.value,
    }  # fmt: skip
    return [row["id"] for row in await fetch(_SEND, values, reach=Reach.SYSTEM)]


async def unsend(jobs: Collection[UUID]) -> None:
    """Their messages may not have left: they are due as before. System reach as for `send`."""
    await execute(
        "update jobs set state = 'ready', lease_until = null where id = any(:ids) and state = 'sent'",
        {"ids": list(jobs)},
        reach=Reach.SYSTEM,
    )


async def take_over(job_id: UUID, kinds: Collection[str], *, lease: timedelta) -> Claimed | None:
    """The job of a message, now ours; None when somebody has it, it is done, not due yet, or of a kind we do not know.
    System reach, since a message does not name the tenant."""
    values = {"id": job_id, "kinds": list(kinds), "lease": lease}
    row = await fetch_one(_TAKE_OVER, values, reach=Reach.SYSTEM)
    return None if row is None else claimed(row)

"""Housekeeping: what has had its time is swept away, so that tables stay as small as their use."""

import asyncio
from datetime import timedelta

from core.files.service import expire_uploads
from core.files.storage import LocalStorage
from core.kit.chores import Chore
from core.kit.context import acting_for
from core.kit.database import Reach, execute, system_fetch
from core.operating import operator_context

BATCH = 2000
IDEMPOTENCY_KEYS = timedelta(hours=24)
DONE_JOBS = timedelta(days=7)
PARKED_JOBS = timedelta(days=90)
THROTTLES = timedelta(days=1)
NOTIFICATIONS = timedelta(days=180)
PRESENCES = timedelta(minutes=1)
HALF_WRITTEN = timedelta(hours=24)
DEAD_TOKENS = timedelta(days=30)
"""Expired and revoked tokens stay this long, so that people see what became of a session or an invitation."""


async def sweep_idempotency_keys() -> None:
    await _sweep("idempotency_keys", "created_at < now() - :age::interval", IDEMPOTENCY_KEYS)


async def sweep_jobs() -> None:
    """Ended jobs; and parked ones, when nobody has looked after them for long."""
    # `run_at` is never after `finished_at`, and it is what the index knows.
    old = "run_at < now() - :age::interval and finished_at < now() - :age::interval"
    for state, age in (("done", DONE_JOBS), ("cancelled", DONE_JOBS), ("parked", PARKED_JOBS)):
        await _sweep_failures(f"state = '{state}' and {old}", age)
        await _sweep("jobs", f"state = '{state}' and {old}", age)


async def _sweep_failures(dead: str, age: timedelta) -> None:
    """What failed in jobs that go. A job has 10,000 of them at most. Of every tenant: hence the system reach."""
    await execute(
        f"delete from job_failures where job_id in (select id from jobs where total is not null and {dead})",
        {"age": age},
        reach=Reach.SYSTEM,
    )


async def forget_payloads() -> None:
    """What parked jobs were to do, once it is worthless: a mail keeps its secret link no longer than the link works.
    Of every tenant: hence the system reach."""
    await execute(
        "update jobs set payload = '{}' where state = 'parked' and forget_at < now() and payload <> '{}'",
        reach=Reach.SYSTEM,
    )


async def sweep_tokens() -> None:
    await _sweep("tokens", "least(expires_at, revoked_at) < now() - :age::interval", DEAD_TOKENS)


async def sweep_throttles() -> None:
    await _sweep("throttles", "window_start < now() - :age::interval", THROTTLES)


async def sweep_notifications() -> None:
    """Old ones, read or not: who has not looked for half a year will not be helped by them."""
    await _sweep("notifications", "created_at < now() - :age::interval", NOTIFICATIONS)


async def sweep_presences() -> None:
    """Whoever stopped saying that they look at a ticket."""
    await _sweep("presences", "expires_at < now() - :age::interval", PRESENCES)


async def expire_uploads_of_all(storage: LocalStorage) -> None:
    """Uploads that nobody finished or used, tenant by tenant. Asks across tenants only who they are."""
    for row in await system_fetch("select id from tenants"):
        with acting_for(row["id"]):
            while await expire_uploads(operator_context(row["id"]), storage):
                pass


async def _sweep(table: str, dead: str, age: timedelta) -> None:
    """Delete a batch at a time, so that no lock is held for long. Of every tenant: hence the system reach."""
    batch = f"select id from {table} where {dead} limit {BATCH} for update skip locked"
    while (
        await execute(f"delete from {table} where id in ({batch})", {"age": age}, reach=Reach.SYSTEM) == BATCH
    ):
        pass


def chores(storage: LocalStorage) -> tuple[Chore, ...]:
    """All of them."""

    async def expire() -> None:
        await expire_uploads_of_all(storage)
        await asyncio.to_thread(storage.sweep, older_than_seconds=HALF_WRITTEN.total_seconds())

    return (
        Chore("sweep idempotency keys", timedelta(hours=1), sweep_idempotency_keys),
        Chore("sweep jobs", timedelta(hours=1), sweep_jobs),
        Chore("forget payloads", timedelta(minutes=15), forget_payloads),
        Chore("sweep tokens", timedelta(hours=6), sweep_tokens),
        Chore("sweep throttles", timedelta(hours=6), sweep_throttles),
        Chore("sweep notifications", timedelta(hours=6), sweep_notifications),
        Chore("sweep presences", timedelta(minutes=5), sweep_presences),
        Chore("expire uploads", timedelta(minutes=15), expire),
    )

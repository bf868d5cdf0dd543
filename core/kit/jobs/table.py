"""The table of jobs: asked for, claimed, kept, settled.

Whoever claims a job counts one attempt up, and every later statement names that attempt: a worker that lost its lease
can no longer touch the job. Times are PostgreSQL's, so that machines need not agree about them.
"""

import random
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import Reach, execute, fetch

_LONGEST_WAIT = 3600.0
_MINE = "id = :id and tenant_id = :tenant and state = 'leased' and attempts = :attempt"


class GiveUp(Exception):
    """Raised by a handler when trying again is of no use: the job is parked at once, with this as its reason."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job under our lease."""

    id: UUID
    tenant_id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempts: int

    @property
    def mine(self) -> dict[str, object]:
        """What `_MINE` names."""
        return {"id": self.id, "tenant": self.tenant_id, "attempt": self.attempts}


def claimed(row: Mapping[str, Any]) -> Claimed:
    return Claimed(row["id"], row["tenant_id"], row["kind"], orjson.loads(row["payload"]), row["attempts"])


async def enqueue(
    ctx: Context, kind: str, payload: Mapping[str, Any], *, run_at: datetime | None = None
) -> UUID:
    """Ask for work in the open transaction; nothing runs unless it commits."""
    job_id = ctx.new_id()
    await execute(
        "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)"
        " values (:id, :tenant, :now, :kind, :payload, 'ready', coalesce(:run_at::timestamptz, now()), 0)",
        {
            "id": job_id, "tenant": ctx.tenant_id, "now": ctx.now(), "kind": kind,
            "payload": orjson.dumps(payload, default=str).decode(), "run_at": run_at,
        },
    )  # fmt: skip
    return job_id


async def enqueue_all(
    ctx: Context, kind: str, payloads: Sequence[Mapping[str, Any]], *, run_at: datetime | None = None
) -> None:
    """`enqueue` for many jobs of one kind, in one statement."""
    await execute(
        "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)"
        " select x.id, :tenant, :now, :kind, x.payload, 'ready', coalesce(:run_at::timestamptz, now()), 0"
        " from unnest(:ids::uuid[], :payloads::jsonb[]) x(id, payload)",
        {
            "ids": [ctx.new_id() for _ in payloads], "tenant": ctx.tenant_id, "now": ctx.now(), "kind": kind,
            "payloads": [orjson.dumps(payload, default=str).decode() for payload in payloads], "run_at": run_at,
        },
    )  # fmt: skip


FREE = """
with lapsed as (
  select id from jobs where state = 'leased' and lease_until < now() and run_at <= now() and kind = any(:kinds)
  order by run_at limit :limit for update skip locked
), unheard as (
  select id from jobs where state = 'sent' and lease_until < now() and run_at <= now() and kind = any(:kinds)
  order by run_at limit :limit for update skip locked
), due as (
  select id from jobs where state = 'ready' and run_at <= now() and kind = any(:kinds)
  order by run_at limit :limit for update skip locked
), free as (
  select id from lapsed union all select id from unheard union all select id from due limit :limit
)
"""
_CLAIM = f"""{FREE}
update jobs set state = 'leased', lease_until = now() + :lease::interval, attempts = attempts + 1
where id in (select id from free)
returning id, tenant_id, kind, payload, attempts
"""


async def claim(kinds: Collection[str], *, limit: int, lease: timedelta) -> list[Claimed]:
    """Take due jobs of these kinds (a worker that is older than a kind leaves it to a newer one). Of every tenant, as
    the worker serves them all: hence the system reach."""
    values = {"kinds": list(kinds), "limit": limit, "lease": lease}
    rows = await fetch(_CLAIM, values, reach=Reach.SYSTEM)
    return [claimed(row) for row in rows]


async def renew(job: Claimed, lease: timedelta) -> bool:
    """Keep the job for another while. False when it is no longer ours."""
    text = f"update jobs set lease_until = now() + :lease::interval where {_MINE}"
    return await execute(text, {**job.mine, "lease": lease}) == 1


async def finish(job: Claimed) -> None:
    """Done. The payload is emptied, since it may hold secrets."""
    await execute(
        "update jobs set state = 'done', finished_at = now(), lease_until = null, last_error = null, payload = '{}'"
        f" where {_MINE}",
        job.mine,
    )


async def park(job: Claimed, error: Exception) -> None:
    """Never run it again of itself; the reason stays to be read."""
    await execute(
        f"update jobs set state = 'parked', finished_at = now(), lease_until = null, last_error = :error where {_MINE}",
        {**job.mine, "error": _told(error)},
    )


async def put_back(job: Claimed, error: Exception) -> None:
    """Try again later: after 1 to 3 seconds first, at last every hour or so."""
    wait = min(2.0**job.attempts, _LONGEST_WAIT) * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards nothing
    await execute(
        "update jobs set state = 'ready', run_at = now() + :wait::interval, lease_until = null, last_error = :error"
        f" where {_MINE}",
        {**job.mine, "wait": timedelta(seconds=wait), "error": _told(error)},
    )


async def release(job: Claimed) -> None:
    """Give back a job that was interrupted and not tried out: the next worker may have it at once."""
    await execute(
        f"update jobs set state = 'ready', lease_until = null, attempts = attempts - 1 where {_MINE}",
        job.mine,
    )


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception(error))[-4000:].replace("\x00", "")

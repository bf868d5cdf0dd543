"""The table of jobs: asked for, claimed, kept, settled.

Whoever claims a job counts one attempt up, and every later statement names that attempt: a worker that lost its lease
can no longer touch the job. Times are PostgreSQL's, so that machines need not agree about them.
"""

import random
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context, NoTenant
from core.kit.database import Reach, execute, fetch
from core.kit.jobs.faults import fault_of

CHANNEL = "deskgraph_jobs"
"""PostgreSQL tells there of jobs that were asked for."""
CHANGES = "deskgraph_job_changes"
"""PostgreSQL tells there of changes of requested jobs, by their keys."""

_LONGEST_WAIT = 3600.0
MINE = (
    "id = :id and tenant_id is not distinct from :tenant::uuid and state = 'leased' and attempts = :attempt"
)
"""Of a job: that it is still under the lease of the claim that `Claimed.mine` names."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job under our lease. `attempts` names this claim; `tries` counts those that may have failed. One without an
    owner is the installation's own."""

    id: UUID
    owner_id: UUID | None
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    tries: int = 1
    is_cancel_asked: bool = False

    @property
    def mine(self) -> dict[str, object]:
        """What `MINE` names."""
        return {"id": self.id, "tenant": self.owner_id, "attempt": self.attempts}

    @property
    def tenant_id(self) -> UUID:
        """Whose job it is. Raises NoTenant for one of the installation."""
        if self.owner_id is None:
            raise NoTenant("this job is the installation's own")
        return self.owner_id

    @property
    def reach(self) -> Reach:
        """What it takes to write this job: no tenant sees one of the installation."""
        return Reach.SYSTEM if self.owner_id is None else Reach.TENANT


_ENQUEUE = """
insert into jobs (id, tenant_id, created_at, created_by_id, is_requested, kind, payload, state, run_at, attempts,
  forgiven, done, total, failed, is_rolled_back, forget_at)
values (:id, :tenant, :now, :by, :requested, :kind, :payload, 'ready',
  case when :run_at::timestamptz <= :now then now() else :run_at end, 0, 0, 0, :total, 0, false, :forget_at)
"""


def claimed(row: Mapping[str, Any]) -> Claimed:
    """A job from a row of `TAKEN`."""
    return Claimed(**{**dict(row), "payload": orjson.loads(row["payload"])})


async def enqueue(
    ctx: Context,
    kind: str,
    payload: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    is_requested: bool = False,
    total: int | None = None,
    forget_at: datetime | None = None,
) -> UUID:
    """Ask for work in the open transaction; nothing runs unless it commits.

    `is_requested` marks what somebody asked for as a job, who may then see and cancel it; `total` is how much there is
    to do. Whatever the payload holds is worthless at `forget_at`: a job that is parked then forgets it.
    """
    job_id, now = ctx.new_id(), ctx.now()
    values = {
        "id": job_id, "tenant": ctx.tenant_id, "now": now, "by": ctx.viewer.user_id, "requested": is_requested,
        # What is due is due by PostgreSQL's clock, which may be behind ours.
        "kind": kind, "payload": orjson.dumps(payload, default=str).decode(), "run_at": run_at or now,
        "total": total, "forget_at": forget_at,
    }  # fmt: skip
    await execute(_ENQUEUE, values)
    return job_id


async def enqueue_all(
    ctx: Context, kind: str, payloads: Sequence[Mapping[str, Any]], *, run_at: datetime | None = None
) -> None:
    """`enqueue` for many jobs of one kind, in one statement."""
    await execute(
        "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts, created_by_id)"
        " select x.id, :tenant, :now, :kind, x.payload, 'ready', coalesce(:run_at::timestamptz, now()), 0, :by"
        " from unnest(:ids::uuid[], :payloads::jsonb[]) x(id, payload)",
        {
            "ids": [ctx.new_id() for _ in payloads], "tenant": ctx.tenant_id, "now": ctx.now(), "kind": kind,
            "payloads": [orjson.dumps(payload, default=str).decode() for payload in payloads], "run_at": run_at,
            "by": ctx.viewer.user_id,
        },
    )  # fmt: skip


TAKEN = """returning id, tenant_id as owner_id, kind, payload, attempts, attempts - forgiven as tries,
  cancel_asked_at is not null as is_cancel_asked
"""


class Lapsed(StrEnum):
    """When jobs are taken again whose worker ended while it ran them."""

    AT_ONCE = "AT_ONCE"
    PATIENTLY = "PATIENTLY"
    """The second time after 4 seconds, later each time, at last every hour, what was tried least first: what ends its
    worker every time leaves the others time to be done."""
    NOT_NOW = "NOT_NOW"


FREE = """
with lapsed as (
  select id from jobs where state = 'leased' and lease_until < now() and run_at <= now() and kind = any(:kinds)
    and :lapsed::text <> 'NOT_NOW' and (:lapsed <> 'PATIENTLY' or attempts - forgiven < 2
      or lease_until + least(2.0 ^ (attempts - forgiven), 3600) * interval '1 second' < now())
    and (:full::uuid[] is null or tenant_id is null or tenant_id <> all(:full))
  order by case when :lapsed = 'PATIENTLY' then attempts - forgiven end, run_at limit :limit
  for update skip locked
), unheard as (
  select id from jobs where state = 'sent' and lease_until < now() and run_at <= now() and kind = any(:kinds)
    and (:full::uuid[] is null or tenant_id is null or tenant_id <> all(:full))
  order by run_at limit :limit for update skip locked
), due as (
  select each.id from unnest(:kinds::text[]) k(kind) cross join lateral (
    select j.id, j.run_at from jobs j where j.state = 'ready' and j.kind = k.kind and j.run_at <= now()
      and (:full::uuid[] is null or j.tenant_id is null or j.tenant_id <> all(:full))
    order by j.run_at limit :limit for update skip locked
  ) each order by each.run_at limit :limit
), free as (
  select id from lapsed union all select id from unheard union all select id from due limit :limit
)
"""
_CLAIM = f"""{FREE}
update jobs set state = 'leased', lease_until = now() + :lease::interval, attempts = attempts + 1
where id in (select id from free)
{TAKEN}"""


async def claim(
    kinds: Collection[str],
    *,
    limit: int,
    lease: timedelta,
    full: Collection[UUID] = (),
    lapsed: Lapsed = Lapsed.AT_ONCE,
) -> list[Claimed]:
    """Take due jobs of these kinds (a worker that is older than a kind leaves it to a newer one), lapsed ones first.
    Of every tenant but those that are `full`, as the worker serves them all: hence the system reach."""
    values = {
        "kinds": list(kinds), "limit": limit, "lease": lease, "full": list(full) or None, "lapsed": lapsed.value,
    }  # fmt: skip
    rows = await fetch(_CLAIM, values, reach=Reach.SYSTEM)
    return [claimed(row) for row in rows]


async def renew(job: Claimed, lease: timedelta) -> bool:
    """Keep the job for another while. False when it is no longer ours."""
    text = f"update jobs set lease_until = now() + :lease::interval where {MINE}"
    return await execute(text, {**job.mine, "lease": lease}, reach=job.reach) == 1


async def finish(job: Claimed) -> None:
    """Done. The payload is emptied, since it may hold secrets."""
    await execute(
        "update jobs set state = 'done', finished_at = now(), lease_until = null, last_error = null, fault = null,"
        f" payload = '{{}}' where {MINE}",
        job.mine,
        reach=job.reach,
    )


async def cancel(job: Claimed) -> None:
    """Ended half-way, since somebody asked for that."""
    await execute(
        f"update jobs set state = 'cancelled', finished_at = now(), lease_until = null, payload = '{{}}' where {MINE}",
        job.mine,
        reach=job.reach,
    )


async def park(job: Claimed, error: Exception) -> None:
    """Never run it again of itself; the reason stays to be read."""
    await execute(
        "update jobs set state = 'parked', finished_at = now(), lease_until = null, last_error = :error,"
        f" fault = :fault where {MINE}",
        {**job.mine, "error": _told(error), "fault": fault_of(error).value},
        reach=job.reach,
    )


async def put_back(job: Claimed, error: Exception) -> None:
    """Try again later: after 1 to 3 seconds first, at last every hour or so."""
    wait = min(2.0**job.tries, _LONGEST_WAIT) * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards nothing
    await execute(
        "update jobs set state = 'ready', run_at = now() + :wait::interval, lease_until = null, last_error = :error,"
        f" fault = :fault where {MINE}",
        {**job.mine, "wait": timedelta(seconds=wait), "error": _told(error), "fault": fault_of(error).value},
        reach=job.reach,
    )


async def release(job: Claimed) -> None:
    """Give back a job that was interrupted and not tried out: the next worker may have it at once."""
    await execute(
        f"update jobs set state = 'ready', lease_until = null, attempts = attempts - 1 where {MINE}",
        job.mine,
        reach=job.reach,
    )


async def line_up(job: Claimed) -> None:
    """Go on later, behind what waits now; this attempt did not fail."""
    await execute(
        "update jobs set state = 'ready', run_at = now(), lease_until = null, forgiven = forgiven + 1"
        f" where {MINE}",
        job.mine,
        reach=job.reach,
    )


def _told(error: Exception) -> str:
    text = "".join(traceback.format_exception(error))[-4000:].replace("\x00", "")
    # Names of files and bytes from elsewhere leave halves of characters, which PostgreSQL does not take.
    return text.encode(errors="replace").decode()

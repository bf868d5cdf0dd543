"""The table of schedules: planned, claimed when due, moved on.

Times are PostgreSQL's, so that machines need not agree about them. However many times have passed unseen, a schedule
that is due is due once. While a job of it waits or runs there is no second one: that time is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from core.kit.database import Reach, execute, fetch, fetch_one, fetch_value, insert_rows, transaction
from core.kit.database.sql import Row
from core.kit.ids import new_id
from core.kit.logging import get_logger
from core.kit.schedules.rhythm import BadCron, Cron, Every, Rhythm

log = get_logger(__name__)

BATCH = 100
"""Schedules that one transaction turns into jobs."""
DUE = "due_at"
"""What a job's payload says beside the plan's: the time that it is for."""
SET_BACK = timedelta(hours=1)
"""A schedule that was reckoned so far in the future was reckoned by a clock that has been set back since."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What recurs: a job of this kind with this payload. The name is the schedule's own among its owner's."""

    name: str
    kind: str
    rhythm: Rhythm
    payload: Mapping[str, Any] = field(default_factory=dict)
    is_active: bool = True


_COLUMNS = {
    "kind": "text", "payload": "jsonb", "cron": "text", "time_zone": "text", "every_seconds": "int",
    "is_active": "boolean",
}  # fmt: skip
_OWN = "name = :name and tenant_id is not distinct from :tenant::uuid"


async def put(plan: Plan, tenant_id: UUID | None = None) -> None:
    """Let this recur: for the tenant, which must be the current one, or for the installation. What is planned already
    keeps its next time, unless its rhythm changed or it was not active."""
    reach = Reach.SYSTEM if tenant_id is None else Reach.TENANT
    owner = {"name": plan.name, "tenant": tenant_id}
    async with transaction(reach):
        row = await fetch_one(
            f"select *, now() as now from schedules where {_OWN} for update", owner, reach=reach
        )
        if row is None:
            await _insert(plan, owner, reach)
        elif _told(row) != _values(plan):
            await _change(plan, row, owner, reach)


async def drop(name: str, tenant_id: UUID) -> None:
    """Let this recur no more, for the current tenant. A job that was made already goes on."""
    await execute(
        "delete from schedules where name = :name and tenant_id = :tenant",
        {"name": name, "tenant": tenant_id},
    )


async def _insert(plan: Plan, owner: Mapping[str, object], reach: Reach) -> None:
    """Another worker that does it at the same moment does the same."""
    now: datetime = await fetch_value("select now()", reach=reach)
    await execute(
        f"insert into schedules (id, tenant_id, created_at, name, {', '.join(_COLUMNS)}, next_run_at, reckoned_at)"
        f" values (:id, :tenant, :now, :name, {', '.join(f':{name}' for name in _COLUMNS)}, :next, :now)"
        " on conflict do nothing",
        {**owner, **_values(plan), "id": new_id(), "now": now, "next": plan.rhythm.first(now)},
        reach=reach,
    )


async def _change(plan: Plan, row: Row, owner: Mapping[str, object], reach: Reach) -> None:
    now, values = row["now"], _values(plan)
    goes_on = row["is_active"] and all(
        row[name] == values[name] for name in ("cron", "time_zone", "every_seconds")
    )
    await execute(
        f"update schedules set {', '.join(f'{name} = :{name}' for name in _COLUMNS)}, next_run_at = :next,"
        f" reckoned_at = :now where {_OWN}",
        {**owner, **values, "now": now, "next": row["next_run_at"] if goes_on else plan.rhythm.first(now)},
        reach=reach,
    )


def _values(plan: Plan) -> dict[str, object]:
    rhythm = plan.rhythm
    return {
        "kind": plan.kind,
        "payload": orjson.dumps(plan.payload, default=str).decode(),
        "cron": rhythm.expression if isinstance(rhythm, Cron) else None,
        "time_zone": rhythm.time_zone if isinstance(rhythm, Cron) else "UTC",
        "every_seconds": int(rhythm.interval.total_seconds()) if isinstance(rhythm, Every) else None,
        "is_active": plan.is_active,
    }


def _told(row: Row) -> dict[str, object]:
    payload = orjson.dumps(orjson.loads(row["payload"])).decode()
    return {**{name: row[name] for name in _COLUMNS}, "payload": payload}


def rhythm_of(row: Mapping[str, Any]) -> Rhythm:
    """The rhythm in a row. Raises BadCron."""
    if row["cron"] is None:
        return Every(timedelta(seconds=row["every_seconds"]))
    return Cron(row["cron"], row["time_zone"])


_UNITS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


def shown_rhythm(row: Mapping[str, Any]) -> str:
    """The rhythm in a row, for people; also one that cannot be told any more."""
    if row["cron"] is None:
        seconds = row["every_seconds"]
        unit = next(unit for unit in _UNITS if seconds % _UNITS[unit] == 0)
        count = seconds // _UNITS[unit]
        return f"every {unit.removesuffix('s')}" if count == 1 else f"every {count} {unit}"
    return f"{row['cron']} ({row['time_zone']})"


_DUE = """
select s.*, now() as now, s.next_run_at <= now() as is_due,
  coalesce(j.state in ('ready', 'sent', 'leased'), false) as is_under_way
from schedules s left join jobs j on j.id = s.last_job_id
where s.is_active and s.kind = any(:kinds) and (s.next_run_at <= now() or s.reckoned_at > now() + :set_back::interval)
order by s.next_run_at limit :limit for update of s skip locked
"""


async def write_jobs(kinds: Collection[str], at_once: int = BATCH) -> int:
    """Turn due schedules of these kinds into jobs and say how many were looked at (a worker that is older than a kind
    leaves it to a newer one). Of every tenant and the installation: hence the system reach."""
    async with transaction(Reach.SYSTEM):
        values = {"kinds": list(kinds), "limit": at_once, "set_back": SET_BACK}
        rows = await fetch(_DUE, values, reach=Reach.SYSTEM)
        jobs = {row["id"]: new_id() for row in rows if row["is_due"] and not row["is_under_way"]}
        following = {row["id"]: _following(row) for row in rows}
        for row in rows:
            if following[row["id"]] is None:
                jobs.pop(row["id"], None)
        await _insert_jobs([row for row in rows if row["id"] in jobs], jobs)
        await _move_on(following, jobs)
        return len(rows)


def _following(row: Row) -> datetime | None:
    """When it is due next; None when that cannot be told any more, since the machine has forgotten its time zone."""
    try:
        return rhythm_of(row).following(row["next_run_at"], row["now"])
    except BadCron:
        log.error("schedule.stopped", schedule=row["name"], tenant=row["tenant_id"] and str(row["tenant_id"]))
        return None


async def _insert_jobs(rows: Sequence[Row], jobs: Mapping[UUID, UUID]) -> None:
    types = {
        "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "kind": "text", "payload": "jsonb",
        "state": "text", "run_at": "timestamptz", "attempts": "int",
    }  # fmt: skip
    made = [
        {
            "id": jobs[row["id"]], "tenant_id": row["tenant_id"], "created_at": row["now"], "kind": row["kind"],
            "payload": _with_due(row), "state": "ready", "run_at": row["now"], "attempts": 0,
        }
        for row in rows
    ]  # fmt: skip
    await insert_rows("jobs", types, made, reach=Reach.SYSTEM)


def _with_due(row: Row) -> str:
    """What the job is told, and for which time it is: so that work that is done once for each time can tell."""
    told = {**orjson.loads(row["payload"]), DUE: row["next_run_at"].isoformat()}
    return orjson.dumps(told).decode()


async def _move_on(following: Mapping[UUID, datetime | None], jobs: Mapping[UUID, UUID]) -> None:
    if not following:
        return
    await execute(
        "update schedules s set reckoned_at = now(), is_active = x.following is not null,"
        " next_run_at = coalesce(x.following, s.next_run_at),"
        " last_run_at = case when x.job is null then s.last_run_at else now() end,"
        " last_job_id = coalesce(x.job, s.last_job_id)"
        " from unnest(:ids::uuid[], :following::timestamptz[], :jobs::uuid[]) x(id, following, job) where s.id = x.id",
        {
            "ids": list(following), "following": list(following.values()),
            "jobs": [jobs.get(key) for key in following],
        },
        reach=Reach.SYSTEM,
    )  # fmt: skip

"""Followers: the worker turns committed events into jobs, each event exactly once for each follower.

A follower's position is a row. Whoever turns events into jobs holds it, and moves it in the transaction that writes
the jobs; so neither a crash nor a second worker loses an event or doubles it. Events of every tenant are read
together: hence the system reach.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from core.kit.database import Reach, execute, fetch, fetch_one, is_unavailable, transaction
from core.kit.database.sql import Row
from core.kit.ids import new_id
from core.kit.logging import get_logger
from core.kit.stream.listening import Listener
from core.kit.stream.reading import is_held_back

log = get_logger(__name__)

AT_ONCE = 1000
"""Events that one transaction turns into jobs."""
IN_A_JOB = 100
POLL_SECONDS = 5.0
_HELD_BACK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Follower:
    """Who wants to hear of events: for those of `types` (all of them where empty) a job of this kind is written, with
    the payload `{"events": [ids in order]}`. `where` is SQL over `e`, an event, that spares jobs nobody needs."""

    kind: str
    types: tuple[str, ...] = ()
    where: str = "true"


async def follow(followers: Sequence[Follower], listener: Listener) -> None:
    """Turn events into jobs until cancelled: at a wake-up, and every few seconds in case one was lost."""
    woken = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listener.run(lambda _tenant: woken.set()))
        tasks.create_task(_keep_up(followers, woken))


async def _keep_up(followers: Sequence[Follower], woken: asyncio.Event) -> None:
    while True:
        woken.clear()
        wait = POLL_SECONDS
        try:
            for follower in followers:
                while await fan_out(follower) == AT_ONCE:
                    pass
            if await is_held_back(Reach.SYSTEM):
                wait = _HELD_BACK_SECONDS
        except Exception as error:  # the task runner: a stopped database is waited for
            _tell(error)
        try:
            async with asyncio.timeout(wait):
                await woken.wait()
        except TimeoutError:
            pass


def _tell(error: Exception) -> None:
    if is_unavailable(error) or isinstance(error, TimeoutError):
        log.warning("followers.database_unavailable", error=type(error).__name__)
    else:
        log.error("followers.failed", exc_info=error)


_NEXT = """
select e.id, e.tenant_id, e.xid, {wanted} as wanted from events e
where (e.xid, e.id) > (:xid, :after) and e.xid < event_horizon() order by e.xid, e.id limit :limit
"""


async def fan_out(follower: Follower, at_once: int = AT_ONCE) -> int:
    """Turn a follower's next events into jobs and say how many were read. None, too, while another worker does it. A
    follower that is new begins with what happens from now on."""
    async with transaction(Reach.SYSTEM):
        held = await _hold(follower.kind)
        if held is None:
            return 0
        rows = await _next(follower, held, at_once)
        if rows:
            await _write_jobs(follower.kind, rows)
            await _move(follower.kind, rows[-1])
        return len(rows)


async def _hold(name: str) -> Row | None:
    """The follower's position, locked until the transaction ends."""
    text = "select xid, event_id from stream_positions where name = :name for update skip locked"
    held = await fetch_one(text, {"name": name}, reach=Reach.SYSTEM)
    if held is not None:
        return held
    await execute(
        "insert into stream_positions (name, xid, event_id) values (:name, event_horizon(), :none)"
        " on conflict (name) do nothing",
        {"name": name, "none": UUID(int=0)},
        reach=Reach.SYSTEM,
    )
    return await fetch_one(text, {"name": name}, reach=Reach.SYSTEM)


async def _next(follower: Follower, held: Row, limit: int) -> list[Row]:
    wanted = f"({follower.where})"
    values: dict[str, object] = {"xid": held["xid"], "after": held["event_id"], "limit": limit}
    if follower.types:
        wanted = f"(e.type = any(:types::text[]) and {wanted})"
        values["types"] = list(follower.types)
    return await fetch(_NEXT.format(wanted=wanted), values, reach=Reach.SYSTEM)


async def _write_jobs(kind: str, rows: Sequence[Row]) -> None:
    """One job for each tenant, more where it has more than a hundred events."""
    of_tenants: dict[UUID, list[str]] = {}
    for row in rows:
        if row["wanted"]:
            of_tenants.setdefault(row["tenant_id"], []).append(str(row["id"]))
    jobs = [
        (tenant, ids[start : start + IN_A_JOB])
        for tenant, ids in of_tenants.items()
        for start in range(0, len(ids), IN_A_JOB)
    ]
    if not jobs:
        return
    await execute(
        "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)"
        " select x.id, x.tenant, now(), :kind, x.payload, 'ready', now(), 0"
        " from unnest(:ids::uuid[], :tenants::uuid[], :payloads::jsonb[]) x(id, tenant, payload)",
        {
            "kind": kind, "ids": [new_id() for _ in jobs], "tenants": [tenant for tenant, _ in jobs],
            "payloads": [orjson.dumps({"events": ids}).decode() for _, ids in jobs],
        },
        reach=Reach.SYSTEM,
    )  # fmt: skip


async def _move(name: str, last: Row) -> None:
    await execute(
        "update stream_positions set xid = :xid, event_id = :event where name = :name",
        {"name": name, "xid": last["xid"], "event": last["id"]},
        reach=Reach.SYSTEM,
    )


def events_of(payload: Mapping[str, object]) -> list[UUID]:
    """The ids in a follower's job."""
    ids = payload["events"]
    assert isinstance(ids, list)
    return [UUID(each) for each in ids]

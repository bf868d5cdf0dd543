"""Schedules as rows: due once, by one of all workers, whatever stops on the way."""

import asyncio
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, system_fetch
from core.kit.database.sql import Row
from core.kit.schedules import Cron, Every, Plan, put, write_jobs
from core.testing import Desk

HOUR = Every(timedelta(hours=1))
PROGRAM = Path(__file__).with_name("program.py")
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def kind(app: object) -> AsyncIterator[str]:
    """A kind of this test's own, whose rows go with it."""
    own = f"test.{secrets.token_hex(4)}"
    yield own
    for table in ("jobs", "schedules"):
        await execute(f"delete from {table} where kind = :kind", {"kind": own}, reach=Reach.SYSTEM)


def plan(kind: str, **values: Any) -> Plan:
    return Plan(**{"name": kind, "kind": kind, "rhythm": HOUR, "payload": {"n": 1}, **values})


async def jobs(kind: str) -> list[Row]:
    return await system_fetch("select * from jobs where kind = :kind order by id", {"kind": kind})


async def row(kind: str) -> Row:
    (found,) = await system_fetch("select *, now() as now from schedules where kind = :kind", {"kind": kind})
    return found


async def shift(kind: str, **columns: str) -> None:
    """Write columns as SQL says."""
    told = ", ".join(f"{name} = {value}" for name, value in columns.items())
    await execute(f"update schedules set {told} where kind = :kind", {"kind": kind}, reach=Reach.SYSTEM)


async def end_jobs(kind: str) -> None:
    await execute("update jobs set state = 'done' where kind = :kind", {"kind": kind}, reach=Reach.SYSTEM)


async def test_an_interval_begins_at_once_and_is_due_again_after_it(kind: str) -> None:
    await put(plan(kind))
    before = await row(kind)

    assert await write_jobs([kind]) == 1
    (job,) = await jobs(kind)
    told = {"n": 1, "due_at": before["next_run_at"].isoformat()}
    assert (job["tenant_id"], job["state"], orjson.loads(job["payload"])) == (None, "ready", told)
    after = await row(kind)
    assert after["next_run_at"] == before["next_run_at"] + timedelta(hours=1)
    assert (after["last_job_id"], after["last_run_at"]) == (job["id"], job["run_at"])

    await end_jobs(kind)
    assert await write_jobs([kind]) == 0
    await shift(kind, next_run_at="now()")
    assert await write_jobs([kind]) == 1
    assert len(await jobs(kind)) == 2


async def test_of_many_workers_one_writes_the_job(kind: str) -> None:
    await put(plan(kind))

    counts = await asyncio.gather(*(write_jobs([kind]) for _ in range(10)))

    assert sorted(counts) == [0] * 9 + [1]
    assert len(await jobs(kind)) == 1


async def test_a_worker_killed_between_claim_and_commit_loses_and_doubles_nothing(
    kind: str, database_url: str, tmp_path: Path
) -> None:
    await put(plan(kind))
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(PROGRAM), database_url, kind, str(tmp_path / "claimed")]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        async with asyncio.timeout(60):
            while not (tmp_path / "claimed").exists():  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.05)
        assert await write_jobs([kind]) == 0, "another worker has it"
    finally:
        process.kill()
        process.wait()

    async with asyncio.timeout(30):
        while await write_jobs([kind]) == 0:  # noqa: ASYNC110 - rows in the database
            await asyncio.sleep(0.05)

    assert len(await jobs(kind)) == 1
    assert await write_jobs([kind]) == 0


async def test_what_was_missed_while_all_stood_still_is_done_once_and_in_step(kind: str) -> None:
    await put(plan(kind))
    await shift(
        kind, next_run_at="now() - interval '3 days 10 minutes'", reckoned_at="now() - interval '3 days'"
    )
    due = (await row(kind))["next_run_at"]

    while await write_jobs([kind]):
        await end_jobs(kind)

    assert len(await jobs(kind)) == 1
    assert (await row(kind))["next_run_at"] == due + timedelta(hours=73)


async def test_there_is_one_job_of_a_schedule_at_a_time(kind: str) -> None:
    await put(plan(kind))
    await write_jobs([kind])
    for state in ("ready", "sent", "leased"):
        await execute(
            "update jobs set state = :state where kind = :kind",
            {"state": state, "kind": kind},
            reach=Reach.SYSTEM,
        )
        await shift(kind, next_run_at="now()")
        assert await write_jobs([kind]) == 1
        assert await write_jobs([kind]) == 0, "its time has passed all the same"
    assert len(await jobs(kind)) == 1

    await execute("update jobs set state = 'parked' where kind = :kind", {"kind": kind}, reach=Reach.SYSTEM)
    await shift(kind, next_run_at="now()")
    await write_jobs([kind])

    assert [each["state"] for each in await jobs(kind)] == ["parked", "ready"]


async def test_kinds_that_this_worker_does_not_know_are_left_to_another(kind: str) -> None:
    await put(plan(kind))

    assert await write_jobs([f"{kind}.else"]) == 0
    assert (await row(kind))["last_run_at"] is None


async def test_what_is_switched_off_is_never_due(kind: str) -> None:
    await put(plan(kind, is_active=False))
    assert await write_jobs([kind]) == 0

    await put(plan(kind))
    assert await write_jobs([kind]) == 1


async def test_a_clock_that_was_ahead_delays_nothing_for_longer_than_the_interval(kind: str) -> None:
    await put(plan(kind))
    await write_jobs([kind])
    await end_jobs(kind)
    ahead = {name: f"{name} + interval '400 days'" for name in ("next_run_at", "last_run_at", "reckoned_at")}
    await shift(kind, **ahead)

    await write_jobs([kind])

    found = await row(kind)
    assert timedelta(0) < found["next_run_at"] - found["now"] <= timedelta(hours=1)
    assert len(await jobs(kind)) == 1


async def test_a_clock_set_back_by_seconds_replays_nothing(kind: str) -> None:
    await put(plan(kind))
    await write_jobs([kind])
    await end_jobs(kind)
    await shift(kind, reckoned_at="now() + interval '10 seconds'")
    before = await row(kind)

    assert await write_jobs([kind]) == 0
    assert (await row(kind))["next_run_at"] == before["next_run_at"]


async def test_what_is_planned_already_keeps_its_time_unless_its_rhythm_changes(kind: str) -> None:
    await put(plan(kind))
    await write_jobs([kind])
    next_run = (await row(kind))["next_run_at"]

    await put(plan(kind))
    await put(plan(kind, payload={"n": 2}))
    found = await row(kind)
    assert (found["next_run_at"], found["payload"]) == (next_run, '{"n": 2}')

    await put(plan(kind, rhythm=Cron("0 8 * * *", "Asia/Shanghai")))
    found = await row(kind)
    assert (found["cron"], found["time_zone"], found["every_seconds"]) == ("0 8 * * *", "Asia/Shanghai", None)
    assert found["next_run_at"] == Cron("0 8 * * *", "Asia/Shanghai").first(found["now"])


async def test_workers_that_plan_at_once_make_one_schedule(kind: str) -> None:
    await asyncio.gather(*(put(plan(kind)) for _ in range(5)))

    assert (await row(kind))["name"] == kind


async def test_a_tenants_schedule_makes_jobs_of_the_tenant_in_its_time_zone(
    desk: Desk, other: Desk, kind: str
) -> None:
    monday = Cron("0 8 * * MON", "Europe/Berlin")
    for each in (desk, other):
        with acting_for(each.tenant_id):
            await put(plan(kind, rhythm=monday), each.tenant_id)
    assert await write_jobs([kind]) == 0
    mine = {"tenant": desk.tenant_id, "kind": kind}
    await execute(
        "update schedules set next_run_at = '2026-03-23T07:00Z' where tenant_id = :tenant and kind = :kind",
        mine, reach=Reach.SYSTEM,
    )  # fmt: skip

    assert await write_jobs([kind]) == 1

    (job,) = await jobs(kind)
    assert job["tenant_id"] == desk.tenant_id
    with acting_for(desk.tenant_id):
        (seen,) = await fetch(
            "select next_run_at, last_job_id from schedules where kind = :kind", {"kind": kind}
        )
        assert len(await fetch("select 1 from jobs where kind = :kind", {"kind": kind})) == 1
    with acting_for(other.tenant_id):
        assert await fetch("select 1 from jobs where kind = :kind", {"kind": kind}) == []
    now = datetime.now(UTC)
    assert seen["next_run_at"] == monday.first(now)
    assert seen["last_job_id"] == job["id"]


async def test_no_tenant_makes_or_touches_a_schedule_of_the_installation(desk: Desk, kind: str) -> None:
    await put(plan(kind))

    with acting_for(desk.tenant_id):
        assert await execute("update schedules set is_active = false where kind = :kind", {"kind": kind}) == 0
        assert await execute("delete from schedules where kind = :kind", {"kind": kind}) == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(
                "insert into schedules (id, created_at, name, kind, payload, time_zone, every_seconds, next_run_at,"
                " reckoned_at, is_active) values (gen_random_uuid(), now(), 'x', :kind, '{}', 'UTC', 1, now(), now(),"
                " true)",
                {"kind": kind},
            )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(
                "insert into jobs (id, created_at, kind, payload, state, run_at, attempts)"
                " values (gen_random_uuid(), now(), :kind, '{}', 'ready', now(), 0)",
                {"kind": kind},
            )


async def test_a_schedule_whose_time_zone_is_gone_stops_and_holds_up_no_other(kind: str) -> None:
    await put(plan(kind))
    await put(plan(kind, name=f"{kind}.gone", rhythm=Cron("0 8 * * *", "UTC")))
    await execute(
        "update schedules set time_zone = 'Mars/Olympus', next_run_at = now() - interval '1 hour' where name = :name",
        {"name": f"{kind}.gone"},
        reach=Reach.SYSTEM,
    )

    assert await write_jobs([kind]) == 2

    rows = await system_fetch(
        "select name, is_active from schedules where kind = :kind order by name", {"kind": kind}
    )
    assert [(each["name"], each["is_active"]) for each in rows] == [(kind, True), (f"{kind}.gone", False)]
    assert len(await jobs(kind)) == 1


@pytest.mark.parametrize(("cron", "every"), [("null", "null"), ("'0 8 * * *'", "60"), ("null", "0")])
async def test_a_schedule_has_one_rhythm(kind: str, cron: str, every: str) -> None:
    await put(plan(kind))

    with pytest.raises(asyncpg.CheckViolationError):
        await shift(kind, cron=cron, every_seconds=every)

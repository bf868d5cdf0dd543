"""Jobs: run once, tried again, parked, kept under a lease, given back."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from core.kit.context import acting_for, current_tenant
from core.kit.database import Reach, execute, fetch, transaction
from core.kit.jobs import Claimed, GiveUp, Handler, Pace, enqueue, work
from core.kit.jobs.table import _CLAIM, Lapsed, claim, finish, put_back, renew
from core.operating import operator_context
from core.testing import Desk

from .conftest import Jobs

QUICK = Pace(poll_seconds=0.02, lease=timedelta(seconds=30), grace=timedelta(seconds=5))


@pytest.fixture
def kind() -> str:
    """A kind of this test's own, since tests share a database."""
    return f"test.{secrets.token_hex(4)}"


@asynccontextmanager
async def working(handlers: Mapping[str, Handler], pace: Pace = QUICK) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(work(handlers, pace))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(jobs: Jobs, job_id: Any, state: str, seconds: float = 10) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while (now := await jobs.state(job_id)) != state:
        assert asyncio.get_running_loop().time() < deadline, f"still {now}, not {state}"
        await asyncio.sleep(0.02)


async def test_a_job_runs_for_its_tenant_and_forgets_its_payload(jobs: Jobs, kind: str) -> None:
    seen: list[tuple[object, object]] = []

    async def note(job: Claimed) -> None:
        seen.append((current_tenant(), job.payload))

    job_id = await jobs.ask(kind, {"link": "secret"})
    async with working({kind: note}):
        await until(jobs, job_id, "done")

    row = await jobs.row(job_id)
    assert seen == [(jobs.tenant_id, {"link": "secret"})]
    assert (row["payload"], row["attempts"], row["last_error"], row["lease_until"]) == ("{}", 1, None, None)
    assert row["finished_at"] is not None


async def test_nothing_runs_that_was_not_committed(desk: Desk, kind: str) -> None:
    with acting_for(desk.tenant_id), pytest.raises(ZeroDivisionError):
        async with transaction():
            await enqueue(operator_context(desk.tenant_id), kind, {})
            raise ZeroDivisionError

    assert await claim([kind], limit=5, lease=QUICK.lease) == []


async def test_a_job_waits_for_its_time(jobs: Jobs, kind: str) -> None:
    await jobs.ask(kind, run_at=datetime.now(UTC) + timedelta(minutes=1))

    assert await claim([kind], limit=5, lease=QUICK.lease) == []


async def test_jobs_of_one_tenant_that_take_long_leave_room_for_another_s(
    jobs: Jobs, other: Desk, kind: str
) -> None:
    end, at_once = asyncio.Event(), [0]

    async def wait(job: Claimed) -> None:
        if job.owner_id == jobs.tenant_id:
            at_once[0] += 1
            await end.wait()

    slow = [await jobs.ask(kind) for _ in range(12)]
    async with working({kind: wait}, replace(QUICK, concurrency=4, share=3)):
        foreign = Jobs(other)
        for _ in range(3):
            await until(foreign, await foreign.ask(kind), "done")
        assert at_once == [3]
        end.set()
        for job_id in slow:
            await until(jobs, job_id, "done")


async def test_a_tenant_that_has_its_share_goes_on_when_one_of_its_jobs_ends(jobs: Jobs, kind: str) -> None:
    done: list[UUID] = []

    async def work_briefly(job: Claimed) -> None:
        await asyncio.sleep(0.01)
        done.append(job.id)

    asked = [await jobs.ask(kind) for _ in range(6)]
    async with working({kind: work_briefly}, replace(QUICK, concurrency=4, share=1, poll_seconds=60)):
        for job_id in asked:
            await until(jobs, job_id, "done")

    assert done == asked


_MANY = """
insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)
select gen_random_uuid(), :tenant, now(), :kind, '{}', 'ready', now() - interval '1 hour', 0
from generate_series(1, 20000)
"""


async def test_taking_jobs_does_not_wade_through_those_of_other_kinds(jobs: Jobs, kind: str) -> None:
    with acting_for(jobs.tenant_id):
        await execute(_MANY, {"tenant": jobs.tenant_id, "kind": f"{kind}.other"})
    wanted = await jobs.ask(kind)
    try:
        values = {
            "kinds": [kind, f"{kind}.rare"], "limit": 8, "lease": QUICK.lease, "full": None, "lapsed": "AT_ONCE",
        }  # fmt: skip
        (row,) = await fetch(f"explain (analyze, buffers, format json) {_CLAIM}", values, reach=Reach.SYSTEM)
        assert await jobs.state(wanted) == "leased"
        plan = orjson.loads(row[0])[0]["Plan"]
        assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 200
    finally:
        with acting_for(jobs.tenant_id):
            await execute("delete from jobs where kind = :kind", {"kind": f"{kind}.other"})


async def test_an_error_of_broken_characters_is_written_down(jobs: Jobs, kind: str) -> None:
    async def fail(_job: Claimed) -> None:
        raise GiveUp("a file named \udcff\x00")

    job_id = await jobs.ask(kind)
    async with working({kind: fail}):
        await until(jobs, job_id, "parked")

    assert "a file named ?" in (await jobs.row(job_id))["last_error"]


async def test_a_kind_that_this_worker_does_not_know_is_left_to_another(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)

    assert await claim([f"{kind}.else"], limit=5, lease=QUICK.lease) == []
    assert await jobs.state(job_id) == "ready"


async def test_a_job_that_fails_is_tried_again_with_its_error_noted(jobs: Jobs, kind: str) -> None:
    failed = asyncio.Event()

    async def fail_once(job: Claimed) -> None:
        if job.attempts == 1:
            failed.set()
            raise ValueError("the first time never works")

    job_id = await jobs.ask(kind, {"n": 1})
    async with working({kind: fail_once}):
        await asyncio.wait_for(failed.wait(), 5)
        await until(jobs, job_id, "ready")
        row = await jobs.row(job_id)
        assert "the first time never works" in row["last_error"]
        assert row["payload"] != "{}"
        assert timedelta(0) < row["run_at"] - datetime.now(UTC) < timedelta(seconds=3.1)
        await until(jobs, job_id, "done")

    row = await jobs.row(job_id)
    assert (row["attempts"], row["last_error"]) == (2, None)


async def test_poison_is_parked_after_its_attempts_with_its_error(jobs: Jobs, kind: str) -> None:
    tries = 0

    async def poison(_job: Claimed) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("poison")

    job_id = await jobs.ask(kind)
    async with working({kind: poison}, Pace(poll_seconds=0.02, attempts=2)):
        await until(jobs, job_id, "parked", seconds=15)
        await asyncio.sleep(0.2)

    row = await jobs.row(job_id)
    assert tries == 2
    assert "ValueError: poison" in row["last_error"]
    assert await claim([kind], limit=5, lease=QUICK.lease) == []


async def test_a_job_given_up_is_parked_at_once(jobs: Jobs, kind: str) -> None:
    async def refuse(_job: Claimed) -> None:
        raise GiveUp("no such mailbox")

    job_id = await jobs.ask(kind)
    async with working({kind: refuse}):
        await until(jobs, job_id, "parked")

    row = await jobs.row(job_id)
    assert row["attempts"] == 1
    assert "no such mailbox" in row["last_error"]


async def test_a_job_that_takes_its_workers_down_is_parked_unrun(jobs: Jobs, kind: str) -> None:
    ran = False

    async def never(_job: Claimed) -> None:
        nonlocal ran
        ran = True

    job_id = await jobs.ask(kind)
    with acting_for(jobs.tenant_id):
        await execute(
            "update jobs set state = 'leased', lease_until = now() - interval '1 s', attempts = 3 where id = :id",
            {"id": job_id},
        )
    async with working({kind: never}, Pace(poll_seconds=0.02, attempts=3)):
        await until(jobs, job_id, "parked")

    assert not ran
    assert "took its worker down" in (await jobs.row(job_id))["last_error"]


async def test_a_job_over_its_time_limit_is_cut_off(jobs: Jobs, kind: str) -> None:
    ended = asyncio.Event()

    async def hang(_job: Claimed) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    job_id = await jobs.ask(kind)
    async with working({kind: hang}, Pace(poll_seconds=0.02, attempts=1, timeout=timedelta(seconds=0.2))):
        await until(jobs, job_id, "parked")

    assert ended.is_set()
    assert "TimeoutError" in (await jobs.row(job_id))["last_error"]


async def test_a_lease_is_renewed_while_the_job_runs(jobs: Jobs, kind: str) -> None:
    runs = 0

    async def slow(_job: Claimed) -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(2)

    short = Pace(poll_seconds=0.02, lease=timedelta(seconds=0.6))
    job_id = await jobs.ask(kind)
    async with working({kind: slow}, short), working({kind: slow}, short):
        await until(jobs, job_id, "done")

    assert runs == 1
    assert (await jobs.row(job_id))["attempts"] == 1


async def test_two_workers_never_run_one_job_at_the_same_time(jobs: Jobs, kind: str) -> None:
    ran: dict[str, int] = {}

    async def note(job: Claimed) -> None:
        ran[str(job.id)] = ran.get(str(job.id), 0) + 1
        await asyncio.sleep(0.01)

    ids = [await jobs.ask(kind) for _ in range(60)]
    async with working({kind: note}), working({kind: note}), working({kind: note}):
        for job_id in ids:
            await until(jobs, job_id, "done")

    assert ran == {str(job_id): 1 for job_id in ids}


async def test_who_lost_the_lease_is_stopped_and_can_write_nothing(jobs: Jobs, kind: str) -> None:
    stopped = asyncio.Event()
    began = asyncio.Event()

    async def slow(_job: Claimed) -> None:
        began.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            stopped.set()
            raise

    job_id = await jobs.ask(kind)
    async with working({kind: slow}, Pace(poll_seconds=0.02, lease=timedelta(seconds=1))):
        await asyncio.wait_for(began.wait(), 5)
        with acting_for(jobs.tenant_id):  # As another worker's claim would.
            await execute(
                "update jobs set attempts = 2, lease_until = now() + interval '1 hour' where id = :id",
                {"id": job_id},
            )
        await asyncio.wait_for(stopped.wait(), 5)

    row = await jobs.row(job_id)
    assert (row["state"], row["attempts"], row["held"]) == ("leased", 2, True)


async def test_an_outdated_claim_touches_nothing(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)
    (old,) = await claim([kind], limit=5, lease=timedelta(0))
    (new,) = await claim([kind], limit=5, lease=timedelta(minutes=1))

    with acting_for(jobs.tenant_id):
        assert await renew(old, timedelta(hours=1)) is False
        await finish(old)
        await put_back(old, ValueError())

    row = await jobs.row(job_id)
    assert (row["state"], row["attempts"], row["held"]) == ("leased", new.attempts, True)


async def test_a_stopped_worker_lets_a_job_finish(jobs: Jobs, kind: str) -> None:
    began = asyncio.Event()

    async def brief(_job: Claimed) -> None:
        began.set()
        await asyncio.sleep(0.3)

    job_id = await jobs.ask(kind)
    async with working({kind: brief}):
        await asyncio.wait_for(began.wait(), 5)

    assert await jobs.state(job_id) == "done"


async def test_a_stopped_worker_gives_back_what_does_not_finish(jobs: Jobs, kind: str) -> None:
    began = asyncio.Event()

    async def long(_job: Claimed) -> None:
        began.set()
        await asyncio.sleep(60)

    job_id = await jobs.ask(kind, {"n": 1})
    async with working({kind: long}, Pace(poll_seconds=0.02, grace=timedelta(seconds=0.1))):
        await asyncio.wait_for(began.wait(), 5)

    row = await jobs.row(job_id)
    assert (row["state"], row["attempts"], row["payload"]) == ("ready", 0, '{"n": 1}')


async def test_a_slow_job_does_not_hold_up_the_others(jobs: Jobs, kind: str) -> None:
    async def handle(job: Claimed) -> None:
        if job.payload["slow"]:
            await asyncio.sleep(30)

    slow = await jobs.ask(kind, {"slow": True})
    quick = [await jobs.ask(kind, {"slow": False}) for _ in range(5)]
    async with working({kind: handle}, Pace(poll_seconds=0.02, concurrency=2, grace=timedelta(seconds=0.1))):
        for job_id in quick:
            await until(jobs, job_id, "done")
        assert await jobs.state(slow) == "leased"


async def test_what_took_its_worker_down_is_tried_alone_and_last(jobs: Jobs, kind: str) -> None:
    """What ran beside it is done then: else it would be taken down again each time."""
    order, together = list[UUID](), list[int]()

    async def note(job: Claimed) -> None:
        order.append(job.id)
        together.append(1)
        await asyncio.sleep(0.1)
        together[-1] = len(order)

    lapsed = [await jobs.ask(kind) for _ in range(3)]
    await _lapse(jobs, lapsed, attempts=1)
    fresh = [await jobs.ask(kind) for _ in range(2)]

    async with working({kind: note}, replace(QUICK, is_wary=True)):
        for each in (*lapsed, *fresh):
            await until(jobs, each, "done")

    assert set(order[:2]) == set(fresh)
    assert together[2:] == [3, 4, 5]  # each had ended before the next began


async def test_what_takes_its_workers_down_each_time_waits_longer_each_time(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)

    async def taken(lapsed: Lapsed) -> bool:
        return bool(await claim([kind], limit=1, lease=QUICK.lease, lapsed=lapsed))

    await _lapse(jobs, [job_id], attempts=5, seconds=20)  # 32 are to be waited
    assert not await taken(Lapsed.PATIENTLY)
    assert not await taken(Lapsed.NOT_NOW)
    await _lapse(jobs, [job_id], attempts=5, seconds=40)
    assert await taken(Lapsed.PATIENTLY)
    await _lapse(jobs, [job_id], attempts=20, seconds=3000)
    assert not await taken(Lapsed.PATIENTLY)
    assert await taken(Lapsed.AT_ONCE)


async def _lapse(jobs: Jobs, ids: list[UUID], *, attempts: int, seconds: int = 1) -> None:
    """As if their worker had ended while it ran them."""
    with acting_for(jobs.tenant_id):
        await execute(
            "update jobs set state = 'leased', attempts = :attempts,"
            " lease_until = now() - :seconds * interval '1 second' where id = any(:ids)",
            {"ids": ids, "attempts": attempts, "seconds": seconds},
        )

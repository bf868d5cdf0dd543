"""The relay and the rows it sends, without any broker: what the table promises, whatever becomes of a message."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, transaction
from core.kit.jobs import Claimed, Pace, Queue, heavy, of_plugins
from core.kit.jobs.queues import kinds_by_queue
from core.kit.jobs.relay import BrokerUnavailable, relay
from core.kit.jobs.sent import _SEND, _TAKE_OVER, send, take_over, unsend
from core.kit.jobs.table import claim, finish, put_back

from .conftest import Jobs

LEASE = timedelta(seconds=30)
LAPSED = timedelta(seconds=-1)
QUICK = Pace(poll_seconds=0.02, lease=LEASE)


@pytest.fixture
def kind() -> str:
    """A kind of this test's own, since tests share a database."""
    return f"test.{secrets.token_hex(4)}"


class Notebook:
    """A courier that writes down what it is given. Told so, it refuses: after `takes` messages."""

    def __init__(self, room: int = 100) -> None:
        self.carried: list[UUID] = []
        self.free = room
        self.takes: int | None = None
        self.refused = 0
        self.closed = False

    def room(self, queue: Queue) -> int:
        return self.free

    def carry(self, queue: Queue, jobs: Sequence[UUID]) -> None:
        taken = jobs if self.takes is None else jobs[: self.takes]
        self.carried += taken
        if len(taken) < len(jobs):
            self.refused += 1
            raise BrokerUnavailable("gone", delivered=len(taken))

    def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def relaying(courier: Notebook, kind: str) -> AsyncIterator[None]:
    task = asyncio.create_task(relay(courier, {Queue.IO: frozenset({kind}), Queue.HEAVY: frozenset()}, QUICK))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_sent_job_is_nobodys_until_its_message_is_taken_over_once(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind, {"n": 1})

    assert await send([kind], limit=5, lease=LEASE) == [job_id]
    assert await send([kind], limit=5, lease=LEASE) == []
    assert await claim([kind], limit=5, lease=LEASE) == []
    first, doubled = await asyncio.gather(*(take_over(job_id, [kind], lease=LEASE) for _ in range(2)))

    assert sorted([first is None, doubled is None]) == [False, True]
    mine = first or doubled
    assert mine == Claimed(job_id, jobs.tenant_id, kind, {"n": 1}, 1)


async def test_a_message_that_comes_late_does_nothing(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)
    await send([kind], limit=5, lease=LEASE)
    job = await take_over(job_id, [kind], lease=LEASE)
    assert job is not None

    with acting_for(jobs.tenant_id):
        await put_back(job, ValueError())
    assert await take_over(job_id, [kind], lease=LEASE) is None, "before its time"

    await execute("update jobs set run_at = now() where id = :id", {"id": job_id}, reach=Reach.SYSTEM)
    again = await take_over(job_id, [kind], lease=LEASE)
    assert again is not None
    with acting_for(jobs.tenant_id):
        await finish(again)
    assert await take_over(job_id, [kind], lease=LEASE) is None, "after it is done"
    assert again.attempts == 2


async def test_a_kind_that_this_worker_does_not_know_is_left_to_another(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)
    await send([kind], limit=5, lease=LEASE)

    assert await take_over(job_id, ["test.else"], lease=LEASE) is None
    assert await jobs.state(job_id) == "sent"


async def test_what_nobody_took_over_is_sent_again_and_that_is_no_attempt(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)

    for _ in range(3):
        assert await send([kind], limit=5, lease=LAPSED) == [job_id]

    assert (await jobs.row(job_id))["attempts"] == 0


async def test_a_job_of_a_dead_worker_is_sent_again_and_the_dead_one_cannot_settle_it(
    jobs: Jobs, kind: str
) -> None:
    job_id = await jobs.ask(kind)
    await send([kind], limit=5, lease=LEASE)
    dead = await take_over(job_id, [kind], lease=LAPSED)
    assert dead is not None

    assert await send([kind], limit=5, lease=LEASE) == [job_id]
    with acting_for(jobs.tenant_id):
        await finish(dead)

    assert await jobs.state(job_id) == "sent"
    taken = await take_over(job_id, [kind], lease=LEASE)
    assert taken is not None
    assert taken.attempts == 2


async def test_without_the_broker_setting_a_worker_runs_what_was_sent(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)
    await send([kind], limit=5, lease=LAPSED)

    assert [job.id for job in await claim([kind], limit=5, lease=LEASE)] == [job_id]


async def test_a_job_that_has_begun_is_not_taken_back_by_the_relay(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)
    await send([kind], limit=5, lease=LEASE)
    await take_over(job_id, [kind], lease=LEASE)

    await unsend([job_id])

    assert await jobs.state(job_id) == "leased"


async def test_jobs_are_carried_by_the_order_of_their_time(jobs: Jobs, kind: str) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=1)
    asked = [await jobs.ask(kind, run_at=begin + timedelta(seconds=number)) for number in range(5)]
    courier = Notebook(room=1)

    async with relaying(courier, kind):
        await _until(lambda: len(courier.carried) == 5)

    assert courier.carried == asked
    assert courier.closed


async def test_a_full_queue_gets_no_more(jobs: Jobs, kind: str) -> None:
    job_id = await jobs.ask(kind)
    courier = Notebook(room=0)

    async with relaying(courier, kind):
        await asyncio.sleep(0.2)
        assert await jobs.state(job_id) == "ready"
        courier.free = 1
        await _until(lambda: courier.carried == [job_id])


async def test_what_the_broker_did_not_take_is_due_again_and_the_log_says_it_once(
    jobs: Jobs, kind: str
) -> None:
    asked = {await jobs.ask(kind) for _ in range(3)}
    courier = Notebook()
    courier.takes = 1

    with capture_logs() as logged:
        async with relaying(courier, kind):
            await _until(lambda: courier.refused == 2)
            courier.takes = None
            await _until(lambda: set(courier.carried) == asked)
            await _until(lambda: _of_relay(logged)[-1] == "relay.sends_again")

    assert sorted(courier.carried) == sorted(asked)
    assert _of_relay(logged) == ["relay.broker_unavailable", "relay.sends_again"]
    with acting_for(jobs.tenant_id):
        rows = await fetch("select state, attempts from jobs where kind = :kind", {"kind": kind})
    assert [(row["state"], row["attempts"]) for row in rows] == [("sent", 0)] * 3


def _of_relay(logged: Sequence[Mapping[str, object]]) -> list[str]:
    return [event for entry in logged if (event := str(entry["event"])).startswith("relay.")]


async def test_the_relay_finds_its_jobs_by_index(jobs: Jobs, kind: str) -> None:
    values = {
        "kinds": [kind],
        "limit": 100,
        "lease": LEASE,
        "id": await jobs.ask(kind),
        "full": None,
        "lapsed": "AT_ONCE",
    }
    for statement in (_SEND, _TAKE_OVER):
        plan = await _plan(statement, values)
        assert "Seq Scan" not in plan


async def _plan(statement: str, values: dict[str, object]) -> str:
    # A small table is scanned whole, so the planner is told what a large one would teach it.
    async with transaction(Reach.SYSTEM):
        await execute("set local enable_seqscan = off", reach=Reach.SYSTEM)
        rows = await fetch(f"explain (format json) {statement}", values, reach=Reach.SYSTEM)
    return json.dumps(rows[0][0])


def test_which_queue_a_kind_goes_through_is_said_with_its_handler() -> None:
    async def mail(job: Claimed) -> None: ...

    @heavy
    async def export(job: Claimed) -> None: ...

    @of_plugins
    async def other(job: Claimed) -> None: ...

    assert kinds_by_queue({"mail": mail, "export": export, "other": other}) == {
        Queue.IO: frozenset({"mail"}),
        Queue.HEAVY: frozenset({"export"}),
        Queue.PLUGINS: frozenset({"other"}),
    }
    assert kinds_by_queue({})[Queue.HEAVY] == frozenset()


async def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)

"""Jobs by way of real brokers: each has one effect, whatever is killed on the way."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import UUID

import pytest

from core.doctor import _broker
from core.kit.broker.courier import WAITING, CeleryCourier
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, transaction
from core.kit.jobs import Queue, enqueue
from core.operating import operator_context
from core.testing import Desk
from core.testing.brokers import Broker, needs, rabbitmq_server, redis_server
from settings import Settings

PROGRAM = Path(__file__).with_name("broker_program.py")
ROOT = Path(__file__).parents[2]
KIND = {"io": "broker.note", "heavy": "broker.crunch"}

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=["rabbitmq", "redis"])
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    start, program = {
        "rabbitmq": (rabbitmq_server, "rabbitmq-server"),
        "redis": (redis_server, "redis-server"),
    }[request.param]
    needs(program)
    with start(tmp_path_factory.mktemp(request.param)) as server:
        yield server


class Parts:
    """Relay and workers of one test, each a process that can be killed."""

    def __init__(self, database_url: str, broker: Broker, folder: Path, stack: ExitStack) -> None:
        self._arguments = [database_url, broker.url, str(folder)]
        self.folder = folder
        self._stack = stack

    def start(self, role: str) -> "subprocess.Popen[bytes]":
        number = len(list(self.folder.glob("*.log")))
        with (self.folder / f"{role}-{number}.log").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM), role, *self._arguments],
                cwd=ROOT,
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
                stderr=out,
                stdout=out,
                start_new_session=True,
            )
        self._stack.callback(process.wait)
        self._stack.callback(_kill_group, process.pid)
        return process

    def lines(self, name: str) -> list[tuple[str, str]]:
        file = self.folder / name
        return [tuple(line.split()) for line in file.read_text().splitlines()] if file.exists() else []  # type: ignore[misc]

    def log(self, role: str) -> str:
        return "".join(file.read_text() for file in sorted(self.folder.glob(f"{role}-*.log")))


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


@pytest.fixture
async def parts(database_url: str, broker: Broker, tmp_path: Path) -> AsyncIterator[Parts]:
    with ExitStack() as stack:
        yield Parts(database_url, broker, tmp_path, stack)
    # What a test leaves undone is not to be done by the next one's workers.
    await execute("delete from jobs where kind like 'broker.%'", reach=Reach.SYSTEM)


async def ask(desk: Desk, kind: str, number: int = 1, **payload: object) -> set[str]:
    with acting_for(desk.tenant_id):
        async with transaction():
            ctx = operator_context(desk.tenant_id)
            return {str(await enqueue(ctx, kind, payload)) for _ in range(number)}


async def states(desk: Desk) -> Counter[str]:
    with acting_for(desk.tenant_id):
        rows = await fetch("select state from jobs where kind like 'broker.%'")
    return Counter(row["state"] for row in rows)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def until_done(desk: Desk, number: int) -> None:
    async def done() -> bool:
        return await states(desk) == {"done": number}

    try:
        await until(done)
    except AssertionError:
        raise AssertionError(await states(desk)) from None


def test_doctor_tries_the_broker(broker: Broker) -> None:
    (found,) = _broker(Settings(broker_url=broker.url))

    assert (found.status, found.remedy) == ("ok", "")
    expected = (
        r"Redis \d+\.\d+.*" if broker.url.startswith("redis") else r"RabbitMQ \S+, which takes quorum queues"
    )
    assert re.fullmatch(expected, found.detail)


async def test_jobs_of_both_queues_have_one_effect(desk: Desk, parts: Parts) -> None:
    for role in ("relay", "io", "heavy"):
        parts.start(role)
    jobs = await ask(desk, "broker.note", 150) | await ask(desk, "broker.crunch", 30)

    await until_done(desk, 180)

    assert sorted(job for job, _ in parts.lines("ended")) == sorted(jobs)
    assert parts.lines("overlaps") == []


async def test_a_doubled_message_has_one_effect(desk: Desk, broker: Broker, parts: Parts) -> None:
    (job,) = await ask(desk, "broker.note", seconds=1)
    (quick,) = await ask(desk, "broker.note")
    courier = CeleryCourier(broker.url)
    courier.room(Queue.IO)
    courier.carry(Queue.IO, [UUID(job), UUID(job), UUID(quick), UUID(quick), UUID(job)])
    parts.start("io")
    parts.start("relay")

    await until_done(desk, 2)
    # Whatever still waits there is in front of this one.
    await ask(desk, "broker.note")
    await until_done(desk, 3)
    courier.carry(Queue.IO, [UUID(job), UUID(quick)])
    await until(lambda: _empty(courier))
    courier.close()

    ended = Counter(ended for ended, _ in parts.lines("ended"))
    assert (ended[job], ended[quick], len(parts.lines("begun"))) == (1, 1, 3)
    assert await attempts(desk) == [1, 1, 1]


async def test_a_broker_that_is_killed_and_started_again_loses_no_job(
    desk: Desk, broker: Broker, parts: Parts
) -> None:
    for role in ("relay", "io", "heavy"):
        parts.start(role)
    jobs = await ask(desk, "broker.note", 300, seconds=0.2) | await ask(
        desk, "broker.crunch", 40, seconds=0.2
    )
    await until(lambda: _ended(parts, 20))

    broker.kill()
    jobs |= await ask(desk, "broker.note", 20)
    await until(lambda: _says(parts, "relay", "relay.broker_unavailable"))
    assert parts.log("relay").count("relay.broker_unavailable") == 1
    broker.start()

    await until_done(desk, 360)
    assert sorted(job for job, _ in parts.lines("ended")) == sorted(jobs)
    assert parts.lines("overlaps") == []
    assert "relay.sends_again" in parts.log("relay")


@pytest.mark.parametrize("queue", ["io", "heavy"])
async def test_a_job_of_a_killed_worker_is_done_by_another(desk: Desk, parts: Parts, queue: str) -> None:
    parts.start("relay")
    first = parts.start(queue)
    (job,) = await ask(desk, KIND[queue], seconds=2)
    await until(lambda: _begun(parts, 1))

    first.kill()
    first.wait()
    parts.start(queue)

    await until_done(desk, 1)
    assert [begun for begun, _ in parts.lines("begun")] == [job, job]
    assert [ended for ended, _ in parts.lines("ended")] == [job]
    assert parts.lines("begun")[0][1] != parts.lines("ended")[0][1]
    assert parts.lines("overlaps") == []
    assert await attempts(desk) == [2]


@pytest.mark.parametrize("queue", ["io", "heavy"])
@pytest.mark.parametrize("group", [False, True], ids=["alone", "with its group"])
async def test_a_worker_that_is_stopped_finishes_what_is_short_and_gives_the_rest_back(
    desk: Desk, parts: Parts, queue: str, group: bool
) -> None:
    parts.start("relay")
    worker = parts.start(queue)
    await ask(desk, KIND[queue], seconds=1)
    await ask(desk, KIND[queue], seconds=600)
    await until(lambda: _begun(parts, 2))

    if group:
        os.killpg(worker.pid, signal.SIGTERM)
    else:
        worker.terminate()

    assert await asyncio.to_thread(worker.wait, 60) == 0, parts.log(queue)
    assert len(parts.lines("ended")) == 1
    assert "job.given_back" in parts.log(queue)
    assert await attempts(desk) == [0, 1]


async def test_a_job_that_fails_is_tried_again_and_parked_at_last(desk: Desk, parts: Parts) -> None:
    parts.start("relay")
    parts.start("io")
    (recovers,) = await ask(desk, "broker.note", failures=1)
    await ask(desk, "broker.note", failures=99)

    async def settled() -> bool:
        return await states(desk) == {"done": 1, "parked": 1}

    await until(settled)

    assert [ended for ended, _ in parts.lines("ended")] == [recovers]
    assert await attempts(desk) == [2, 3]


async def attempts(desk: Desk) -> list[int]:
    with acting_for(desk.tenant_id):
        rows = await fetch("select attempts from jobs where kind like 'broker.%' order by attempts")
    return [row["attempts"] for row in rows]


async def _begun(parts: Parts, number: int) -> bool:
    return len(parts.lines("begun")) >= number


async def _ended(parts: Parts, number: int) -> bool:
    return len(parts.lines("ended")) >= number


async def _says(parts: Parts, role: str, event: str) -> bool:
    return event in parts.log(role)


async def _empty(courier: CeleryCourier) -> bool:
    return await asyncio.to_thread(courier.room, Queue.IO) == WAITING

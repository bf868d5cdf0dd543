"""Jobs by way of real brokers: each has one effect, whatever is killed on the way."""

import asyncio
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.doctor import _broker
from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.kit.jobs import enqueue
from core.operating import operator_context
from core.testing import Desk
from core.testing.brokers import Broker, needs, rabbitmq_server, redis_server
from settings import Settings

PROGRAM = Path(__file__).with_name("broker_program.py")
ROOT = Path(__file__).parents[2]

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
            )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def lines(self, name: str) -> list[tuple[str, str]]:
        file = self.folder / name
        return [tuple(line.split()) for line in file.read_text().splitlines()] if file.exists() else []  # type: ignore[misc]

    def log(self, role: str) -> str:
        return "".join(file.read_text() for file in sorted(self.folder.glob(f"{role}-*.log")))


@pytest.fixture
def parts(database_url: str, broker: Broker, tmp_path: Path) -> Iterator[Parts]:
    with ExitStack() as stack:
        yield Parts(database_url, broker, tmp_path, stack)


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

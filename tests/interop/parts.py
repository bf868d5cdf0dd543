"""Relay and workers as processes of a test, and the jobs they are given."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.kit.jobs import enqueue
from core.operating import operator_context
from core.testing import Desk
from core.testing.brokers import Broker

PROGRAM = Path(__file__).with_name("broker_program.py")
ROOT = Path(__file__).parents[2]
HANDS = 4
"""Jobs that a worker of the program runs at once."""
KIND = {"io": "broker.note", "heavy": "broker.crunch"}


class Parts:
    """Relay and workers of one test, each a process that can be killed."""

    def __init__(self, database_url: str, broker: Broker, folder: Path, stack: ExitStack) -> None:
        self._database_url, self._broker = database_url, broker
        self.folder = folder
        self.ca_file: Path | None = None
        self._stack = stack

    def start(self, role: str) -> "subprocess.Popen[bytes]":
        number = len(list(self.folder.glob("*.log")))
        with (self.folder / f"{role}-{number}.log").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM), role, *self._arguments()],
                cwd=ROOT,
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
                stderr=out,
                stdout=out,
                start_new_session=True,
            )
        self._stack.callback(process.wait)
        self._stack.callback(_kill_group, process.pid)
        return process

    def _arguments(self) -> list[str]:
        found = [self._database_url, self._broker.url, str(self.folder)]
        return [*found, str(self.ca_file)] if self.ca_file else found

    def lines(self, name: str) -> list[tuple[str, str]]:
        file = self.folder / name
        return [tuple(line.split()) for line in file.read_text().splitlines()] if file.exists() else []  # type: ignore[misc]

    def log(self, role: str) -> str:
        return "".join(file.read_text() for file in sorted(self.folder.glob(f"{role}-*.log")))


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


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

"""Sockets that wait for events in a process of their own, and how long an event takes to reach them all."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.harness.processes import Server, cpu_seconds

_PATIENCE = 120.0
_BETWEEN = 0.3
"""Seconds between two events, in which servers and clients come to rest."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What events took until the last receipt, in milliseconds since they were sent, and of the server's processor."""

    first: float
    last: float
    cpu: float
    text: str
    """What came last."""


class Listeners:
    """A process of subscribers."""

    def __init__(self, running: "subprocess.Popen[str]") -> None:
        assert running.stdin is not None and running.stdout is not None
        self._in, self._out = running.stdin, running.stdout

    def subscribe(self, subscribers: Sequence[dict[str, str]]) -> None:
        for each in subscribers:
            self._in.write(json.dumps(each) + "\n")
        self._in.write("\n")
        self._in.flush()
        if self._out.readline() != "ready\n":
            raise SystemExit("The subscribers were refused; nothing was measured.")

    async def told(self, events: int) -> dict[str, object]:
        """When all had these events."""
        line = ""
        for _ in range(events):
            line = await asyncio.wait_for(asyncio.to_thread(self._out.readline), _PATIENCE)
        if not line:
            raise SystemExit("The subscribers were let go; nothing was measured.")
        found: dict[str, object] = json.loads(line)
        return found


@contextmanager
def listeners(server: Server) -> Iterator[Listeners]:
    """Subscribers of a server, until the block ends."""
    running = subprocess.Popen(
        [sys.executable, "-m", "bench.harness.subscribers", str(server.port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Listeners(running)
    finally:
        running.kill()
        running.wait()


async def timed(
    server: Server, waiting: Listeners, events: int, send: Callable[[], Awaitable[float]]
) -> Spread:
    """What `send`, which says when it began, takes to reach everybody."""
    cpu = cpu_seconds(server.pid)
    telling = asyncio.create_task(waiting.told(events))
    begin = await send()
    told = await telling
    first, last = (float(str(told[end])) - begin for end in ("first", "last"))
    await asyncio.sleep(_BETWEEN)
    return Spread(first * 1000, last * 1000, (cpu_seconds(server.pid) - cpu) * 1000, str(told["text"]))

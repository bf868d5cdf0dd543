"""`./desk bench live`: events to a thousand WebSocket subscribers of one web process, beside a bare server that sends
the same bytes with the same settings to the same clients. Rounds alternate, and medians count."""

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import uuid4

import asyncpg

from bench.data.dataset import prepare
from bench.harness.load import ask_once, request_bytes
from bench.harness.processes import cpu_seconds
from bench.live_people import PEOPLE, SIGHTS, Crowd, gather
from core.kit.database.connect import credentials
from core.kit.postgres import EmbeddedPostgres
from core.migrations.runner import migrate

_PATIENCE = 120.0
_BETWEEN = 0.3
"""Seconds between two events, in which servers and clients come to rest."""
_TOGETHER = 10
"""Events of one transaction, where it is about how many a second."""


def document(number: int) -> str:
    """What a subscriber asks for; another number is another document for the same bytes."""
    return (
        f"subscription Waiting{number} {{ ticketChanged {{ id cursor type occurredAt via actor {{ id name }}"
        " ... on TicketUpdated { changedFields ticket { id number title state version"
        " requester { id name } } } } }"
    )


@dataclass(frozen=True, slots=True)
class Crowding:
    """How subscribers differ."""

    name: str
    people: int = PEOPLE
    sights: int = 1
    documents: int = 1
    own: bool = False
    """What each may see is asked with values of their own."""


ROWS = (
    Crowding("alike"),
    Crowding("10 sights, a document each", sights=SIGHTS, documents=SIGHTS),
    Crowding("10 sights x 10 documents", sights=SIGHTS, documents=100),
    Crowding("a sight of their own each", own=True),
)


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    @property
    def resident_kb(self) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


@dataclass(frozen=True, slots=True)
class Spread:
    """What one event took, in milliseconds after the commit, or after it was posted to the bare server."""

    first: float
    last: float
    cpu: float


class Clients:
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
def served(module: str, environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", module], env={**os.environ, **environment, "DESKGRAPH_PORT": str(port)}
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(port, running.pid)
    finally:
        running.terminate()
        running.wait(30)


@contextmanager
def clients(server: Server) -> Iterator[Clients]:
    running = subprocess.Popen(
        [sys.executable, "-m", "bench.live_clients", str(server.port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Clients(running)
    finally:
        running.kill()
        running.wait()


async def timed(
    server: Server, waiting: Clients, events: int, send: Callable[[], Awaitable[float]]
) -> tuple[Spread, str]:
    """What `send`, which says when it began, takes to reach everybody, and the last text that came."""
    cpu = cpu_seconds(server.pid)
    telling = asyncio.create_task(waiting.told(events))
    begin = await send()
    told = await telling
    first, last = (float(str(told[end])) - begin for end in ("first", "last"))
    await asyncio.sleep(_BETWEEN)
    return Spread(first * 1000, last * 1000, (cpu_seconds(server.pid) - cpu) * 1000), str(told["text"])


def writes(crowd: Crowd, transactions: int, events: int) -> Callable[[], Awaitable[float]]:
    async def write() -> float:
        begin = 0.0
        for _ in range(transactions):
            writing = crowd.owner.transaction()
            await writing.start()
            await crowd.happen(events)
            begin = begin or time.monotonic()
            await writing.commit()
        return begin

    return write


def posts(server: Server, text: str, times: int) -> Callable[[], Awaitable[float]]:
    async def post() -> float:
        begin = time.monotonic()
        await ask_once(server.port, request_bytes(server.port, f"/?times={times}", "-", text.encode()))
        return begin

    return post


async def compare(
    crowd: Crowd, ours: Server, bare: Server, row: Crowding, rounds: int, events: int
) -> dict[str, object]:
    """One event at a time, and then many, to both servers in turn."""
    await (crowd.see_each_their_own() if row.own else crowd.see_alike(row.sights))
    subscribers = [
        {"token": crowd.tokens[place], "identity": str(uuid4()), "query": document(_document(row, place))}
        for place in range(row.people)
    ]
    before = ours.resident_kb, bare.resident_kb
    with clients(ours) as of_ours, clients(bare) as of_bare:
        began = cpu_seconds(ours.pid), cpu_seconds(bare.pid)
        of_ours.subscribe(subscribers)
        of_bare.subscribe(subscribers)
        joined = cpu_seconds(ours.pid) - began[0], cpu_seconds(bare.pid) - began[1]
        await asyncio.sleep(3)
        held = ours.resident_kb - before[0], bare.resident_kb - before[1]
        one = writes(crowd, 1, 1)
        _, text = await timed(ours, of_ours, 1, one)
        single: tuple[list[Spread], list[Spread]] = ([], [])
        for _ in range(rounds):
            single[0].append((await timed(ours, of_ours, 1, one))[0])
            single[1].append((await timed(bare, of_bare, 1, posts(bare, text, 1)))[0])
        many: tuple[list[Spread], list[Spread]] = ([], [])
        for _ in range(3):
            several = writes(crowd, events // _TOGETHER, _TOGETHER)
            many[0].append((await timed(ours, of_ours, events, several))[0])
            many[1].append((await timed(bare, of_bare, events, posts(bare, text, events)))[0])
    return {
        "row": row.name, "subscribers": row.people, "bytes": len(text.encode()),
        **_figures("last_ms", *([each.last for each in side] for side in single), smaller=True),
        **_figures("first_ms", *([each.first for each in side] for side in single), smaller=True),
        **_figures("events_per_second", *([events / each.last * 1000 for each in side] for side in many)),
        "cpu_ms": [round(sum(each.cpu for each in side) / len(side), 1) for side in single],
        "cpu_ms_each_of_many": [round(median(each.cpu for each in side) / events, 1) for side in many],
        "kb_per_connection": [round(each / row.people, 1) for each in held],
        "cpu_ms_per_subscription": [round(each / row.people * 1000, 2) for each in joined],
    }  # fmt: skip


def _document(row: Crowding, place: int) -> int:
    if row.documents <= row.sights:
        return place % row.documents
    return place // row.sights % (row.documents // row.sights)


def _figures(name: str, ours: list[float], bare: list[float], *, smaller: bool = False) -> dict[str, object]:
    """Medians, least and most; the ratio is above 1 where ours is the better."""
    of_ours, of_bare = median(ours), median(bare)
    return {
        name: [round(of_ours, 1), round(of_bare, 1)],
        f"{name}_spread": [[round(min(side), 1), round(max(side), 1)] for side in (ours, bare)],
        f"{name}_ratio": round(of_bare / of_ours if smaller else of_ours / of_bare, 3),
    }


async def measure(
    url: str, ours: Server, bare: Server, rows: Sequence[Crowding], rounds: int
) -> list[dict[str, object]]:
    results = []
    subject = await prepare(url, 100)
    owner = await asyncpg.connect(**credentials(url))
    try:
        crowd = await gather(owner, subject)
        for row in rows:
            events = 1000 if row.people == 1 else 100
            results.append(await compare(crowd, ours, bare, row, rounds, events))
            print(json.dumps(results[-1]), flush=True)
    finally:
        await owner.close()
    return results


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./desk bench live", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="single events to each server (20)")
    parser.add_argument("--row", action="append", help="only the rows whose name contains this")
    parser.add_argument("--data", type=Path, default=Path(".deskgraph/bench"), help="where results are kept")
    given = parser.parse_args(arguments)
    folder = given.data.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    rows = [Crowding("one", people=1)]
    rows += [row for row in ROWS if not given.row or any(part in row.name for part in given.row)]
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        stack.callback(postgres.stop)
        postgres.ensure_database("bench")
        url = postgres.url("bench")
        asyncio.run(migrate(url))
        environment = {
            "DESKGRAPH_DATABASE_URL": url, "DESKGRAPH_DATA_DIR": str(folder), "DESKGRAPH_LOG_LEVEL": "error",
            "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE": "1000000000",
            "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE_TENANT": "1000000000",
        }  # fmt: skip
        ours = stack.enter_context(served("core.door.web", environment))
        bare = stack.enter_context(served("bench.live_bare", environment))
        results = asyncio.run(measure(url, ours, bare, rows, given.rounds))
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(),
        "rounds": given.rounds, "load": os.getloadavg(), "results": results,
    }  # fmt: skip
    with (folder / "live.jsonl").open("a") as out:
        out.write(json.dumps(line) + "\n")
    print(f"Kept in {folder / 'live.jsonl'}")

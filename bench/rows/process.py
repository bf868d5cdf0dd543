"""What a web process costs: to import, to begin, to keep, and after ten thousand different documents."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.harness.load import ask_each, ask_once, request_bytes
from bench.harness.processes import OURS, memory_mb, served
from bench.harness.results import Result, figure
from bench.harness.stage import FACTORIES, Stage
from bench.rows.reads import PAGE

STARTS = 5
DOCUMENTS = 10_000
_BATCH = 500
_IMPORT = """
import time
begin, cpu = time.perf_counter(), time.process_time()
import core.app
print(time.perf_counter() - begin, time.process_time() - cpu)
"""


def measure(stage: Stage) -> Iterator[Result]:
    wall, cpu = _imports(stage)
    yield figure("import the server", "processor time", cpu, "s", wall=wall)
    yield from _starts(stage)
    yield from _memory(stage)


def _imports(stage: Stage) -> tuple[list[float], list[float]]:
    taken = []
    for _ in range(STARTS):
        told = subprocess.run(
            [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True, env=stage.environment
        )
        taken.append([float(each) for each in told.stdout.split()])
    return [each[0] for each in taken], [each[1] for each in taken]


def _starts(stage: Stage) -> Iterator[Result]:
    token, took, idle = stage.subject().token, [], []
    body = json.dumps({"query": PAGE}).encode()
    for _ in range(STARTS):
        begin = time.perf_counter()
        with served(FACTORIES["ours"], stage.environment, *OURS) as server:
            asyncio.run(ask_once(server.port, request_bytes(server.port, "/graphql", token, body)))
            took.append(time.perf_counter() - begin)
            time.sleep(0.5)
            idle.append(memory_mb(server.pid))
    yield figure("start a process until it has answered the page", "wall", took, "s")
    yield figure("memory of a process that has answered once", "resident", idle, "MB")


def _document(number: int) -> str:
    """A document like no other: they differ in aliases, arguments and fields, as those of many clients do."""
    fields = ["title", "state", "version", "source", "createdAt", "updatedAt", "statusCategory", "number"]
    chosen = " ".join(f"{name}{number}: {name}" for place, name in enumerate(fields) if number >> place & 1)
    first = number % 7 + 1
    return f"query Q{number} {{ tickets(first: {first}) {{ nodes {{ id {chosen} requester {{ name }} }} }} }}"


def _memory(stage: Stage) -> Iterator[Result]:
    """The caches are bounded, so memory must stop to grow once they are full, whatever is asked: the second half of the
    documents may add next to nothing."""
    token = stage.subject().token
    with served(FACTORIES["ours"], stage.environment, *OURS) as server:

        def ask(documents: list[str]) -> float:
            bodies = [json.dumps({"query": each}).encode() for each in documents]
            requests = [request_bytes(server.port, "/graphql", token, each) for each in bodies]
            asyncio.run(ask_each(server.port, requests))
            return memory_mb(server.pid)

        begin = ask([PAGE] * 1000)
        seen = [ask([_document(n) for n in range(at, at + _BATCH)]) for at in range(0, DOCUMENTS, _BATCH)]
        end = ask([PAGE] * 1000)
    half = seen[len(seen) // 2 :]
    course: dict[str, Any] = {"every": _BATCH, "course": [round(each, 1) for each in seen]}
    yield figure("memory after 1,000 requests of one document", "resident", [begin], "MB")
    yield figure(
        "memory after 10,000 more of 10,000 documents",
        "resident",
        [end],
        "MB",
        every=_BATCH,
        course=course["course"],
    )
    yield figure(
        "growth during the last 5,000 of them", "resident", [max(half[-1] - half[0], 0.0)], "MB",
        target=round(begin * 0.02, 1), every=_BATCH, course=course["course"],
    )  # fmt: skip

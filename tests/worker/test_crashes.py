"""Workers that are killed, and a database that goes away: no job is lost, none runs twice at once."""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.kit.jobs import enqueue
from core.operating import operator_context
from core.testing import Desk

PROGRAM = Path(__file__).with_name("program.py")
ROOT = Path(__file__).parents[2]


@contextmanager
def worker(url: str, folder: Path, *, seconds: float) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), url, str(folder), str(seconds)], cwd=ROOT, env=_environment()
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


async def ask(desk: Desk, number: int) -> list[UUID]:
    with acting_for(desk.tenant_id):
        async with transaction():
            return [await enqueue(operator_context(desk.tenant_id), "crash.note", {}) for _ in range(number)]


async def states(desk: Desk) -> Counter[tuple[str, int]]:
    with acting_for(desk.tenant_id):
        rows = await fetch("select state, attempts from jobs where kind = 'crash.note'")
    return Counter((row["state"], row["attempts"]) for row in rows)


async def test_a_job_of_a_killed_worker_runs_again_after_its_lease(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    (job_id,) = await ask(desk, 1)
    with worker(database_url, tmp_path, seconds=600) as first:
        await _until(lambda: bool(lines(tmp_path / "begun")))
        first.kill()
        first.wait()
        killed = time.monotonic()

    with worker(database_url, tmp_path, seconds=0) as second:
        await _until(lambda: bool(lines(tmp_path / "ended")))
        waited = time.monotonic() - killed
        await _until_done(desk, 1)

        begun, ended = lines(tmp_path / "begun"), lines(tmp_path / "ended")
        assert begun == [f"{job_id} {first.pid}", f"{job_id} {second.pid}"]
        assert ended == [f"{job_id} {second.pid}"]
    assert waited > 0.5
    assert await states(desk) == {("done", 2): 1}


@pytest.mark.timeout(120)
async def test_nothing_is_lost_while_workers_are_killed_again_and_again(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    jobs = await ask(desk, 120)
    chance = random.Random(7)

    kills = 0
    until = time.monotonic() + 8
    with worker(database_url, tmp_path, seconds=0.15):
        while time.monotonic() < until:
            with worker(database_url, tmp_path, seconds=0.15):
                await asyncio.sleep(chance.uniform(0.8, 2.0))
                kills += 1
        await _until_done(desk, len(jobs))

    ended = Counter(line.split()[0] for line in lines(tmp_path / "ended"))
    assert kills >= 4
    assert lines(tmp_path / "overlaps") == []
    assert set(ended) == {str(job_id) for job_id in jobs}
    assert sum((await states(desk)).values()) == len(jobs)


async def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def _until_done(desk: Desk, number: int) -> None:
    deadline = time.monotonic() + 40
    while True:
        found = await states(desk)
        if sum(count for (state, _), count in found.items() if state == "done") == number:
            return
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)

"""A worker that is killed while it opens a ticket: the next one opens it, and there is one (J8)."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from core.testing import Desk
from tests.programs import running
from tests.recurring.making import be_due, jobs, opened, read, recur

PROGRAM = Path(__file__).with_name("program.py")
SECONDS = 60


def _written(folder: Path) -> int:
    file = folder / "written"
    return len(file.read_text().splitlines()) if file.exists() else 0


async def _until_written(folder: Path, times: int) -> None:
    deadline = time.monotonic() + SECONDS
    while _written(folder) < times:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def _until_opened(desk: Desk, made: dict[str, Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while (await read(desk, made))["lastTicket"] is None:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


@pytest.mark.requirement("J8")
async def test_a_killed_worker_leaves_nothing_and_the_next_opens_one(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    made = await recur(desk)
    await be_due(desk)
    assert len(await jobs(desk)) == 1

    with running(PROGRAM, database_url, tmp_path, 600):
        await _until_written(tmp_path, 1)
    assert await opened(desk) == []

    with running(PROGRAM, database_url, tmp_path, 0):
        await _until_written(tmp_path, 2)
        await _until_opened(desk, made)

    (ticket,) = await opened(desk)
    assert (await read(desk, made))["lastTicket"]["id"] == ticket["id"]

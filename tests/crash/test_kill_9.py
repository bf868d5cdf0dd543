"""A minute of `kill -9` at random under a mixed load, one kind of process at a time: nothing acknowledged is lost,
nothing is done twice."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.installation import Installation, served
from tests.crash.trial import under_load

MINUTE = 60.0
VICTIMS: dict[str, Callable[[Installation], int | None]] = {
    "web": Installation.pid_of_web,
    "worker": Installation.pid_of_worker,
    "postgres": Installation.pid_of_postgres,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("victim", VICTIMS)
async def test_a_minute_of_kill_9_loses_and_doubles_nothing(victim: str, folder: Path) -> None:
    with served(folder) as installation:
        async with under_load(installation):
            assert await _killed_at_random(installation, VICTIMS[victim]) >= 4


async def _killed_at_random(installation: Installation, pid_of: Callable[[Installation], int | None]) -> int:
    chance, kills, until = random.Random(11), 0, time.monotonic() + MINUTE
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(0.5, 4))
        pid = await asyncio.to_thread(pid_of, installation)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    return kills

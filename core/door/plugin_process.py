"""The process that does plugins' jobs where there is no broker. Others' code may hang, and then the process ends; so
the worker has one beside itself. It is started when there is a first job to do, and again whenever it ended."""

import asyncio
from collections.abc import Collection
from typing import Protocol

from core.kit.database import Reach, fetch_value, is_unavailable
from core.kit.jobs.running import nap
from core.kit.logging import get_logger

log = get_logger(__name__)

_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LIVED = 300.0
"""A process that lived so long did not fail at once."""

_DUE = """
select exists (select from jobs where kind = any(:kinds) and run_at <= now()
  and (state = 'ready' or (state = 'leased' and lease_until < now())))
"""


class Process(Protocol):
    """What is started; see `core.door.services.Child`."""

    def start(self) -> None: ...

    def alive(self) -> bool: ...

    def ask_to_stop(self) -> None: ...

    def kill(self) -> None: ...


async def keep_process(
    process: Process, kinds: Collection[str], *, poll_seconds: float, grace: float, woken: asyncio.Event
) -> None:
    """Until cancelled; then what runs may finish within the grace."""
    clock = asyncio.get_running_loop().time
    pause, began = _PAUSE, clock()
    has_run = False
    try:
        while kinds:
            woken.clear()
            if not process.alive():
                if has_run:
                    pause = _PAUSE if clock() - began > _LIVED else min(2 * pause, _LONGEST_PAUSE)
                    log.warning("worker.plugins_ended", again_in=pause)
                    await asyncio.sleep(pause)
                has_run = await _is_due(kinds)
                if has_run:
                    began = clock()
                    await asyncio.to_thread(process.start)
            await nap(woken if not process.alive() else asyncio.Event(), poll_seconds)
    finally:
        await asyncio.shield(_stop(process, grace))


async def _is_due(kinds: Collection[str]) -> bool:
    """Whether any tenant has such a job to do: hence the system reach."""
    try:
        return bool(await fetch_value(_DUE, {"kinds": list(kinds)}, reach=Reach.SYSTEM))
    except Exception as error:  # the task runner: a stopped database is waited for
        if not is_unavailable(error):
            log.error("worker.plugins_unknown", exc_info=error)
        return False


async def _stop(process: Process, grace: float) -> None:
    process.ask_to_stop()
    until = asyncio.get_running_loop().time() + grace
    while process.alive() and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110 - a process, not a task
        await asyncio.sleep(0.05)
    await asyncio.to_thread(process.kill)

"""Coroutines of plugins, for so long and no longer. They are waited for from outside: some code goes on although it is
cancelled, by an `except` that catches too much, and would keep whoever awaits it for ever."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar

from core.kit.logging import get_logger

log = get_logger(__name__)
Result = TypeVar("Result")

PATIENCE = 1.0
"""What is cancelled may clean up for so many seconds."""
MOST_STUCK = 4
"""With so many coroutines of a plugin that go on although they were cancelled, no other of it is begun."""

_stuck: Counter[str] = Counter()
"""How many of each plugin this process has. They are counted out should they end."""


class TooMuchHangs(Exception):
    """The plugin's coroutines do not end when they are cancelled; no more are begun."""


async def ended_within(task: "asyncio.Task[Any]", *, seconds: float, patience: float) -> bool:
    """Whether a task ended in time. One that did not is cancelled and may clean up for so long; so is one whose waiter
    is cancelled. It may go on all the same."""
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        is_late = not task.done()
        if is_late:
            task.cancel()
            await asyncio.wait({task}, timeout=patience)
    return not is_late


async def bounded(
    plugin: str, operation: str, code: Coroutine[Any, Any, Result], *, seconds: float
) -> Result:
    """What the coroutine answers or raises. It raises no exits: those would end the process. Raises TimeoutError when
    the time is up, and TooMuchHangs. Cancelled, it cancels the coroutine."""
    if _stuck[plugin] >= MOST_STUCK:
        code.close()
        raise TooMuchHangs(plugin)
    task = asyncio.ensure_future(code)
    in_time = False
    try:
        in_time = await ended_within(task, seconds=seconds, patience=PATIENCE)
    finally:
        if not in_time:
            _note(plugin, operation, task)
    if not in_time:
        raise TimeoutError
    return task.result()


def _note(plugin: str, operation: str, task: "asyncio.Task[Any]") -> None:
    """What comes of it now is nobody's; that it is read keeps asyncio from complaining."""
    if not task.done():
        log.critical("plugin.stuck", plugin=plugin, operation=operation)
        _stuck[plugin] += 1
        task.add_done_callback(lambda _ended: _stuck.subtract([plugin]))
    task.add_done_callback(_read)


def _read(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled():
        task.exception()

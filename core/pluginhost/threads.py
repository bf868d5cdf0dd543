"""Threads for a plugin's code that blocks. Nobody waits for one longer than they want to; nor does the process, when it
ends."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from core.kit.logging import get_logger
from core.pluginhost.bounded import PATIENCE

log = get_logger(__name__)
Result = TypeVar("Result")


class Threads:
    """The threads of a process's plugins."""

    def __init__(self) -> None:
        self._abandoned: Counter[str] = Counter()

    def abandoned(self, plugin: str) -> int:
        """How many of the plugin's threads run on although nobody waits for them any more."""
        return self._abandoned[plugin]

    async def run(self, plugin: str, operation: str, code: Callable[[], Result]) -> Result:
        """What the code returns or raises. Cancelled, it leaves the thread behind: nothing can end one from outside.
        The log is told of one that runs on for a while."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        is_over, is_abandoned, lock = False, False, threading.Lock()

        def work() -> None:
            nonlocal is_over
            try:
                result = code()
                settle = partial(_settle, done, lambda future: future.set_result(result))
            except BaseException as raised:
                error = RuntimeError(repr(raised)) if isinstance(raised, StopIteration) else raised
                settle = partial(_settle, done, lambda future: future.set_exception(error))
            with lock:
                is_over = True
                if is_abandoned:
                    self._abandoned[plugin] -= 1
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(settle)

        def tell() -> None:
            if not is_over:
                log.critical("plugin.stuck", plugin=plugin, operation=operation, thread=True)

        threading.Thread(
            target=copy_context().run, args=(work,), name=f"plugin {plugin}", daemon=True
        ).start()
        try:
            return await done
        except asyncio.CancelledError:
            with lock:
                if not is_over:
                    is_abandoned = True
                    self._abandoned[plugin] += 1
                    loop.call_later(PATIENCE, tell)
            raise


def _settle(done: "asyncio.Future[Result]", how: "Callable[[asyncio.Future[Result]], None]") -> None:
    if not done.done():
        how(done)

"""Coroutines for the threads and processes of Celery, none of whose pools can run them.

One event loop in a thread of its own for each process, started at first use, so that a process that forks has none
before. Each job runs in a copy of the context in which the loop was set up.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any

_START = 60.0
_STOP = 10.0


class Runner:
    """Runs coroutines to their end on behalf of threads that wait. `resources` is entered once, in the loop."""

    def __init__(self, resources: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._resources = resources
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop
        self._context: contextvars.Context
        self._stop: asyncio.Event
        self._running: set[asyncio.Task[None]] = set()
        self._interrupted = False

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for its end, and raise what it raised. Cancelled by `interrupt`, it returns."""
        try:
            self._start()
        except BaseException:
            work.close()
            raise
        done: Future[None] = Future()
        self._loop.call_soon_threadsafe(self._begin, work, done)
        done.result()

    def interrupt(self) -> None:
        """Cancel what runs, and whatever is asked for from now on."""
        self._interrupted = True
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._cancel_all)

    def close(self) -> None:
        """Cancel what still runs, leave the resources and end the thread."""
        if self._thread is None:
            return
        self.interrupt()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_STOP)

    def _start(self) -> None:
        with self._starting:
            if self._thread is not None:
                return
            ready: Future[None] = Future()
            thread = threading.Thread(
                target=lambda: asyncio.run(self._serve(ready)), name="jobs", daemon=True
            )
            thread.start()
            ready.result(_START)
            self._thread = thread

    async def _serve(self, ready: "Future[None]") -> None:
        try:
            async with self._resources():
                self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
                self._context = contextvars.copy_context()
                ready.set_result(None)
                await self._stop.wait()
                await asyncio.gather(*self._running, return_exceptions=True)
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    def _begin(self, work: Coroutine[Any, Any, None], done: "Future[None]") -> None:
        task = self._loop.create_task(work, context=self._context.copy())
        self._running.add(task)
        task.add_done_callback(lambda ended: self._end(ended, done))
        if self._interrupted:
            task.cancel()

    def _end(self, task: asyncio.Task[None], done: "Future[None]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def _cancel_all(self) -> None:
        for task in self._running:
            task.cancel()

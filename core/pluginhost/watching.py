"""Watches a provider's coroutine for code that blocks instead of waiting: while it does, nobody else is served."""

import time
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")

BLOCKED_SECONDS = 0.2


class Watched(Generic[Result]):
    """An awaitable like the one within. `told` is called with the longest stretch in which it did not let go of the
    event loop, once it is over, if that was too long."""

    def __init__(self, within: Awaitable[Result], told: Callable[[float], None]) -> None:
        self._within = within
        self._told = told
        self._longest = 0.0

    def __await__(self) -> Generator[Any, Any, Result]:
        steps = self._within.__await__()
        try:
            result: Result = yield from _timed(steps, self._note)
            return result
        finally:
            if self._longest > BLOCKED_SECONDS:
                self._told(self._longest)

    def _note(self, seconds: float) -> None:
        self._longest = max(self._longest, seconds)


def _timed(steps: Any, note: Callable[[float], None]) -> Generator[Any, Any, Any]:
    """As `yield from`, with each step timed."""
    step: Callable[[], Any] = steps.__next__
    while True:
        began = time.perf_counter()
        try:
            waited_for = step()
        except StopIteration as end:
            return end.value
        finally:
            note(time.perf_counter() - began)
        try:
            given = yield waited_for
        except GeneratorExit:
            getattr(steps, "close", lambda: None)()
            raise
        except BaseException as error:
            step = partial(steps.throw, error)
        else:
            # A plain iterator may be awaited, too; it knows no `send`.
            step = steps.__next__ if given is None else partial(steps.send, given)

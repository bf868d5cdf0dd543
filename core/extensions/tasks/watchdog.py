"""Ends the process when a plugin's code is not done in time, whatever keeps it: an endless loop, a call that blocks,
code that ignores being cancelled. Nothing less ends those. The job's lease lapses, and it is tried again."""

import faulthandler
import itertools
import time
from collections.abc import Callable

SHORTEST = 0.001


def _end_later(seconds: float | None) -> None:
    """The timer is the interpreter's own: it needs neither the event loop nor the lock that Python code runs under. It
    tells standard error which functions ran, and no values."""
    if seconds is None:
        faulthandler.cancel_dump_traceback_later()
    else:
        faulthandler.dump_traceback_later(max(seconds, SHORTEST), exit=True)


class Watchdog:
    """Of a process that does nothing but plugins' jobs. There is one in a process."""

    def __init__(self, end_later: Callable[[float | None], None] = _end_later) -> None:
        self._end_later = end_later
        self._deadlines: dict[int, float] = {}
        self._numbers = itertools.count()

    def watch(self, seconds: float) -> int:
        """From now on something has to `leave` within this time."""
        number = next(self._numbers)
        self._deadlines[number] = time.monotonic() + seconds
        self._set()
        return number

    def leave(self, number: int) -> None:
        """It is done."""
        del self._deadlines[number]
        self._set()

    def _set(self) -> None:
        first = min(self._deadlines.values(), default=None)
        self._end_later(None if first is None else first - time.monotonic())


def asleep() -> Watchdog:
    """For a process that does other things, too: it ends nothing."""
    return Watchdog(lambda _seconds: None)

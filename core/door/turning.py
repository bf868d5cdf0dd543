"""Ends a web process whose event loop has stood still for too long: code that blocks, such as a plugin's, can be ended
by nothing less, and holds up everybody whom the process serves. Whoever looks after it starts another."""

import asyncio
import faulthandler
from collections.abc import Callable

LONGEST_SECONDS = 60.0
_BEAT_SECONDS = 10.0


def end_when_still(
    loop: asyncio.AbstractEventLoop,
    *,
    longest: float = LONGEST_SECONDS,
    beat: float = _BEAT_SECONDS,
    end_later: Callable[[float], None] = lambda seconds: faulthandler.dump_traceback_later(
        seconds, exit=True
    ),
) -> None:
    """From now on the loop has to turn, at least so often. The timer is the interpreter's own, which needs neither the
    loop nor the lock that Python code runs under; it tells standard error which functions ran, and no values."""

    def turned() -> None:
        end_later(longest)
        loop.call_later(beat, turned)

    loop.call_soon(turned)

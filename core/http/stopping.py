"""Hearing that the process is to stop while the server still waits for what is open.

An ASGI server ends the lifespan only after every response is complete, and a stream completes only when it is
told to: so the signal is listened to beside the server, which gets it all the same.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def when_stopping(act: Callable[[], None]) -> Iterator[None]:
    """Inside the block, `act` is called in the running loop when a server that handles the signal gets it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    ours = {each: _chained(loop, act, given) for each, given in before.items() if callable(given)}
    for each, handler in ours.items():
        signal.signal(each, handler)
    try:
        yield
    finally:
        for each, handler in ours.items():
            if signal.getsignal(each) is handler:
                signal.signal(each, before[each])


def _chained(loop: asyncio.AbstractEventLoop, act: Callable[[], None], server: Callable[..., Any]) -> Any:
    def handle(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(act)
        server(number, frame)

    return handle

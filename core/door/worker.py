"""The worker process: runs until it is asked to stop, then lets its jobs finish."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from core.door.database import open_installation
from core.kit import logging
from settings import Settings


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    logging.configure(settings.log_format, settings.log_level)
    with open_installation(settings) as ready:
        asyncio.run(_until_asked(ready))


async def _until_asked(settings: Settings) -> None:
    from core import worker

    loop = asyncio.get_running_loop()
    work = asyncio.ensure_future(worker.run(settings))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work

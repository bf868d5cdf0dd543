"""The worker process: runs until it is asked to stop, then lets its jobs finish."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any

from core.door.database import open_installation
from core.kit import logging
from core.kit.broker import require_celery
from core.kit.jobs import Queue
from settings import InvalidSettings, Problem, Settings


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT. Raises CeleryMissing."""
    from core import worker

    logging.configure(settings.log_format, settings.log_level)
    if settings.broker_url is not None:
        require_celery()
    with open_installation(settings) as ready:
        asyncio.run(_until_asked(worker.run(ready)))


def run_plugins(settings: Settings) -> None:
    """Do plugins' jobs alone, until SIGTERM or SIGINT."""
    from core import worker

    logging.configure(settings.log_format, settings.log_level)
    with open_installation(settings) as ready:
        asyncio.run(_until_asked(worker.run_plugins(ready)))


def run_queue(settings: Settings, queue: Queue, concurrency: int | None) -> None:
    """Run a broker's jobs until SIGTERM or SIGINT. Raises CeleryMissing, or InvalidSettings where no broker is set."""
    from core import worker

    logging.configure(settings.log_format, settings.log_level)
    if settings.broker_url is None:
        raise InvalidSettings(
            [Problem("DESKGRAPH_BROKER_URL", "a worker for a queue needs a broker; set it.")]
        )
    require_celery()
    with open_installation(settings) as ready:
        worker.serve_queue(ready, queue, concurrency)


async def _until_asked(work: Coroutine[Any, Any, None]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task

"""How long a plugin's code may take in the worker, and what its failures mean for the job."""

import asyncio
from collections.abc import Awaitable, Callable

from core.extensions.tasks.watchdog import Watchdog
from core.kit.jobs import GiveUp
from core.kit.logging import get_logger
from core.pluginhost.bounded import ended_within
from core.pluginhost.isolation import attempt_async
from core.sdk import Rejected

log = get_logger(__name__)

PATIENCE = 5.0
"""What is cancelled may clean up for so many seconds."""
MARGIN = 5.0
"""What is not done so much later still is ended with its process."""


class RefusedByPlugin(GiveUp):
    """The plugin says that this can never succeed."""


async def run_within(
    plugin: str, kind: str, code: Callable[[], Awaitable[None]], *, seconds: float, watchdog: Watchdog
) -> None:
    """Raises TimeoutError when the time is up, RefusedByPlugin where the plugin says that it is of no use, and whatever
    else calls for another attempt. Code that cancelling does not end, the watchdog ends with the process."""
    watched = watchdog.watch(seconds + PATIENCE + MARGIN)
    task = asyncio.ensure_future(attempt_async(plugin, kind, code))
    task.add_done_callback(lambda _ended: watchdog.leave(watched))
    in_time = await ended_within(task, seconds=seconds, patience=PATIENCE)
    if not task.done():
        log.critical("plugin.stuck", plugin=plugin, kind=kind)
    if not in_time:
        raise TimeoutError(f"{kind} took longer than {seconds} seconds")
    try:
        task.result()
    except Rejected as error:
        raise RefusedByPlugin(error.message) from error

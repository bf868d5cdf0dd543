"""Keeping schedules: the worker puts the installation's own in place, and looks every few seconds what is due."""

import asyncio
from collections.abc import Collection, Sequence

from core.kit.database import is_unavailable
from core.kit.logging import get_logger
from core.kit.schedules.table import BATCH, Plan, put, write_jobs

log = get_logger(__name__)

LOOK_SECONDS = 5.0


async def keep(plans: Sequence[Plan], kinds: Collection[str], *, look_seconds: float = LOOK_SECONDS) -> None:
    """Until cancelled. A stopped database is waited for."""
    missing = list(plans)
    while True:
        try:
            while missing:
                await put(missing[0])
                missing.pop(0)
            while await write_jobs(kinds) == BATCH:
                pass
        except Exception as error:  # the task runner: nothing may end the loop
            _tell(error)
        await asyncio.sleep(look_seconds)


def _tell(error: Exception) -> None:
    if is_unavailable(error) or isinstance(error, TimeoutError):
        log.warning("schedules.database_unavailable", error=type(error).__name__)
    else:
        log.error("schedules.failed", exc_info=error)

"""Chores: work that recurs. Of all workers, one begins each of them once in its interval."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.kit.database import Reach, fetch_value, is_unavailable
from core.kit.logging import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every so often. It may be cut off half-way, and is then begun again an interval later; so it
    does its work in small transactions and loses nothing when it starts over."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[None]]
    timeout: timedelta = timedelta(minutes=10)


async def keep(chores: Sequence[Chore], *, look_every: timedelta) -> None:
    """Do chores when they are due, until cancelled. A stopped database is waited for."""
    while True:
        for chore in chores:
            await _do_if_due(chore)
        await asyncio.sleep(look_every.total_seconds())


async def _do_if_due(chore: Chore) -> None:
    try:
        if await begin(chore):
            async with asyncio.timeout(chore.timeout.total_seconds()):
                await chore.do()
            log.debug("chore.done", chore=chore.name)
    except (
        Exception
    ) as error:  # the task runner: one chore that fails must not keep the others from being done
        if is_unavailable(error):
            log.warning("chore.database_unavailable", chore=chore.name)
        else:
            log.exception("chore.failed", chore=chore.name)


async def begin(chore: Chore) -> bool:
    """Whether it is due and now ours to do. One statement, so that only one of several askers hears yes.
    Chores are of the installation, not of a tenant: hence the system reach."""
    begun = await fetch_value(
        "insert into chores (name, begun_at) values (:name, now()) on conflict (name) do update set begun_at = now()"
        " where chores.begun_at <= now() - :every::interval returning name",
        {"name": chore.name, "every": chore.every},
        reach=Reach.SYSTEM,
    )
    return begun is not None

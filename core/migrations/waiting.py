"""Which plugins wait for a migration: looked up at the start, and again for as long as any does, so that whoever
migrates need not start the server again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from core.kit.logging import get_logger
from core.migrations.plugins import pending
from core.pluginhost import Host

log = get_logger(__name__)

LOOK_SECONDS = 5.0


@asynccontextmanager
async def looking_after_tables(
    url: str, host: Host, *, look_seconds: float = LOOK_SECONDS
) -> AsyncIterator[None]:
    """The host knows which plugins wait, for as long as the block lasts. While the database cannot be asked, all that
    have tables do."""
    told = await _look(url, host, frozenset())
    looking = asyncio.create_task(_look_again(url, host, told, look_seconds))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _look_again(url: str, host: Host, told: frozenset[str], look_seconds: float) -> None:
    while told:
        await asyncio.sleep(look_seconds)
        told = await _look(url, host, told)


async def _look(url: str, host: Host, told: frozenset[str]) -> frozenset[str]:
    try:
        found = frozenset(await pending(url, host.tables))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Without a database, and with one that is not migrated, the process starts all the same.
        found = frozenset(host.tables)
        if found != told:
            log.info("plugins.tables_unknown", error=type(error).__name__)
    host.note_pending(found)
    for name in found - told:
        log.warning("plugin.needs_migration", plugin=name)
    for name in told - found:
        log.info("plugin.migrated", plugin=name)
    return found

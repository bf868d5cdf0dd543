"""The installation's database, as a command finds it: reached, migrated, open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from core.kit.database import Database, open_database
from core.kit.postgres import PostgresUnavailable
from core.migrations import runner
from core.runtime import waking_of
from settings import Settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """The database for as long as the block lasts, migrated first, so that a command works on a new installation too.
    Raises PostgresUnavailable."""
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    try:
        await runner.migrate(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise PostgresUnavailable(
            f"The database cannot be used: {error or type(error).__name__}. Check DESKGRAPH_DATABASE_URL and that its"
            " server runs; ./desk doctor looks closer."
        ) from error
    async with open_database(Database(url=url, pool_size=2, sender=waking_of(settings).sender)):
        yield

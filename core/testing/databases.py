"""A PostgreSQL server and a database in it, for the length of a run."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from core.kit.database.connect import credentials
from core.kit.postgres import EmbeddedPostgres, cluster
from core.kit.postgres.binaries import find_binaries
from core.migrations.runner import migrate


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """The URL of a server: of the one that TEST_DATABASE_URL names, else of one of our own in this folder, of the
    version that TEST_POSTGRESQL_MAJOR asks for."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    major = os.environ.get("TEST_POSTGRESQL_MAJOR")
    if major:
        setattr(cluster, "find_binaries", lambda _of_the_folder: find_binaries(int(major)))  # noqa: B010
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    try:
        yield server.url("postgres")
    finally:
        server.stop()


@asynccontextmanager
async def own_database(server_url: str) -> AsyncIterator[str]:
    """The URL of a migrated database of this run's own."""
    name = f"deskgraph_test_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(**credentials(server_url))
    await owner.execute(f"create database {name}")
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    await migrate(url)
    yield url
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()

"""Empty databases, and migrators as processes of their own."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from core.kit.database.connect import credentials

Run = Callable[[str, str], Coroutine[Any, Any, Any]]
PROGRAM = Path(__file__).parent / "program.py"


@pytest.fixture
async def empty_url(server_url: str) -> AsyncIterator[str]:
    """A database with nothing in it."""
    name = f"deskgraph_empty_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(**credentials(server_url))
    await owner.execute(f"create database {name}")
    yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


@pytest.fixture
async def catalogue(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A look at the run's migrated database, as its owner."""
    connection = await asyncpg.connect(**credentials(database_url))
    yield connection
    await connection.close()


@pytest.fixture
def run() -> Run:
    """`await run(task, url)`: what the program printed."""

    async def started(task: str, url: str) -> Any:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            task,
            url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complained = await process.communicate()
        assert process.returncode == 0, complained.decode()
        return json.loads(printed)

    return started

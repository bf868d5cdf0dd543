"""The database comes from nothing to the models, whoever takes it there and however often."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from core import migrations
from core.kit.database.connect import credentials
from core.migrations import runner
from core.testing import Desk
from tests.callers.rows import digest
from tests.migrations.conftest import Run

STEPS = sorted(path.stem for path in (Path(migrations.__file__).parent / "versions").glob("0*.py"))


async def test_an_empty_database_lacks_every_step_and_gets_it(empty_url: str, run: Run) -> None:
    assert await run("pending", empty_url) == STEPS

    assert await run("migrate", empty_url) == STEPS

    assert await run("pending", empty_url) == []
    assert await run("migrate", empty_url) == []


async def test_a_migrated_database_is_what_the_models_say(empty_url: str, run: Run) -> None:
    await run("migrate", empty_url)

    assert await run("changes", empty_url) == []


async def test_three_migrators_at_once_take_each_step_once(empty_url: str, run: Run) -> None:
    taken = await asyncio.gather(*(run("migrate", empty_url) for _ in range(3)))

    assert sorted(step for steps in taken for step in steps) == STEPS
    assert await run("pending", empty_url) == []


async def test_a_second_database_on_the_server_shares_the_roles(
    empty_url: str, run: Run, database_url: str
) -> None:
    """Roles belong to the server: they are there already when its second database is migrated."""
    await run("migrate", empty_url)

    connection = await asyncpg.connect(**credentials(empty_url), server_settings={"role": "deskgraph_app"})
    try:
        assert await connection.fetchval("select count(*) from tickets") == 0
    finally:
        await connection.close()


async def test_a_filled_database_migrates_again_and_nothing_changes(
    desk: Desk, database_url: str, run: Run
) -> None:
    before = await digest(desk.tenant_id)

    assert await run("migrate", database_url) == []

    assert await digest(desk.tenant_id) == before


async def test_a_migrator_that_dies_leaves_the_lock_free(empty_url: str, run: Run) -> None:
    holder = await asyncpg.connect(**credentials(empty_url))
    await holder.execute("select pg_advisory_lock($1)", runner._LOCK)
    waiting = asyncio.create_task(run("migrate", empty_url))
    await _until_waiting(empty_url)

    await holder.close()

    assert await waiting == STEPS


async def _until_waiting(url: str) -> None:
    watcher = await asyncpg.connect(**credentials(urlunsplit(urlsplit(url)._replace(path="/postgres"))))
    try:
        for _ in range(300):
            if await watcher.fetchval(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            ):
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the migrator did not wait for the lock")
    finally:
        await watcher.close()

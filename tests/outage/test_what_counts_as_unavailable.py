"""Which errors of PostgreSQL mean "come again": made by a real server, as far as a test can bring them about."""

import asyncio
import errno
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from core.kit.database import is_unavailable
from core.kit.database.connect import credentials


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[asyncpg.Connection, asyncpg.Connection]]:
    one, two = [await asyncpg.connect(**credentials(database_url)) for _ in range(2)]
    yield one, two
    for each in (one, two):
        each.terminate()


async def _error(connection: asyncpg.Connection, text: str) -> BaseException:
    with pytest.raises(asyncpg.PostgresError) as raised:
        await connection.execute(text)
    error: BaseException = raised.value
    return error


async def test_two_writers_in_each_others_way(pair: tuple[asyncpg.Connection, asyncpg.Connection]) -> None:
    one, two = pair
    for connection, key in ((one, 1), (two, 2)):
        await connection.execute("begin")
        await connection.execute(f"select pg_advisory_xact_lock({key})")

    results = await asyncio.gather(
        one.execute("select pg_advisory_xact_lock(2)"),
        two.execute("select pg_advisory_xact_lock(1)"),
        return_exceptions=True,
    )

    (error,) = [each for each in results if isinstance(each, BaseException)]
    assert isinstance(error, asyncpg.DeadlockDetectedError)
    assert is_unavailable(error)


async def test_a_lock_that_is_not_given_in_time(pair: tuple[asyncpg.Connection, asyncpg.Connection]) -> None:
    one, two = pair
    await one.execute("begin")
    await one.execute("lock table tickets in access exclusive mode")
    await two.execute("begin")
    await two.execute("set local lock_timeout = '50ms'")

    assert is_unavailable(await _error(two, "select 1 from tickets"))


async def test_a_connection_that_is_taken_away(pair: tuple[asyncpg.Connection, asyncpg.Connection]) -> None:
    one, two = pair
    await one.execute(f"select pg_terminate_backend({two.get_server_pid()})")

    lost = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ConnectionError)
    with pytest.raises(lost) as first:
        await two.execute("select 1")
    await asyncio.sleep(0.1)
    with pytest.raises(asyncpg.InterfaceError) as second:
        await two.execute("select 1")

    assert is_unavailable(first.value)
    assert is_unavailable(second.value)


async def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(OSError) as refused:
        await asyncpg.connect(host=str(tmp_path), user="postgres")

    assert is_unavailable(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "select * from nowhere",
        "select 1/0",
        "insert into stream_positions select 'x', 0, gen_random_uuid() from generate_series(1, 2)",
        "select 'x'::uuid",
        "this is no statement",
    ],
)
async def test_a_fault_of_ours_is_no_outage(
    pair: tuple[asyncpg.Connection, asyncpg.Connection], text: str
) -> None:
    assert not is_unavailable(await _error(pair[0], text))


async def test_a_cancelled_statement_is_no_outage(
    pair: tuple[asyncpg.Connection, asyncpg.Connection],
) -> None:
    one, two = pair
    waiting = asyncio.create_task(_error(two, "select pg_sleep(20)"))
    await asyncio.sleep(0.2)
    await one.execute(f"select pg_cancel_backend({two.get_server_pid()})")

    assert not is_unavailable(await waiting)


def test_an_outage_is_seen_through_what_wraps_it() -> None:
    wrapped = OperationalError("wrapped")
    wrapped.__cause__ = asyncpg.DiskFullError("no space")

    assert is_unavailable(wrapped)
    assert not is_unavailable(FileNotFoundError(errno.ENOENT, "no such file", "/a/template.txt"))


async def test_a_pool_or_a_connection_that_is_closed(database_url: str) -> None:
    pool = await asyncpg.create_pool(**credentials(database_url), min_size=1, max_size=1)
    connection = await pool.acquire()
    await pool.release(connection)
    with pytest.raises(asyncpg.InterfaceError) as released:
        await connection.execute("select 1")
    await pool.close()
    with pytest.raises(asyncpg.InterfaceError) as closed:
        await pool.acquire()

    assert is_unavailable(released.value)
    assert is_unavailable(closed.value)


async def test_a_connection_that_is_used_wrongly_is_a_fault_of_ours(
    pair: tuple[asyncpg.Connection, asyncpg.Connection],
) -> None:
    one, _ = pair
    first = asyncio.ensure_future(one.execute("select pg_sleep(0.2)"))
    await asyncio.sleep(0)
    with pytest.raises(asyncpg.InterfaceError) as busy:
        await one.execute("select 1")
    await first
    with pytest.raises(asyncpg.InterfaceError) as wrong:
        await one.fetch("select $1::int", 1, 2)

    assert "another operation is in progress" in str(busy.value)
    assert not is_unavailable(busy.value)
    assert not is_unavailable(wrong.value)

"""Wake-ups that a session asked to have back: they come after its transaction, to it alone."""

import asyncio
from collections.abc import AsyncIterator, Collection

import asyncpg
import pytest

from core.kit.database.connect import credentials
from core.kit.database.wakes import RETURNED, Wake, WakingConnection, passing_on


class Remembering:
    """A sender that keeps what it was to send."""

    def __init__(self) -> None:
        self.sent: list[set[Wake]] = []

    def send(self, wakes: Collection[Wake]) -> None:
        self.sent.append(set(wakes))


@pytest.fixture
def sender() -> Remembering:
    return Remembering()


@pytest.fixture
async def pool(database_url: str, sender: Remembering) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(
        **credentials(database_url), min_size=1, max_size=1, server_settings=RETURNED,
        connection_class=WakingConnection, reset=passing_on(sender),  # type: ignore[arg-type] # it is never opened
    ) as made:  # fmt: skip
        yield made


async def test_they_go_out_together_once_the_transaction_is_over(
    pool: asyncpg.Pool, sender: Remembering
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select wake('some', 'a'), wake('some', 'a'), wake('others', '')")
        await connection.fetch("select wake('some', $1)", "b")
        assert sender.sent == []

    assert sender.sent == [{("some", "a"), ("some", "b"), ("others", "")}]


async def test_each_is_sent_once(pool: asyncpg.Pool, sender: Remembering) -> None:
    await pool.execute("select wake('some', 'a')")
    await pool.execute("select 1")

    assert sender.sent == [{("some", "a")}]


async def test_other_notices_are_none(pool: asyncpg.Pool, sender: Remembering) -> None:
    await pool.execute("do $$ begin raise notice 'a'; end $$")

    assert sender.sent == []


async def test_nobody_is_told_by_the_database(pool: asyncpg.Pool, database_url: str) -> None:
    heard: list[object] = []
    listener = await asyncpg.connect(**credentials(database_url))
    try:
        await listener.add_listener("some", lambda *told: heard.append(told[-1]))
        await pool.execute("select wake('some', 'returned')")
        await listener.execute("select wake('some', 'told')")
        async with asyncio.timeout(10):
            while not heard:  # noqa: ASYNC110 - the database tells
                await asyncio.sleep(0.01)
    finally:
        await listener.close()

    assert heard == ["told"]

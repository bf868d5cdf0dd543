"""Transactions give their connection back, however they end."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tortoise import connections
from tortoise.backends.asyncpg.client import TransactionWrapper

from core.kit.context import acting_for
from core.kit.database import fetch_value, transaction
from core.testing import Desk


@pytest.fixture
async def slow_begin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """PostgreSQL is far away: a transaction's begin is answered late."""
    begin = TransactionWrapper.begin

    async def late(wrapper: TransactionWrapper) -> None:
        await begin(wrapper)
        await asyncio.sleep(60)

    with monkeypatch.context() as patched:
        patched.setattr(TransactionWrapper, "begin", late)
        yield


async def _cancelled_while_it_begins(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                async with transaction():
                    raise AssertionError("it never begins")
        async with asyncio.timeout(5):
            assert await fetch_value("select 1") == 1


async def test_a_request_given_up_while_its_transaction_begins_leaves_the_pool_whole(
    desk: Desk, slow_begin: None
) -> None:
    pool = connections.get("default")._pool

    for _ in range(pool.get_max_size() + 2):
        await asyncio.create_task(_cancelled_while_it_begins(desk))

    assert pool.get_idle_size() == pool.get_size()

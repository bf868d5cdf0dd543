"""Transactions give their connection back, however they end, and are never told as done when they were not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tortoise import connections

from core.kit.context import acting_for, current_tenant
from core.kit.database import NotCommitted, Reach, execute, fetch_value, transaction
from core.testing import Desk


@pytest.fixture
async def slow_begin(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """PostgreSQL is far away: a transaction's begin is answered late."""
    say = asyncpg.Connection.execute

    async def late(connection: asyncpg.Connection, statement: str, *values: Any, **options: Any) -> str:
        status = await say(connection, statement, *values, **options)
        if statement.startswith("begin"):
            await asyncio.sleep(60)
        return status

    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "execute", late)
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


async def _titled(title: str) -> None:
    await execute("update tenants set name = :name where id = :me", {"name": title, "me": current_tenant()})


async def _title() -> str:
    return str(await fetch_value("select name from tenants where id = :me", {"me": current_tenant()}))


async def test_what_a_swallowed_error_undid_is_not_told_as_done(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        before = await _title()

        with pytest.raises(NotCommitted):
            async with transaction():
                await _titled("Renamed")
                with pytest.raises(asyncpg.PostgresError):
                    await fetch_value("select 1 / 0")

        assert await _title() == before


async def test_an_inner_transaction_fails_alone(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        async with transaction():
            await _titled("Outer")
            with pytest.raises(asyncpg.PostgresError):
                async with transaction():
                    await _titled("Inner")
                    await fetch_value("select 1 / 0")

        assert await _title() == "Outer"


async def test_inner_transactions_end_each_for_itself(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        async with transaction():
            await _titled("Outer")
            with pytest.raises(RuntimeError):
                async with transaction():
                    await _titled("Inner")
                    with pytest.raises(RuntimeError):
                        async with transaction():
                            raise RuntimeError("innermost")
                    raise RuntimeError("inner")

        assert await _title() == "Outer"


async def test_what_looks_across_tenants_is_all_or_nothing_too(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        with pytest.raises(RuntimeError):
            async with transaction(Reach.SYSTEM):
                await execute("update tenants set name = 'By an operator'", reach=Reach.SYSTEM)
                raise RuntimeError("undone")

        assert await _title() != "By an operator"

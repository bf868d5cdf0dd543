"""Transactions: all or nothing, and never told as done when they were not.

A transaction begins in the trip that tells PostgreSQL the tenant, while its connection is taken from the pool: one
round trip less for every mutation. COMMIT's own answer is read. PostgreSQL ends a transaction in which a statement
failed by rolling back, and says so instead of failing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tortoise import connections
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    NestedTransactionContext,
    TransactionContext,
    TransactionContextPooled,
)

from core.kit.database.connect import Reach, opening
from core.kit.database.presuming import refuse_what_is_over


class NotCommitted(Exception):
    """A transaction came to its end, but a statement in it had failed and nothing of it was kept."""


@asynccontextmanager
async def transaction(reach: Reach = Reach.TENANT, *, local: str = "") -> AsyncIterator[None]:
    """All or nothing. Nests as a savepoint. No network call belongs inside. `local` is SQL of ours that makes settings
    with SET LOCAL, which last until the outermost ends. Raises NotCommitted where a statement failed inside and whoever
    sent it went on."""
    client: Any = connections.get(reach.value)
    if not isinstance(client, _Transaction):
        async with _Begun(client, local):
            yield
        return
    async with client._in_transaction() as inner:
        if local:
            await inner._connection.execute(local)
        yield


class _Transaction(TransactionWrapper):
    """What the object mapper and `fetch` use inside."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Transaction(self))

    async def begin(self) -> None:
        """It has begun: see `connect.opening`."""

    async def commit(self) -> None:
        if await self._end("commit") != "COMMIT":
            raise NotCommitted("A statement of this transaction had failed; PostgreSQL rolled it back.")

    async def rollback(self) -> None:
        await self._end("rollback")

    # Each ends before the one around it, so one name serves them all.
    async def savepoint(self) -> None:
        await self._connection.execute("savepoint inner_transaction")

    async def release_savepoint(self) -> None:
        await self._end("release savepoint inner_transaction")

    async def savepoint_rollback(self) -> None:
        await self._end("rollback to savepoint inner_transaction; release savepoint inner_transaction")

    async def _end(self, statement: str) -> str:
        status: str = await self._connection.execute(statement)
        self._finalized = True
        return status


class _Begun(TransactionContextPooled):
    """A transaction at its outermost."""

    def __init__(self, client: AsyncpgDBClient, local: str) -> None:
        super().__init__(_Transaction(client), client._pool_init_lock)
        self._local = local

    async def __aenter__(self) -> Any:
        refuse_what_is_over()
        with opening(self._local):
            return await super().__aenter__()

"""Wake-ups: who listens hears of commits, and of nothing that was rolled back; a lost connection comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from core.kit.context import acting_for
from core.kit.database import transaction
from core.kit.database.connect import credentials
from core.kit.events import Happening, record
from core.kit.ids import new_id
from core.kit.stream import Listener
from core.kit.waking import PostgresWaking
from core.operating import operator_context
from core.testing import Desk
from tests.stream.writing import happen, own_type, until


@asynccontextmanager
async def listening(url: str) -> "AsyncIterator[list[UUID | None]]":
    heard: list[UUID | None] = []
    task = asyncio.create_task(Listener(PostgresWaking(url)).run(heard.append))
    try:
        await until(lambda: _holds(heard, None))
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _holds(heard: list[UUID | None], value: UUID | None, times: int = 1) -> bool:
    return heard.count(value) >= times


async def test_a_commit_is_heard_once_for_each_tenant_and_transaction(
    desk: Desk, other: Desk, database_url: str
) -> None:
    kind = own_type()
    async with listening(database_url) as heard:
        await happen(desk, kind, kind, kind)
        await happen(other, kind)
        await until(lambda: _holds(heard, other.tenant_id))

    assert [each for each in heard if each in (desk.tenant_id, other.tenant_id)] == [
        desk.tenant_id, other.tenant_id
    ]  # fmt: skip


async def test_the_ticket_pipeline_wakes_listeners_too(desk: Desk, database_url: str) -> None:
    async with listening(database_url) as heard:
        answer = await desk.agent.ask(
            'mutation { ticketCreate(input: {title: "A", body: "B"}) { ticket { id } userErrors { code } } }'
        )
        answer.payload("ticketCreate")
        await until(lambda: _holds(heard, desk.tenant_id))

    assert desk.tenant_id in heard


async def test_what_is_rolled_back_is_not_heard(desk: Desk, other: Desk, database_url: str) -> None:
    kind = own_type()
    async with listening(database_url) as heard:
        with acting_for(desk.tenant_id), pytest.raises(ZeroDivisionError):
            async with transaction():
                await record(operator_context(desk.tenant_id), Happening(kind, "ticket", new_id()))
                raise ZeroDivisionError
        await happen(other, kind)
        await until(lambda: _holds(heard, other.tenant_id))

    assert desk.tenant_id not in heard


async def test_a_connection_that_is_cut_comes_back_and_says_that_anything_may_be_new(
    desk: Desk, database_url: str
) -> None:
    owner = await asyncpg.connect(**credentials(database_url))
    try:
        async with listening(database_url) as heard:
            cut = await owner.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where application_name = 'deskgraph listener' and datname = current_database()"
            )
            assert cut >= 1
            await until(lambda: _holds(heard, None, 2))
            await happen(desk, own_type())
            await until(lambda: _holds(heard, desk.tenant_id))
    finally:
        await owner.close()


async def test_listening_ends_when_told_to_at_the_moment_of_a_loss(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, made = asyncpg.connect, list[asyncpg.Connection]()

    async def noted(**arguments: Any) -> asyncpg.Connection:
        made.append(await connect(**arguments))
        return made[-1]

    monkeypatch.setattr(asyncpg, "connect", noted)
    for moment in range(8):
        heard: list[UUID | None] = []
        task = asyncio.create_task(Listener(PostgresWaking(database_url)).run(heard.append))
        await until(lambda heard=heard: _holds(heard, None))  # type: ignore[misc]
        made[-1].terminate()
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()

        ended, _ = await asyncio.wait({task}, timeout=1)
        task.cancel()  # so that a failure leaves nothing running
        assert ended == {task}, moment

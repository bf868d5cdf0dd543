"""Committed events become jobs: each exactly once, whoever works at it and whatever happens to them."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch
from core.kit.stream import BEGINNING, Follower, Listener, follow, followers, read_after
from core.kit.stream.followers import events_of, fan_out
from core.kit.waking import PostgresWaking
from core.testing import Desk
from tests.programs import running
from tests.stream.writing import happen, own_type, until

PROGRAM = Path(__file__).with_name("program.py")


@pytest.fixture
async def kind() -> AsyncIterator[str]:
    own = f"test.{secrets.token_hex(6)}"
    yield own
    for statement in ("delete from stream_positions where name = :own", "delete from jobs where kind = :own"):
        await execute(statement, {"own": own}, reach=Reach.SYSTEM)


async def jobs(kind: str) -> list[tuple[UUID, list[UUID]]]:
    """Tenant and events of each job, as they were written."""
    rows = await fetch(
        "select tenant_id, payload from jobs where kind = :kind order by id",
        {"kind": kind},
        reach=Reach.SYSTEM,
    )
    return [(row["tenant_id"], events_of(orjson.loads(row["payload"]))) for row in rows]


async def happened(desk: Desk, of_type: str) -> list[UUID]:
    with acting_for(desk.tenant_id):
        return [each.id for each in await read_after(BEGINNING, limit=10_000, types=[of_type])]


async def followed(follower: Follower, number: int) -> None:
    """Fan out until so many events stand in jobs."""

    async def enough() -> bool:
        await fan_out(follower)
        return sum(len(ids) for _, ids in await jobs(follower.kind)) >= number

    await until(enough)


async def test_events_become_one_job_for_each_tenant_in_order(desk: Desk, other: Desk, kind: str) -> None:
    wanted, unwanted = own_type(), own_type()
    follower = Follower(kind, (wanted,))
    await happen(desk, wanted)
    await fan_out(follower)
    await happen(desk, wanted, unwanted, wanted)
    await happen(other, wanted)
    ours = (await happened_all(desk, wanted, 3))[1:]
    theirs = await happened_all(other, wanted, 1)

    await followed(follower, 3)
    assert await fan_out(follower) == 0

    assert sorted(await jobs(kind)) == sorted([(desk.tenant_id, ours), (other.tenant_id, theirs)])


async def happened_all(desk: Desk, of_type: str, number: int) -> list[UUID]:
    async def there() -> bool:
        return len(await happened(desk, of_type)) >= number

    await until(there)
    return await happened(desk, of_type)


async def test_a_job_holds_at_most_a_hundred_events(desk: Desk, kind: str) -> None:
    wanted = own_type()
    follower = Follower(kind, (wanted,))
    await fan_out(follower)
    await happen(desk, *[wanted] * 230)
    whole = await happened_all(desk, wanted, 230)

    await followed(follower, 230)

    found = await jobs(kind)
    assert [len(ids) for _, ids in found] == [100, 100, 30]
    assert [each for _, ids in found for each in ids] == whole


async def test_the_condition_spares_jobs_and_the_position_moves_on_all_the_same(
    desk: Desk, other: Desk, kind: str
) -> None:
    wanted = own_type()
    follower = Follower(kind, (wanted,), f"e.tenant_id = '{other.tenant_id}'")
    await fan_out(follower)
    await happen(desk, wanted)
    await happen(other, wanted)

    await followed(follower, 1)

    assert await jobs(kind) == [(other.tenant_id, await happened(other, wanted))]
    assert await fan_out(follower) == 0


async def test_two_at_once_write_each_event_into_one_job(desk: Desk, kind: str) -> None:
    wanted = own_type()
    follower = Follower(kind, (wanted,))
    await fan_out(follower)
    for _ in range(40):
        await happen(desk, wanted)
    whole = await happened_all(desk, wanted, 40)

    async def one() -> None:
        async def enough() -> bool:
            await fan_out(follower, 3)
            return sum(len(ids) for _, ids in await jobs(kind)) >= len(whole)

        await until(enough)

    await asyncio.gather(*(one() for _ in range(2)))

    assert [each for _, ids in await jobs(kind) for each in ids] == whole


async def test_one_that_is_cut_off_after_writing_the_jobs_has_written_nothing(
    desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = own_type()
    follower = Follower(kind, (wanted,))
    await fan_out(follower)
    await happen(desk, wanted)
    whole = await happened_all(desk, wanted, 1)
    wrote = asyncio.Event()

    async def hang(*_: object) -> None:
        wrote.set()
        await asyncio.Event().wait()

    async def tried() -> None:
        while not wrote.is_set():
            await fan_out(follower)

    with monkeypatch.context() as patched:
        patched.setattr(followers, "_move", hang)
        task = asyncio.create_task(tried())
        await asyncio.wait_for(wrote.wait(), 40)
        assert await fan_out(follower) == 0  # the position is held: nobody else writes these jobs
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    assert await jobs(kind) == []
    await followed(follower, 1)
    assert await jobs(kind) == [(desk.tenant_id, whole)]


@pytest.mark.timeout(180)
async def test_nothing_is_lost_or_doubled_while_two_are_killed_in_turn(
    desk: Desk, kind: str, database_url: str
) -> None:
    wanted = own_type()
    await fan_out(Follower(kind, (wanted,)))
    for _ in range(60):
        await happen(desk, wanted)
    whole = await happened_all(desk, wanted, 60)

    async def more_than(number: int) -> bool:
        return sum(len(ids) for _, ids in await jobs(kind)) >= number

    with running(PROGRAM, database_url, kind, wanted):
        for number in (10, 25, 40):
            with running(PROGRAM, database_url, kind, wanted):
                await until(lambda number=number: more_than(number), 60)  # type: ignore[misc]
        await until(lambda: more_than(50), 60)
    with running(PROGRAM, database_url, kind, wanted):
        await until(lambda: more_than(len(whole)), 60)

    assert [each for _, ids in await jobs(kind) for each in ids] == whole


@asynccontextmanager
async def following(follower: Follower, url: str) -> AsyncIterator[None]:
    task = asyncio.create_task(follow([follower], Listener(PostgresWaking(url))))
    try:
        await until(lambda: _has_begun(follower.kind))
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _has_begun(kind: str) -> bool:
    return bool(
        await fetch("select 1 from stream_positions where name = :kind", {"kind": kind}, reach=Reach.SYSTEM)
    )


async def test_the_worker_follows_at_a_wake_up(
    desk: Desk, kind: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "POLL_SECONDS", 3600.0)
    wanted = own_type()
    async with following(Follower(kind, (wanted,)), database_url):
        await happen(desk, wanted)
        await until(lambda: _any(kind))

    assert await jobs(kind) == [(desk.tenant_id, await happened(desk, wanted))]


async def _any(kind: str) -> bool:
    return bool(await jobs(kind))


class Deaf(Listener):
    """Hears nothing, ever."""

    async def run(self, heard: object) -> None:
        await asyncio.Event().wait()


async def test_a_lost_wake_up_only_delays(desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "POLL_SECONDS", 0.05)
    wanted = own_type()
    task = asyncio.create_task(
        follow([Follower(kind, (wanted,))], Deaf(PostgresWaking("postgresql://nobody")))
    )
    try:
        await until(lambda: _has_begun(kind))
        await happen(desk, wanted)
        await until(lambda: _any(kind))
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    assert await jobs(kind) == [(desk.tenant_id, await happened(desk, wanted))]

"""Feeds: nothing missed, nothing doubled, memory bounded, read and judged once for all who wait alike."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from core.kit.context import Context, TicketScope, UserKind, Viewer, acting_for
from core.kit.database.connect import credentials
from core.kit.ids import new_id
from core.kit.stream import Listener, Position, feeds, position_now
from core.kit.stream.feeds import Feeds, Interest, SubscriptionEnded
from core.kit.stream.sharing import Sharing
from core.kit.waking import PostgresWaking
from core.testing import Desk
from tests.stream.test_followers import Deaf, happened_all
from tests.stream.waiting import TICKETS, cursor_of, opened, reply, waiting
from tests.stream.writing import happen, own_type, until


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Feeds]:
    made = Feeds(Listener(PostgresWaking(database_url)))
    yield made
    await made.aclose()


def everything(viewer: Viewer) -> tuple[str, dict[str, object]]:
    return "true", {}


class Reader:
    """A subscriber that keeps what arrives."""

    def __init__(self, desk: Desk, hub: Feeds, kind: str) -> None:
        self.desk, self.hub, self.kind = desk, hub, kind
        viewer = Viewer(desk.tenant_id, new_id(), UserKind.AGENT, TicketScope.ALL, frozenset())
        self.ctx: Context | None = Context(viewer)
        self.got: list[UUID] = []
        self.position: Position | None = None

    async def renew(self) -> Context | None:
        return self.ctx

    async def read(self, number: int) -> None:
        """So many more, from where it stopped."""
        assert self.ctx is not None
        interest = Interest(everything, frozenset({self.kind}))
        with acting_for(self.desk.tenant_id):
            if self.position is None:
                self.position = await position_now()
            source = self.hub.arrivals(self.ctx, interest, self.renew, self.position)
            async with aclosing(source):
                while number:
                    arrived = await asyncio.wait_for(anext(source), 40)
                    self.got.append(arrived.event.id)
                    self.position = arrived.event.position
                    number -= 1

    async def begin(self) -> "Reader":
        with acting_for(self.desk.tenant_id):
            self.position = await position_now()
        return self


async def test_readers_that_come_and_go_miss_nothing_and_get_nothing_twice(
    desk: Desk, hub: Feeds, database_url: str
) -> None:
    """While transactions overlap and commit in another order than they began."""
    kind, number, chance = own_type(), 90, random.Random(5)
    readers = [await Reader(desk, hub, kind).begin() for _ in range(4)]
    connections = [await asyncpg.connect(**credentials(database_url)) for _ in range(3)]

    async def write(connection: asyncpg.Connection) -> None:
        for _ in range(number // 3):
            async with connection.transaction():
                await connection.execute(
                    "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes,"
                    " via) values ($1, $2, $3, $1, $4, 'ticket', $1, '{}', 'api')",
                    new_id(), desk.tenant_id, datetime.now(UTC), kind,
                )  # fmt: skip
                await asyncio.sleep(chance.random() * 0.02)

    async def read(reader: Reader) -> None:
        while len(reader.got) < number:
            await reader.read(min(chance.randint(1, 12), number - len(reader.got)))

    try:
        await asyncio.gather(*(write(each) for each in connections), *(read(each) for each in readers))
    finally:
        for each in connections:
            await each.close()

    whole = await happened_all(desk, kind, number)
    assert [reader.got == whole for reader in readers] == [True] * 4


async def test_a_slow_reader_holds_little_and_misses_nothing(
    desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_WAITING", 5)
    kind = own_type()
    slow, quick = await Reader(desk, hub, kind).begin(), await Reader(desk, hub, kind).begin()
    assert slow.ctx is not None and slow.position is not None
    with acting_for(desk.tenant_id):
        source = hub.arrivals(slow.ctx, Interest(everything, frozenset({kind})), slow.renew, slow.position)
        async with aclosing(source):
            first = asyncio.create_task(anext(source))
            await until(lambda: _are_waiting(hub, desk, 1))
            await happen(desk, kind)
            slow.got.append((await asyncio.wait_for(first, 40)).event.id)
            reading = asyncio.create_task(quick.read(31))
            for _ in range(30):
                await happen(desk, kind)
            await reading
            (feed, _) = hub._feeds[desk.tenant_id]
            (behind,) = feed.subscribers
            assert (len(behind.queue), behind.is_behind) == (5, True)
            while len(slow.got) < 31:
                slow.got.append((await asyncio.wait_for(anext(source), 40)).event.id)

    assert slow.got == quick.got == await happened_all(desk, kind, 31)


async def test_nothing_runs_while_nobody_waits(desk: Desk, hub: Feeds) -> None:
    kind = own_type()
    reader = await Reader(desk, hub, kind).begin()
    await happen(desk, kind)
    assert (hub._feeds, hub._listening) == ({}, None)

    await reader.read(1)

    assert (hub._feeds, hub._listening) == ({}, None)


async def test_a_lost_wake_up_only_delays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_SECONDS", 0.05)
    hub, kind = Feeds(Deaf("postgresql://nobody")), own_type()
    reader = await Reader(desk, hub, kind).begin()
    reading = asyncio.create_task(reader.read(1))
    await until(lambda: _is_awaited(hub, desk))
    await happen(desk, kind)
    await reading
    await hub.aclose()

    assert len(reader.got) == 1


async def _is_awaited(hub: Feeds, desk: Desk) -> bool:
    return desk.tenant_id in hub._feeds


async def test_a_wake_up_is_enough(desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_SECONDS", 3600.0)
    kind = own_type()
    reader = await Reader(desk, hub, kind).begin()
    reading = asyncio.create_task(reader.read(1))
    await until(lambda: _is_awaited(hub, desk))
    await happen(desk, kind)
    await reading

    assert len(reader.got) == 1


async def test_a_credential_that_is_over_ends_it_before_the_next_event(desk: Desk, hub: Feeds) -> None:
    kind = own_type()
    reader = await Reader(desk, hub, kind).begin()
    reading = asyncio.create_task(reader.read(1))
    await until(lambda: _is_awaited(hub, desk))
    reader.ctx = None
    await happen(desk, kind)

    with pytest.raises(SubscriptionEnded) as ended:
        await reading
    assert (ended.value.code, reader.got) == ("UNAUTHENTICATED", [])


async def test_the_end_of_the_process_is_told(desk: Desk, database_url: str) -> None:
    hub = Feeds(Listener(PostgresWaking(database_url)))
    readings = [asyncio.create_task((await Reader(desk, hub, own_type()).begin()).read(1)) for _ in range(3)]
    await until(lambda: _are_waiting(hub, desk, 3))
    await hub.aclose()

    told = await asyncio.gather(*readings, return_exceptions=True)
    assert [getattr(each, "code", each) for each in told] == ["GOING_AWAY"] * 3
    with pytest.raises(SubscriptionEnded):
        await (await Reader(desk, hub, own_type()).begin()).read(1)


async def _are_waiting(hub: Feeds, desk: Desk, number: int) -> bool:
    return desk.tenant_id in hub._feeds and len(hub._feeds[desk.tenant_id][0].subscribers) == number


async def test_a_database_that_fails_once_is_asked_again(
    desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = own_type()
    reader = await Reader(desk, hub, kind).begin()
    reading = asyncio.create_task(reader.read(2))
    await until(lambda: _is_awaited(hub, desk))
    seen, failures = feeds.seen, [True]

    async def fail_once(*arguments: Any) -> set[UUID]:
        if failures:
            failures.pop()
            raise ConnectionResetError
        return await seen(*arguments)

    monkeypatch.setattr(feeds, "seen", fail_once)
    await happen(desk, kind)
    await happen(desk, kind)
    await reading

    assert failures == []
    assert reader.got == await happened_all(desk, kind, 2)


async def test_many_who_wait_alike_cost_one_reading_one_question_and_one_execution(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await desk.add("admin", name=f"Admin {place}") for place in range(8)]
    ticket = await opened(desk.founder)
    await reply(desk.founder, ticket, "Zero")
    counts = {"seen": 0, "read": 0, "run": 0}
    seen, read, run = feeds.seen, feeds.read_after, Sharing._run

    async def counted_seen(ids: Any, *rest: Any) -> set[UUID]:
        counts["seen"] += 1
        return await seen(ids, *rest)

    async def counted_read(*arguments: Any, **named: Any) -> Any:
        found = await read(*arguments, **named)
        counts["read"] += bool(found)
        return found

    async def counted_run(*arguments: Any) -> Any:
        counts["run"] += 1
        return await run(*arguments)

    starts = [await cursor_of(each) for each in people]
    async with _all_waiting(people, starts) as heard:
        await reply(desk.founder, ticket, "One")
        await asyncio.gather(*(each.next() for each in heard))
        # All of them stand at the feed now.
        monkeypatch.setattr(feeds, "seen", counted_seen)
        monkeypatch.setattr(feeds, "read_after", counted_read)
        monkeypatch.setattr(Sharing, "_run", counted_run)
        await reply(desk.founder, ticket, "Two")
        said = await asyncio.gather(*(each.next() for each in heard))

    assert [each["message"]["bodyText"] for each in said] == ["Two"] * len(people)
    assert counts == {"seen": 1, "read": 1, "run": 1}


class _all_waiting:
    def __init__(self, people: list[Any], starts: list[str]) -> None:
        self._parts = [
            waiting(each, TICKETS, after=start) for each, start in zip(people, starts, strict=True)
        ]

    async def __aenter__(self) -> list[Any]:
        return [await each.__aenter__() for each in self._parts]

    async def __aexit__(self, *_: object) -> None:
        for each in self._parts:
            with suppress(asyncio.CancelledError):
                await each.__aexit__(None, None, None)

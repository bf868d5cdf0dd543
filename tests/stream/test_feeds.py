"""Feeds: nothing missed, nothing doubled, memory bounded, read and judged once for all who wait alike."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from core.kit.context import Context, TicketScope, UserKind, Viewer, acting_for
from core.kit.database.connect import credentials
from core.kit.ids import new_id
from core.kit.stream import Listener, Position, feeds, position_now
from core.kit.stream.feeds import Feeds
from core.kit.stream.sharing import Sharing
from core.kit.stream.subscribers import Arrived, Interest, SubscriptionEnded, going
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

    async def renew(self, contexts: Sequence[Context]) -> list[Context | None]:
        return [self.ctx for _ in contexts]

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


@asynccontextmanager
async def asked_of_the_database(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """What is asked meanwhile, in order."""
    asked: list[str] = []

    def noted(name: str, ask: Any) -> Any:
        async def note(*arguments: Any, **named: Any) -> Any:
            answer = await ask(*arguments, **named)
            asked.append(f"events {len(answer)}" if name == "events" else name)
            return answer

        return note

    with monkeypatch.context() as patching:
        patching.setattr(reader, "renew", noted("credentials", reader.renew))
        patching.setattr(feeds, "seen", noted("sight", feeds.seen))
        patching.setattr(feeds, "read_after", noted("events", feeds.read_after))
        patching.setattr(feeds, "is_held_back", noted("held back", feeds.is_held_back))
        yield asked


async def test_a_page_that_nobody_wants_is_read_and_that_is_all(
    desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await Reader(desk, hub, own_type()).begin()
    async with asked_of_the_database(reader, monkeypatch) as asked:
        reading = asyncio.create_task(reader.read(1))
        await until(lambda: _is_idle(hub, desk))
        await until(lambda: _is_in(asked, "held back"))
        asked.clear()
        await happen(desk, own_type(), own_type())
        await until(lambda: _is_in(asked[:-1], "events 2"))
        place = asked.index("events 2")
        assert set(asked[:place]) <= {"events 0", "held back"}, "while something older is open"
        assert asked[place + 1] == "held back"

        await happen(desk, reader.kind)
        await reading


async def _is_in(asked: list[str], what: str) -> bool:
    return what in asked


async def test_a_page_of_the_past_that_one_does_not_want_is_read_and_that_is_all(
    desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await Reader(desk, hub, own_type()).begin()
    for _ in range(3):
        await happen(desk, own_type())
    async with asked_of_the_database(reader, monkeypatch) as asked:
        reading = asyncio.create_task(reader.read(1))
        await until(lambda: _is_in(asked, "held back"))
        assert {each.split()[0] for each in asked} == {"events", "held"}

        await happen(desk, reader.kind)
        await reading
        assert asked.count("credentials") == asked.count("sight") == 1


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


class Told(Reader):
    """A reader that is told at once, as long as it takes what comes."""

    def __init__(self, desk: Desk, hub: Feeds, kind: str, answers: list[bool | None]) -> None:
        super().__init__(desk, hub, kind)
        self.answers, self.pushed = answers, list[UUID]()
        self.later: list[tuple[UUID, Callable[[bool], None]]] = []

    def take(self, arrived: Arrived, later: Callable[[bool], None]) -> bool | None:
        answer = self.answers.pop(0) if self.answers else True
        if answer:
            self.pushed.append(arrived.event_id)
        if answer is None:
            self.later.append((arrived.event_id, later))
        return answer

    async def iterate(self) -> None:
        assert self.ctx is not None
        with acting_for(self.desk.tenant_id):
            source = self.hub.arrivals(self.ctx, Interest(everything, frozenset({self.kind})), self.renew)
            source.take = self.take
            async with aclosing(source):
                async for arrived in source:
                    self.got.append(arrived.event_id)


@asynccontextmanager
async def told_at_once(desk: Desk, hub: Feeds, *answers: bool | None) -> AsyncIterator[Told]:
    reader = Told(desk, hub, own_type(), list(answers))
    reading = asyncio.create_task(reader.iterate())
    try:
        await until(lambda: _is_idle(hub, desk))
        yield reader
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _is_idle(hub: Feeds, desk: Desk) -> bool:
    return desk.tenant_id in hub._feeds and all(
        one.is_idle for one in hub._feeds[desk.tenant_id][0].subscribers
    )


async def _have_come(reader: Told, number: int) -> bool:
    return len(reader.pushed) + len(reader.got) + len(reader.later) == number


async def test_who_takes_events_at_once_is_not_woken(desk: Desk, hub: Feeds) -> None:
    async with told_at_once(desk, hub) as reader:
        for _ in range(3):
            await happen(desk, reader.kind, reader.kind)
        await until(lambda: _have_come(reader, 6))

        assert (reader.pushed, reader.got) == (await happened_all(desk, reader.kind, 6), [])


async def test_what_is_not_taken_at_once_is_iterated_over_in_order(desk: Desk, hub: Feeds) -> None:
    async with told_at_once(desk, hub, True, False) as reader:
        await happen(desk, *[reader.kind] * 4)
        await until(lambda: _have_come(reader, 4))
        await until(lambda: _is_idle(hub, desk))
        await happen(desk, reader.kind)
        await until(lambda: _have_come(reader, 5))

        whole = await happened_all(desk, reader.kind, 5)
        assert (reader.pushed, reader.got) == ([whole[0], whole[4]], whole[1:4])


@pytest.mark.parametrize("told", [True, False])
async def test_what_is_being_told_is_waited_for(desk: Desk, hub: Feeds, told: bool) -> None:
    async with told_at_once(desk, hub, None) as reader:
        await happen(desk, *[reader.kind] * 3)
        await until(lambda: _have_come(reader, 1))
        ((first, later),) = reader.later
        await asyncio.sleep(0.2)
        assert (reader.pushed, reader.got) == ([], [])
        later(told)
        await until(lambda: _have_come(reader, 3 if told else 4))

        whole = await happened_all(desk, reader.kind, 3)
        assert first == whole[0]
        assert (reader.pushed, reader.got) == ((whole[1:], []) if told else ([], whole))


async def test_what_is_being_told_when_it_ends_is_not_iterated_over_too(desk: Desk, hub: Feeds) -> None:
    async with told_at_once(desk, hub, None) as reader:
        await happen(desk, reader.kind)
        await until(lambda: _have_come(reader, 1))
        (subscriber,) = hub._feeds[desk.tenant_id][0].subscribers
        subscriber.end(going())
        await asyncio.sleep(0.2)

        assert (reader.pushed, reader.got) == ([], [])


async def test_a_full_queue_behind_what_is_being_told_misses_nothing(
    desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_WAITING", 3)
    async with told_at_once(desk, hub, None) as reader:
        await happen(desk, *[reader.kind] * 8)
        await until(lambda: _have_come(reader, 1))
        await asyncio.sleep(0.2)
        reader.later[0][1](True)
        await until(lambda: _have_come(reader, 8))

        assert reader.pushed + reader.got == (await happened_all(desk, reader.kind, 8))[1:]


async def test_those_who_differ_in_who_they_are_cost_one_question_and_hear_their_own(
    desk: Desk, hub: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, questions, pages = own_type(), list[int](), list[int]()
    by_each, read_after = feeds.seen_by_each, feeds.read_after

    async def counted(ids: Any, condition: str, values: Any, viewers: Any) -> Any:
        questions.append(len(viewers))
        return await by_each(ids, condition, values, viewers)

    def mine(viewer: Viewer) -> tuple[str, dict[str, object]]:
        return "e.subject_id = :me or e.subject_id = any(:my_groups::uuid[])", viewer.parameters()

    async def counted_read(*arguments: Any, **named: Any) -> Any:
        found = await read_after(*arguments, **named)
        pages.extend([len(found)] * bool(found))
        return found

    monkeypatch.setattr(feeds, "seen_by_each", counted)
    monkeypatch.setattr(feeds, "read_after", counted_read)
    people = [Reader(desk, hub, kind) for _ in range(3)]
    group = new_id()
    for place, person in enumerate(people):
        assert person.ctx is not None
        person.ctx = replace(
            person.ctx, viewer=replace(person.ctx.viewer, group_ids=(group,) if place else ())
        )

    async def read(person: Reader, number: int) -> None:
        assert person.ctx is not None
        with acting_for(desk.tenant_id):
            source = hub.arrivals(person.ctx, Interest(mine, frozenset({kind})), person.renew)
            async with aclosing(source):
                for _ in range(number):
                    person.got.append((await asyncio.wait_for(anext(source), 40)).event.subject_id)

    readings = [
        asyncio.create_task(read(person, 1 if place == 0 else 2)) for place, person in enumerate(people)
    ]
    await until(lambda: _are_waiting(hub, desk, 3))
    await until(lambda: _is_idle(hub, desk))
    ids = [person.ctx.viewer.user_id for person in people if person.ctx]
    for subject in (*ids, group):
        await happen(desk, kind, subject=subject)
    await asyncio.gather(*readings)

    assert [person.got for person in people] == [[ids[0]], [ids[1], group], [ids[2], group]]
    assert questions[0] == 3
    assert (len(questions), sum(pages)) == (len(pages), 4), "one question for each page"

"""Feeds: committed events to those of this process who wait for them.

A process listens once, and reads each new event of a tenant once, whatever the number of subscribers. Whether a
subscriber may see an event is asked anew for each event, in one statement for all whose question is the same. A
subscriber holds a bounded queue; one that reads too slowly for it goes on from the table, from where it stopped, so
nothing is missed and memory stays bounded. `Feed` keeps one tenant; `Feeds` keeps the process.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextvars import Context as Variables
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from core.kit.context import Context, Viewer, acting_for
from core.kit.database import is_unavailable
from core.kit.database.sql import bind
from core.kit.logging import get_logger
from core.kit.stream.listening import Listener
from core.kit.stream.reading import (
    BadCursor,
    Position,
    StoredEvent,
    is_held_back,
    position_now,
    read_after,
    seen,
)  # fmt: skip

log = get_logger(__name__)

MOST_WAITING = 200
"""Events that a subscriber's queue holds."""
PAGE = 200
POLL_SECONDS = 5.0
_HELD_BACK_SECONDS = 0.1
_TROUBLED_SECONDS = 0.5

Question = Callable[[Viewer], tuple[str, dict[str, object]]]
"""`viewer -> SQL condition over e, and its values`: which events this viewer asked for and may see."""
Renew = Callable[[], Awaitable[Context | None]]


class SubscriptionEnded(Exception):
    """There will be no more: the credential is over, or the process stops."""

    values: ClassVar[dict[str, str]] = {}

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        self.extensions = {"code": code}
        super().__init__(message)


def _over() -> SubscriptionEnded:
    return SubscriptionEnded("UNAUTHENTICATED", "This token is unknown, expired or revoked; sign in again.")


def _going() -> SubscriptionEnded:
    return SubscriptionEnded("GOING_AWAY", "The server restarts; subscribe again.")


@dataclass(frozen=True, slots=True)
class Interest:
    """What a subscriber waits for. `types` and `subject` spare questions; the condition decides."""

    question: Question
    types: frozenset[str] | None = None
    subject: UUID | None = None

    def may_want(self, event: StoredEvent) -> bool:
        return (self.types is None or event.type in self.types) and self.subject in (None, event.subject_id)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event for a subscriber, and who they are by now."""

    event: StoredEvent
    viewer: Viewer


@dataclass(eq=False)
class Subscriber:
    """One who waits. `is_behind` once the queue ran over: what is in the table must be read from there."""

    interest: Interest
    renew: Renew
    room: int
    queue: deque[Arrived] = field(default_factory=deque)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    is_behind: bool = False
    ended: SubscriptionEnded | None = None

    def give(self, arrived: Arrived) -> None:
        if len(self.queue) >= self.room:
            self.is_behind = True
        if not self.is_behind:
            self.queue.append(arrived)
        self.woken.set()

    def end(self, error: SubscriptionEnded) -> None:
        self.ended = error
        self.woken.set()


async def _judge(waiting: Sequence[tuple[Subscriber, Viewer]], events: Sequence[StoredEvent]) -> None:
    """Give each subscriber what they may see of these events: one statement for each question that differs."""
    asked: dict[tuple[str, str], tuple[str, dict[str, object], list[tuple[Subscriber, Viewer]]]] = {}
    for subscriber, viewer in waiting:
        condition, values = subscriber.interest.question(viewer)
        bound, arguments = bind(condition, values)
        alike = asked.setdefault((bound, repr(arguments)), (condition, values, []))
        alike[2].append((subscriber, viewer))
    for condition, values, alike_ones in asked.values():
        wanted = [each for each in events if any(one.interest.may_want(each) for one, _ in alike_ones)]
        visible = await seen([each.id for each in wanted], condition, values)
        for subscriber, viewer in alike_ones:
            for event in wanted:
                if event.id in visible and subscriber.interest.may_want(event):
                    subscriber.give(Arrived(event, viewer))


class Feed:
    """One tenant's new events, read once and given to all who wait. Runs while there is anybody."""

    def __init__(self, tenant_id: UUID, position: Position) -> None:
        self.tenant_id = tenant_id
        self.position = position
        self.subscribers: set[Subscriber] = set()
        self.woken = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. A stopped database is waited for."""
        with acting_for(self.tenant_id):
            while True:
                self.woken.clear()
                try:
                    wait = await self._read()
                except Exception as error:  # the task runner: subscribers wait for it
                    _tell("feed.cannot_read", error)
                    wait = _TROUBLED_SECONDS
                try:
                    async with asyncio.timeout(wait):
                        await self.woken.wait()
                except TimeoutError:
                    pass

    async def _read(self) -> float:
        """Read and give out what is new, and say how long to wait for a wake-up."""
        while events := await read_after(self.position, limit=PAGE):
            # Whoever comes from here on reads these from the table.
            waiting, self.position = list(self.subscribers), events[-1].position
            await self._give_out(waiting, events)
        return _HELD_BACK_SECONDS if await is_held_back() else POLL_SECONDS

    async def _give_out(self, waiting: Sequence[Subscriber], events: Sequence[StoredEvent]) -> None:
        concerned = [each for each in waiting if any(map(each.interest.may_want, events))]
        try:
            renewed = await asyncio.gather(*(each.renew() for each in concerned))
            for subscriber, ctx in zip(concerned, renewed, strict=True):
                if ctx is None:
                    subscriber.end(_over())
            await _judge(
                [(each, ctx.viewer) for each, ctx in zip(concerned, renewed, strict=True) if ctx], events
            )
        except Exception as error:  # the task runner: they read from the table, as soon as that works
            _tell("feed.cannot_judge", error)
            for subscriber in concerned:
                subscriber.is_behind = True
                subscriber.woken.set()


class Feeds:
    """The feeds of a process. Nothing runs while nobody waits."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._is_closed = False

    async def arrivals(
        self, ctx: Context, interest: Interest, renew: Renew, after: Position | None = None
    ) -> AsyncGenerator[Arrived, None]:
        """Events after a position, from now where there is none, in order, each once. The tenant must be the current
        one. Raises SubscriptionEnded, and BadCursor for a position that is not reached yet."""
        now = await position_now()
        if after is not None and after > now:
            raise BadCursor
        place = _Place(after or now)
        while True:
            async for arrived in _from_table(interest, renew, place, None):
                yield arrived
            feed, subscriber = self._join(ctx.tenant_id, place.position, interest, renew)
            try:
                async for arrived in _from_table(interest, renew, place, feed.position):
                    yield arrived
                async for arrived in _from_queue(subscriber, place):
                    yield arrived
            finally:
                self._leave(feed, subscriber)

    def _join(
        self, tenant_id: UUID, position: Position, interest: Interest, renew: Renew
    ) -> tuple[Feed, Subscriber]:
        if self._is_closed:
            raise _going()
        if self._listening is None:
            # In a context of its own: it must not carry the first subscriber's tenant.
            self._listening = asyncio.get_running_loop().create_task(
                self._listener.run(self._heard), context=Variables()
            )
        if tenant_id not in self._feeds:
            feed = Feed(tenant_id, position)
            self._feeds[tenant_id] = (
                feed,
                asyncio.get_running_loop().create_task(feed.run(), context=Variables()),
            )
        feed, subscriber = self._feeds[tenant_id][0], Subscriber(interest, renew, MOST_WAITING)
        feed.subscribers.add(subscriber)
        return feed, subscriber

    def _leave(self, feed: Feed, subscriber: Subscriber) -> None:
        feed.subscribers.discard(subscriber)
        held = self._feeds.get(feed.tenant_id)
        if held is not None and held[0] is feed and not feed.subscribers:
            del self._feeds[feed.tenant_id]
            held[1].cancel()
        if not self._feeds and self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _heard(self, tenant_id: UUID | None) -> None:
        for feed, _ in self._feeds.values():
            if tenant_id in (None, feed.tenant_id):
                feed.woken.set()

    async def aclose(self) -> None:
        """Tell everybody that the process stops."""
        self._is_closed = True
        tasks = [task for _, task in self._feeds.values()] + [self._listening]
        for feed, _ in list(self._feeds.values()):
            for subscriber in list(feed.subscribers):
                subscriber.end(_going())
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._feeds.clear()
        self._listening = None


@dataclass
class _Place:
    """How far a subscriber has got."""

    position: Position

    def passes(self, position: Position) -> bool:
        """Move on to this position. False where it lies behind already."""
        is_ahead = position > self.position
        self.position = max(position, self.position)
        return is_ahead


async def _from_table(
    interest: Interest, renew: Renew, place: _Place, until: Position | None
) -> AsyncGenerator[Arrived, None]:
    """What is in the table by now, a page at a time; only up to a position where one is told."""
    while until is None or place.position < until:
        events = await read_after(place.position, limit=PAGE)
        told = [each for each in events if until is None or each.position <= until]
        if not told:
            return
        reading = Subscriber(interest, renew, PAGE)
        if (ctx := await renew()) is None:
            raise _over()
        await _judge([(reading, ctx.viewer)], told)
        for arrived in reading.queue:
            place.passes(arrived.event.position)
            yield arrived
        place.passes(told[-1].position)
        if len(events) < PAGE:
            return


async def _from_queue(subscriber: Subscriber, place: _Place) -> AsyncGenerator[Arrived, None]:
    """What comes in, until the queue ran over. Raises SubscriptionEnded."""
    while True:
        subscriber.woken.clear()
        while subscriber.queue:
            arrived = subscriber.queue.popleft()
            if place.passes(arrived.event.position):
                yield arrived
        if subscriber.ended is not None:
            raise subscriber.ended
        if subscriber.is_behind:
            return
        await subscriber.woken.wait()


def _tell(event: str, error: Exception) -> None:
    if is_unavailable(error) or isinstance(error, TimeoutError):
        log.warning(event, error=type(error).__name__)
    else:
        log.error(event, exc_info=error)

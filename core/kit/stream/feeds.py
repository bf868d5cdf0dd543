"""Feeds: committed events to those of this process who wait for them.

A process listens once, and reads each new event of a tenant once, whatever the number of subscribers. Whether a
subscriber may see an event is asked anew for each event, in one statement for all whose question differs in
nothing but who asks. A subscriber whose `Take` tells events at once is not woken for them. The others hold a bounded
queue; one that reads too slowly for it goes on from the table, from where it stopped, so nothing is missed and memory
stays bounded. `Feed` keeps one tenant; `Feeds` keeps the process.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Hashable, Sequence
from contextvars import Context as Variables
from uuid import UUID

from core.kit.context import Context, acting_for
from core.kit.database import is_unavailable
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
    seen_by_each,
)  # fmt: skip
from core.kit.stream.subscribers import (
    Arrived,
    Asked,
    Interest,
    Place,
    Renew,
    Subscriber,
    Take,
    going,
    over,
)

log = get_logger(__name__)

MOST_WAITING = 200
"""Events that a subscriber's queue holds."""
PAGE = 200
POLL_SECONDS = 5.0
_HELD_BACK_SECONDS = 0.1
_TROUBLED_SECONDS = 0.5


async def _judge(subscribers: Sequence[Subscriber], events: Sequence[StoredEvent]) -> None:
    """Give each subscriber what they may see of these events: one statement for each question that differs in more than
    who asks."""
    asked: dict[Hashable, dict[tuple[object, ...], list[Subscriber]]] = {}
    for subscriber in subscribers:
        question = Asked.by(subscriber)
        asked.setdefault(question.alike, {}).setdefault(question.own, []).append(subscriber)
    for by_own in asked.values():
        groups = list(by_own.values())
        wanted = [
            each for each in events if any(one.interest.may_want(each) for group in groups for one in group)
        ]
        firsts = [group[0].asked for group in groups]
        visible = await _visible(wanted, [each for each in firsts if each is not None])
        for group, ids in zip(groups, visible, strict=True):
            for subscriber in group:
                for event in wanted:
                    if event.id in ids and subscriber.interest.may_want(event):
                        subscriber.give(Arrived(event, subscriber.ctx.viewer))


async def _visible(events: Sequence[StoredEvent], asked: Sequence[Asked]) -> list[set[UUID]]:
    """What each of those who ask alike may see."""
    condition, ids = asked[0].condition, [each.id for each in events]
    if len(asked) == 1:
        return [await seen(ids, condition, asked[0].values)]
    return await seen_by_each(ids, condition, asked[0].values, [each.viewer for each in asked])


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
        is_full = True
        while is_full and (events := await read_after(self.position, limit=PAGE)):
            # Whoever comes from here on reads these from the table.
            waiting, self.position = list(self.subscribers), events[-1].position
            await self._give_out(waiting, events)
            is_full = len(events) == PAGE
        return _HELD_BACK_SECONDS if await is_held_back() else POLL_SECONDS

    async def _give_out(self, waiting: Sequence[Subscriber], events: Sequence[StoredEvent]) -> None:
        concerned = [each for each in waiting if any(map(each.interest.may_want, events))]
        try:
            await _judge(await _still_entitled(concerned), events)
        except Exception as error:  # the task runner: they read from the table, as soon as that works
            _tell("feed.cannot_judge", error)
            for subscriber in concerned:
                subscriber.fall_behind()


async def _still_entitled(subscribers: Sequence[Subscriber]) -> list[Subscriber]:
    """Those whose credential is good now, each with their context as of now; the others are told that it is over."""
    together: dict[Renew, list[Subscriber]] = {}
    for each in subscribers:
        together.setdefault(each.renew, []).append(each)
    entitled = []
    for renew, ones in together.items():
        for subscriber, ctx in zip(ones, await renew([each.ctx for each in ones]), strict=True):
            if ctx is None:
                subscriber.end(over())
            else:
                subscriber.ctx = ctx
                entitled.append(subscriber)
    return entitled


class Feeds:
    """The feeds of a process. Nothing runs while nobody waits."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._is_closed = False

    def arrivals(
        self, ctx: Context, interest: Interest, renew: Renew, after: Position | None = None
    ) -> "Arrivals":
        """Events after a position, from now where there is none, in order, each once. The tenant must be the current
        one. Iterating raises SubscriptionEnded, and BadCursor for a position that is not reached yet."""
        return Arrivals(self, ctx, interest, renew, after)

    async def iterate(self, arrivals: "Arrivals") -> AsyncGenerator[Arrived, None]:
        """What `Arrivals` iterates over."""
        now = await position_now()
        if arrivals.after is not None and arrivals.after > now:
            raise BadCursor
        place = Place(arrivals.after or now)
        while True:
            async for arrived in _from_table(arrivals, place, None):
                yield arrived
            feed, subscriber = self._join(arrivals, place)
            try:
                async for arrived in _from_table(arrivals, place, feed.position):
                    yield arrived
                async for arrived in _from_queue(subscriber):
                    yield arrived
            finally:
                self._leave(feed, subscriber)

    def _join(self, arrivals: "Arrivals", place: Place) -> tuple[Feed, Subscriber]:
        if self._is_closed:
            raise going()
        if self._listening is None:
            # In a context of its own: it must not carry the first subscriber's tenant.
            self._listening = asyncio.get_running_loop().create_task(
                self._listener.run(self._heard), context=Variables()
            )
        tenant_id = arrivals.ctx.tenant_id
        if tenant_id not in self._feeds:
            feed = Feed(tenant_id, place.position)
            self._feeds[tenant_id] = (
                feed,
                asyncio.get_running_loop().create_task(feed.run(), context=Variables()),
            )
        feed, subscriber = self._feeds[tenant_id][0], arrivals.subscriber(MOST_WAITING, place)
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
                subscriber.end(going())
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._feeds.clear()
        self._listening = None


class Arrivals(AsyncIterator[Arrived]):
    """Events for one who waits, to be iterated over once. With `take` set before that begins, those that come while
    the iterating waits are told by it."""

    def __init__(
        self, feeds: Feeds, ctx: Context, interest: Interest, renew: Renew, after: Position | None
    ) -> None:
        self.ctx, self.interest, self.renew, self.after = ctx, interest, renew, after
        self.take: Take | None = None
        self._arriving = feeds.iterate(self)

    def subscriber(self, room: int, place: Place) -> Subscriber:
        """One of this interest who waits, at a place."""
        return Subscriber(self.interest, self.ctx, self.renew, room, place, self.take)

    async def __anext__(self) -> Arrived:
        return await anext(self._arriving)

    async def aclose(self) -> None:
        """Nothing is waited for any more."""
        await self._arriving.aclose()


async def _from_table(
    arrivals: Arrivals, place: Place, until: Position | None
) -> AsyncGenerator[Arrived, None]:
    """What is in the table by now, a page at a time; only up to a position where one is told."""
    while until is None or place.position < until:
        events = await read_after(place.position, limit=PAGE)
        told = [each for each in events if until is None or each.position <= until]
        if not told:
            return
        if any(map(arrivals.interest.may_want, told)):
            reading = arrivals.subscriber(PAGE, place)
            if not await _still_entitled([reading]):
                raise over()
            await _judge([reading], told)
            for arrived in reading.queue:
                place.passes(arrived.event.position)
                yield arrived
        place.passes(told[-1].position)
        if len(events) < PAGE:
            return


async def _from_queue(subscriber: Subscriber) -> AsyncGenerator[Arrived, None]:
    """What comes in and is not told otherwise, until the queue ran over. Raises SubscriptionEnded."""
    while True:
        subscriber.woken.clear()
        while subscriber.queue and not subscriber.is_telling:
            arrived = subscriber.queue.popleft()
            if subscriber.place.passes(arrived.event.position):
                yield arrived
        if subscriber.ended is not None:
            raise subscriber.ended
        if subscriber.is_behind and not subscriber.is_telling:
            return
        subscriber.is_idle = True
        await subscriber.woken.wait()
        subscriber.is_idle = False


def _tell(event: str, error: Exception) -> None:
    if is_unavailable(error) or isinstance(error, TimeoutError):
        log.warning(event, error=type(error).__name__)
    else:
        log.error(event, exc_info=error)

"""Those who wait for events: what they wait for, how far they have got, and how an event reaches them."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database.sql import names_in
from core.kit.stream.reading import Position, StoredEvent

Question = Callable[[Viewer], tuple[str, dict[str, object]]]
"""`viewer -> SQL condition over e, and its values`: which events this viewer asked for and may see. It depends on
nothing else, so that it need not be asked for again while the viewer stays the same."""
Renew = Callable[[Sequence[Context]], Awaitable[list[Context | None]]]
"""Contexts as they would be now, asked for together; None for those whose credential is over."""


class SubscriptionEnded(Exception):
    """There will be no more: the credential is over, or the process stops."""

    values: ClassVar[dict[str, str]] = {}

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        self.extensions = {"code": code}
        super().__init__(message)


def over() -> SubscriptionEnded:
    return SubscriptionEnded("UNAUTHENTICATED", "This token is unknown, expired or revoked; sign in again.")


def going() -> SubscriptionEnded:
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

    @property
    def event_id(self) -> UUID:
        return self.event.id


Take = Callable[[Arrived, Callable[[bool], None]], bool | None]
"""`take(arrived, later)`: whether an event was told at once, to somebody who waits for it. None where that is not known
yet: `later` is called with the answer. What was not told is iterated over, as it would be without a `Take`."""


@dataclass(eq=False, slots=True)
class Subscriber:
    """One who waits. `is_behind` once the queue ran over: what is in the table must be read from there."""

    interest: Interest
    ctx: Context
    """Who they were when last looked at."""
    renew: Renew
    room: int
    place: "Place"
    take: Take | None = None
    queue: deque[Arrived] = field(default_factory=deque)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    is_idle: bool = False
    """Whether everything before was told, so that the next event may be told without waking whoever iterates."""
    is_telling: bool = False
    """Whether the first of the queue is being told."""
    is_behind: bool = False
    ended: SubscriptionEnded | None = None
    asked: "Asked | None" = None

    def give(self, arrived: Arrived) -> None:
        if len(self.queue) >= self.room:
            self.is_behind = True
        if not self.is_behind:
            self.queue.append(arrived)
        self.go_on()

    def go_on(self) -> None:
        """Tell what can be told at once, in order; wake whoever iterates for the rest."""
        while self.is_idle and self.take is not None and self.queue and not self.is_telling:
            arrived = self.queue[0]
            told = arrived.event.position <= self.place.position or self.take(arrived, self._told)
            self.is_telling = told is None
            if told is False:
                break
            if told:
                self._pass(arrived)
        if (self.queue or self.is_behind) and not self.is_telling:
            self.wake()

    def _told(self, told: bool) -> None:
        self.is_telling = False
        if told:
            self._pass(self.queue[0])
            self.go_on()
        else:
            self.wake()

    def _pass(self, arrived: Arrived) -> None:
        self.queue.popleft()
        self.place.passes(arrived.event.position)

    def end(self, error: SubscriptionEnded) -> None:
        self.ended = error
        self.wake()

    def fall_behind(self) -> None:
        self.is_behind = True
        self.go_on()

    def wake(self) -> None:
        self.is_idle = False
        self.woken.set()


@dataclass(frozen=True, slots=True)
class Asked:
    """A subscriber's question, bound. Those with the same `alike` differ in nothing but `own`."""

    viewer: Viewer
    condition: str
    values: dict[str, object]
    alike: Hashable
    own: tuple[object, ...]

    @classmethod
    def by(cls, subscriber: Subscriber) -> "Asked":
        """As long as the viewer is the same, so is the question."""
        viewer, asked = subscriber.ctx.viewer, subscriber.asked
        if asked is None or asked.viewer is not viewer:
            condition, values = subscriber.interest.question(viewer)
            named, of_viewer = names_in(condition), viewer.parameters()
            shared = {name: values[name] for name in named if name not in of_viewer}
            own = tuple(_settled(values[name]) for name in named if name not in shared)
            asked = subscriber.asked = cls(viewer, condition, values, (condition, repr(shared)), own)
        return asked


def _settled(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


@dataclass(slots=True)
class Place:
    """How far a subscriber has got."""

    position: Position

    def passes(self, position: Position) -> bool:
        """Move on to this position. False where it lies behind already."""
        is_ahead = position > self.position
        self.position = max(position, self.position)
        return is_ahead

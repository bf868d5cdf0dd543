"""A small schema with subscriptions that tests steer, and callers whose credentials tests take away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import strawberry
from starlette.requests import HTTPConnection
from strawberry.types import Info

from core.graphql.caller import DocumentMode
from core.graphql.errors import AuthenticationFailed, RequestError
from core.kit.stream.pushing import Push, Pushing


class DatabaseGone(Exception):
    """Stands for what a driver raises when the database cannot be reached."""


@dataclass(frozen=True)
class Person:
    """A caller; `token` is None for a visitor."""

    token: str | None = "good"
    tenant_key: str | None = "tenant"
    locale: str = "en"
    document_mode: DocumentMode = "any"
    via_cookie: bool = False
    is_sure: bool = True
    rights: frozenset[str] = frozenset({"read"})
    viewer: str = "ann"

    @property
    def bucket_key(self) -> str:
        return f"token:{self.token}"


@dataclass
class Door:
    """Knows the tokens. What a test changes here is what a renewal sees."""

    tokens: dict[str, Person] = field(default_factory=dict)
    looks: list[list[str]] = field(default_factory=list)
    fail_with: Exception | None = None
    opened: list["Context"] = field(default_factory=list)
    closed: int = 0

    async def authenticate(self, connection: HTTPConnection) -> Person:
        if self.fail_with is not None:
            raise self.fail_with
        token = connection.headers.get("authorization", "").removeprefix("Bearer ")
        if connection.cookies.get("session"):
            return Person(via_cookie=True)
        if not token:
            return Person(token=None, tenant_key=None)
        if token not in self.tokens:
            raise AuthenticationFailed("UNAUTHENTICATED", "This token is unknown, expired or revoked.")
        language = connection.headers.get("accept-language")
        return replace(self.tokens[token], locale="zh-Hans" if language == "zh-Hans" else "en")

    async def renew(self, callers: Sequence[Any]) -> list[Any]:
        self.looks.append([str(caller.token) for caller in callers])
        if self.fail_with is not None:
            raise self.fail_with
        return [self._now(caller) for caller in callers]

    def _now(self, caller: Person) -> Person | None:
        if caller.token is None:
            return caller
        found = self.tokens.get(caller.token)
        return found and replace(found, locale=caller.locale)

    def has_lost(self, before: Any, now: Any) -> bool:
        return not before.rights <= now.rights

    def as_viewer(self, caller: Any, viewer: Any) -> Any:
        return replace(caller, viewer=viewer)

    @asynccontextmanager
    async def open_context(self, caller: Any, _connection: HTTPConnection) -> AsyncIterator["Context"]:
        context = Context(caller, self)
        self.opened.append(context)
        try:
            yield context
        finally:
            self.closed += 1


@dataclass
class Context:
    """What resolvers see."""

    caller: Person
    door: Door


@strawberry.type
class Tick:
    number: int
    cursor: str
    viewer: strawberry.Private[Any] = None

    @strawberry.field
    def seen_by(self, info: Info[Context, None]) -> str:
        return info.context.caller.viewer

    @strawberry.field
    def secret(self) -> str | None:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.Event().wait()
        return None

    @strawberry.field
    def from_the_database(self) -> str | None:
        raise DatabaseGone("connection refused")


class Feed:
    """The events of all subscriptions; a test adds to it."""

    def __init__(self) -> None:
        self.ticks: list[Any] = []
        self.more = asyncio.Event()
        self.readers = 0

    def add(self, *ticks: Any) -> None:
        """Numbers become ticks; an exception is raised where it stands."""
        self.ticks += [
            Tick(number=tick, cursor=f"c{tick}") if isinstance(tick, int) else tick for tick in ticks
        ]
        self.more.set()
        self.more = asyncio.Event()

    async def read(self, after: int) -> AsyncIterator[Tick]:
        self.readers += 1
        try:
            while True:
                more = self.more
                for tick in self.ticks[after:]:
                    after += 1
                    if isinstance(tick, Exception):
                        raise tick
                    if tick is None:
                        return
                    yield tick
                await more.wait()
        finally:
            self.readers -= 1


@dataclass
class Arrival:
    """A text on its way to a subscriber."""

    event_id: Any
    viewer: Any = None


class Pushed(Pushing[str]):
    """Texts, each pushed where that is possible. What is not pushed is iterated over."""

    def __init__(self) -> None:
        self.push: Push = lambda *_: False
        self.texts: asyncio.Queue[str | None] = asyncio.Queue()
        """None is the end."""
        self.is_closed = False

    def push_to(self, push: Push) -> None:
        self.push = push

    def tell(self, text: str) -> bool:
        """Whether it was pushed."""
        told = self.push(Arrival(text), lambda: text, lambda _told: None)
        if not told:
            self.texts.put_nowait(text)
        return bool(told)

    async def __anext__(self) -> str:
        if (text := await self.texts.get()) is None:
            raise StopAsyncIteration
        return text

    async def aclose(self) -> None:
        self.is_closed = True


FLOODS = [0, 0]
PUSHED: list[Pushed] = []
"""The sources of the test that runs."""
FEED: list[Feed] = []
"""The feed of the test that runs."""


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, info: Info[Context, None]) -> str:
        return f"hello {info.context.caller.viewer} in {info.context.caller.locale}"

    @strawberry.field(description="How many floods have begun, and how many have ended.")
    def floods(self) -> list[int]:
        return FLOODS

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    async def endless(self) -> str | None:
        await asyncio.Event().wait()
        return None


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, text: str = "") -> str | None:
        return text

    @strawberry.mutation(description="One more event; its number.")
    def tick(self) -> int:
        number = len(FEED[0].ticks) + 1
        FEED[0].add(number)
        return number

    @strawberry.mutation
    def revoke(self, info: Info[Context, None], token: str) -> bool:
        return info.context.door.tokens.pop(token, None) is not None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, after: str | None = None) -> AsyncIterator[Tick]:
        """Events after the one whose cursor is given; all of them without."""
        if after is not None and not after.removeprefix("c").isdecimal():
            raise RequestError("BAD_CURSOR", "The cursor is none of ours.", argument="after")
        async for tick in FEED[0].read(int(after.removeprefix("c")) if after else 0):
            yield tick

    @strawberry.subscription
    async def flood(self, size: int = 100_000) -> AsyncIterator[str]:
        """More than anybody reads, of this many characters each."""
        FLOODS[0] += 1
        try:
            while True:
                yield "x" * size
                await asyncio.sleep(0)
        finally:
            FLOODS[1] += 1

    @strawberry.subscription
    async def pushed(self) -> AsyncIterator[str]:
        PUSHED.append(Pushed())
        return PUSHED[-1]

    @strawberry.subscription
    async def refused(self) -> AsyncIterator[int]:
        if FEED:
            raise RequestError("FORBIDDEN", "You need the permission tick.read for this.")
        yield 1

    @strawberry.subscription
    async def count(self, to: int) -> AsyncIterator[int]:
        for number in range(1, to + 1):
            yield number


schema = strawberry.Schema(Query, Mutation, Subscription)

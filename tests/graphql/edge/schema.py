"""A small schema with everything the edge has to cope with, and a caller to send requests as."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

import strawberry
from starlette.requests import HTTPConnection
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from core.graphql.caller import Caller, DocumentMode
from core.graphql.errors import RequestError
from core.graphql.limits import current_allowance
from core.kit.errors import LimitExceeded, NotFound


@dataclass(frozen=True)
class Person:
    """A caller."""

    tenant_key: str | None = "tenant"
    bucket_key: str = "person"
    locale: str = "en"
    document_mode: DocumentMode = "any"
    via_cookie: bool = False
    is_sure: bool = True


@dataclass
class Context:
    """What resolvers see; remembers what they did."""

    caller: Caller
    slow_started: asyncio.Event
    events: list[str] = field(default_factory=list)


class DatabaseGone(Exception):
    """Stands for what a driver raises when the database cannot be reached."""


class Unserialisable:
    """No JSON encoder knows this."""


Anything = NewType("Anything", object)


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.type
class PageInfo:
    has_next_page: bool = False


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Author(Node):
    name: str = "Ann"

    @strawberry.field
    def friends(self, first: int = 3) -> list["Author"]:
        return [Author(id=strawberry.ID(f"a{number}")) for number in range(first)]


@strawberry.type
class Message(Node):
    author: Author
    text: str = "hello"
    tags: list[Author] = strawberry.field(default_factory=list, metadata={"list_size": 2})


@strawberry.type
class MessageConnection:
    nodes: list[Message]
    page_info: PageInfo


@strawberry.type
class Ticket(Node):
    title: str = "A ticket"

    @strawberry.field
    def messages(self, first: int = 20) -> MessageConnection:
        return MessageConnection(nodes=[], page_info=PageInfo())

    @strawberry.field(metadata={"cost": 7})  # type: ignore[untyped-decorator]
    def summary(self) -> str:
        return "dear"


@strawberry.type
class TicketEdge:
    node: Ticket


@strawberry.type
class TicketConnection:
    edges: list[TicketEdge]
    nodes: list[Ticket]
    page_info: PageInfo


@strawberry.input(one_of=True)
class Choice:
    text: strawberry.Maybe[str]
    number: strawberry.Maybe[int]


@strawberry.input
class Patch:
    title: strawberry.Maybe[str | None]
    colour: Colour = Colour.RED


@strawberry.input
class Label:
    text: strawberry.Maybe[str]


@strawberry.type
class Allowance:
    cost: int
    remaining: int


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def me(self, info: Info[Context, None]) -> str:
        return info.context.caller.bucket_key

    @strawberry.field
    def tickets(self, first: int | None = None, last: int | None = None) -> TicketConnection | None:
        nodes = [Ticket(id=strawberry.ID(f"t{number}")) for number in range(min(first or 20, 100))]
        return TicketConnection(
            nodes=nodes, edges=[TicketEdge(node=it) for it in nodes], page_info=PageInfo()
        )

    @strawberry.field
    def node(self, id: strawberry.ID) -> Node | None:
        return Ticket(id=id)

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Node | None]:
        return [Ticket(id=id) for id in ids]

    @strawberry.field
    def colour(self, of: Colour) -> Colour:
        return of

    @strawberry.field
    def choice(self, it: Choice) -> str:
        return f"text {it.text.value}" if it.text else f"number {it.number.value if it.number else None}"

    @strawberry.field
    def patch(self, it: Patch) -> str:
        return f"{'absent' if it.title is None else repr(it.title.value)} {it.colour}"

    @strawberry.field
    def label(self, it: Label) -> str:
        return it.text.value if it.text else "absent"

    @strawberry.field
    def echo(self, value: Anything) -> Anything:
        return value

    @strawberry.field
    def rate_limit(self) -> Allowance:
        allowance = current_allowance.get()
        assert allowance is not None
        return Allowance(cost=allowance.cost, remaining=allowance.remaining)

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    def broken_strictly(self) -> str:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    def refused(self) -> str | None:
        raise RequestError("BAD_CURSOR", "The cursor belongs to another list.", argument="after")

    @strawberry.field
    def missing(self) -> str | None:
        raise NotFound

    @strawberry.field
    def exceeded(self) -> str | None:
        raise LimitExceeded(limit=7)

    @strawberry.field
    def many_broken(self) -> list[str | None]:
        return [{"not": "a string"} for _ in range(10)]  # type: ignore[misc]

    @strawberry.field
    def unserialisable(self) -> Anything:
        return Anything(Unserialisable())

    @strawberry.field
    def database(self) -> str | None:
        try:
            raise DatabaseGone("connection refused")
        except DatabaseGone as error:
            raise RuntimeError("query failed") from error

    @strawberry.field
    async def slow(self, info: Info[Context, None], seconds: float = 30.0) -> str | None:
        info.context.events.append("started")
        info.context.slow_started.set()
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            info.context.events.append("cancelled")
            raise
        info.context.events.append("finished")
        return "late"

    @strawberry.field
    async def own_timeout(self) -> str | None:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(30)
        return None


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, info: Info[Context, None], text: str = "") -> str | None:
        info.context.events.append(f"wrote {text}")
        return text


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        yield 1


schema = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    types=[Author, Message],
    config=StrawberryConfig(
        scalar_map={
            Anything: strawberry.scalar(name="Anything", serialize=lambda it: it, parse_value=lambda it: it),
        }
    ),
)


class Contexts:
    """Opens the contexts of one test, and keeps them to look at."""

    def __init__(self) -> None:
        self.opened: list[Context] = []
        self.fail_with: Exception | None = None
        self.slow_started = asyncio.Event()

    @asynccontextmanager
    async def open(self, caller: Caller, _connection: HTTPConnection) -> AsyncIterator[Context]:
        if self.fail_with is not None:
            raise self.fail_with
        context = Context(caller, self.slow_started)
        self.opened.append(context)
        try:
            yield context
        finally:
            context.events.append("closed")

    @property
    def events(self) -> list[str]:
        return [event for context in self.opened for event in context.events]

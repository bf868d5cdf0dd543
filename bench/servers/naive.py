"""The page as people write it: Strawberry types with a resolver for each relation, objects of Tortoise, a dataloader for
each relation, the stock ASGI application. Nothing is done badly: to-one relations are read together, tags by two
statements for the page, and the page by its index. It authenticates and sets the tenant as the product does."""

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from bench.servers.authenticating import Pools
from core.groups import models as groups
from core.identity import models as identity
from core.kit.context import acting_for
from core.kit.database import Database, open_database
from core.kit.graph.paging import Order, write_cursor
from core.kit.graph.scalars import DateTime
from core.kit.ids import to_global
from core.tickets import models as tickets
from core.tickets.graphql.enums import StatusCategory, TicketSource, TicketState

Info: TypeAlias = strawberry.Info[Mapping[str, Any], None]


@strawberry.type
class Named:
    """A user, a group or a tag."""

    id: strawberry.ID
    name: str

    @classmethod
    def of(cls, prefix: str, row: Any) -> "Named":
        return cls(id=strawberry.ID(to_global(prefix, row.id)), name=row.name)


@strawberry.type
class Message:
    id: strawberry.ID
    body_text: str
    created_at: datetime

    @classmethod
    def of(cls, message: tickets.Message) -> "Message":
        return cls(
            id=strawberry.ID(to_global("msg", message.id)),
            body_text=message.body_text,
            created_at=message.created_at,
        )


@strawberry.type
class Ticket:
    id: strawberry.ID
    number: str
    title: str
    state: TicketState
    status_category: StatusCategory
    source: TicketSource
    created_at: datetime
    updated_at: datetime
    version: int
    external_id: str | None
    due_at: datetime | None
    row: strawberry.Private[tickets.Ticket]

    @classmethod
    def of(cls, ticket: tickets.Ticket) -> "Ticket":
        return cls(
            id=strawberry.ID(to_global("tkt", ticket.id)), number=str(ticket.number), title=ticket.title,
            state=TicketState(ticket.state), status_category=StatusCategory(ticket.status_category),
            source=TicketSource(ticket.source), created_at=ticket.created_at, updated_at=ticket.updated_at,
            version=ticket.version, external_id=ticket.external_id, due_at=ticket.due_at, row=ticket,
        )  # fmt: skip

    @strawberry.field
    async def requester(self, info: Info) -> Named:
        return Named.of("usr", await info.context["users"].load(self.row.requester_id))

    @strawberry.field
    async def assignee(self, info: Info) -> Named | None:
        if self.row.assignee_id is None:
            return None
        return Named.of("usr", await info.context["users"].load(self.row.assignee_id))

    @strawberry.field
    async def group(self, info: Info) -> Named | None:
        if self.row.group_id is None:
            return None
        return Named.of("grp", await info.context["groups"].load(self.row.group_id))

    @strawberry.field
    async def tags(self, info: Info) -> list[Named]:
        return [Named.of("tag", each) for each in await info.context["tags"].load(self.row.id)]

    @strawberry.field
    async def last_message(self, info: Info) -> Message | None:
        if self.row.last_message_id is None:
            return None
        return Message.of(await info.context["messages"].load(self.row.last_message_id))


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class TicketConnection:
    nodes: list[Ticket]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    async def tickets(self, info: Info, first: int = 20) -> TicketConnection:
        rows = await tickets.Ticket.filter(state="ACTIVE").order_by("-updated_at", "-id").limit(first + 1)
        kept = rows[:first]
        cursor = None
        if kept:
            cursor = write_cursor(Order(("UPDATED_AT",), True), [kept[-1].updated_at, kept[-1].id])
        return TicketConnection(
            nodes=[Ticket.of(each) for each in kept],
            page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=cursor),
        )


def _by_key(model: Any) -> Callable[[Sequence[UUID]], Awaitable[list[Any]]]:
    async def load(keys: Sequence[UUID]) -> list[Any]:
        found = {each.id: each for each in await model.filter(id__in=keys)}
        return [found.get(key) for key in keys]

    return load


async def _tags_of(keys: Sequence[UUID]) -> list[list[tickets.Tag]]:
    links = await tickets.TicketTag.filter(ticket_id__in=keys)
    tags = await tickets.Tag.filter(id__in={each.tag_id for each in links}).order_by("name", "id")
    linked: dict[UUID, set[UUID]] = defaultdict(set)
    for each in links:
        linked[each.ticket_id].add(each.tag_id)
    return [[tag for tag in tags if tag.id in linked[key]] for key in keys]


class Api(GraphQL[Any, None]):
    """The stock application, with who asks and the loaders of one request as its context."""

    def __init__(self, schema: strawberry.Schema, pools: Pools) -> None:
        super().__init__(schema)
        self._pools = pools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        viewer = await self._pools.viewer(Request(scope).headers["authorization"])
        with acting_for(viewer.tenant_id):
            await super().__call__(scope, receive, send)

    async def get_context(self, request: Any, response: Any) -> Any:
        return {
            "users": DataLoader(_by_key(identity.User)), "groups": DataLoader(_by_key(groups.Group)),
            "messages": DataLoader(_by_key(tickets.Message)), "tags": DataLoader(_tags_of),
        }  # fmt: skip


def application() -> Starlette:
    """For uvicorn's factory."""
    url = os.environ["DESKGRAPH_DATABASE_URL"]
    pools = Pools(url)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with open_database(Database(url=url)):
            await pools.open()
            yield
            await pools.close()

    schema = strawberry.Schema(query=Query, scalar_overrides={datetime: DateTime})
    return Starlette(routes=[Mount("/", Api(schema, pools))], lifespan=lifespan)

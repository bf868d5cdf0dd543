"""An edge with a schema of the tests' own, and clients of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from core.graphql.endpoint import Edge
from core.graphql.live import LiveOptions
from core.graphql.live.subscribing import Share
from core.graphql.options import EdgeOptions
from tests.live.schema import FEED, PUSHED, DatabaseGone, Door, Feed, Person, schema
from tests.live.wires import Socket, Stream

OPTIONS = LiveOptions(recheck_seconds=0.02)


@dataclass
class Desk:
    """The edge under test."""

    door: Door
    feed: Feed
    edge: Edge
    app: Any

    def socket(self, **options: Any) -> Socket:
        return Socket(self.app, **options)

    def stream(self, query: str = "subscription { ticks { number } }", **options: Any) -> Stream:
        options.setdefault("accept", "text/event-stream")
        return Stream(self.app, query, **options)


class Desks:
    """Makes edges with the options a test wants."""

    def __init__(self) -> None:
        self.feed = Feed()

    def __call__(self, *, edge: EdgeOptions | None = None, share: Share | None = None, **live: Any) -> Desk:
        door = Door({"good": Person(), "other": Person("other", viewer="bob")})
        made = Edge(
            schema, edge or EdgeOptions(), door.authenticate, door.open_context,
            is_unavailable=lambda error: isinstance(error, DatabaseGone),
            live=replace(OPTIONS, **live), renewal=door, share=share,
        )  # fmt: skip
        app = Starlette(routes=[Route("/graphql", made), WebSocketRoute("/graphql", made.socket)])
        return Desk(door, self.feed, made, app)


@pytest.fixture
async def make() -> AsyncIterator[Desks]:
    desks = Desks()
    FEED.append(desks.feed)
    yield desks
    FEED.clear()
    PUSHED.clear()


@pytest.fixture
def desk(make: Desks) -> Desk:
    return make()

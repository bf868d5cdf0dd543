"""Sends ASGI messages to an endpoint and reads its answer; nothing in between that would tidy them up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import HTTPConnection
from starlette.types import Message

from core.graphql.endpoint import Edge
from core.graphql.options import EdgeOptions
from tests.graphql.edge.schema import Contexts, DatabaseGone, Person, schema


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json.get("errors", [])]

    @property
    def data(self) -> Any:
        assert "errors" not in self.json, self.json["errors"]
        return self.json["data"]


def is_database_gone(error: BaseException) -> bool:
    return isinstance(error, DatabaseGone)


def in_capitals(message: str, locale: str) -> str:
    """A language of its own, so that a test sees what was translated."""
    return message.replace("The ", "THE ") if locale == "shouted" else message


@dataclass
class Client:
    """One endpoint, and the caller every request is taken to come from."""

    options: EdgeOptions = field(default_factory=EdgeOptions)
    person: Person = field(default_factory=Person)
    refuse_with: Exception | None = None
    recognised: asyncio.Event | None = None
    """Callers are known once this is set."""
    contexts: Contexts = field(default_factory=Contexts)

    def __post_init__(self) -> None:
        self.edge = Edge(
            schema,
            self.options,
            self._authenticate,
            self.contexts.open,
            is_unavailable=is_database_gone,
            localise=in_capitals,
        )

    async def _authenticate(self, _connection: HTTPConnection) -> Person:
        if self.recognised is not None:
            await self.recognised.wait()
        if self.refuse_with is not None:
            raise self.refuse_with
        return self.person

    async def send(
        self,
        method: str = "POST",
        *,
        body: bytes = b"",
        query_string: str = "",
        headers: dict[str, str] | None = None,
        chunks: Sequence[bytes] | None = None,
        hang_up: asyncio.Event | None = None,
        stalled: bool = False,
    ) -> Answer | None:
        """The answer to one HTTP message; None where the endpoint did not answer. A stalled one never has a body."""
        sent = {"host": "desk.example", "content-type": "application/json"} | (headers or {})
        scope = {
            "type": "http",
            "method": method,
            "path": "/graphql",
            "root_path": "",
            "scheme": "http",
            "server": ("desk.example", 80),
            "query_string": query_string.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items() if value],
        }
        waiting = [] if stalled else list(chunks if chunks is not None else [body])
        messages: list[Message] = []

        async def receive() -> Message:
            if waiting:
                chunk = waiting.pop(0)
                return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}
            await (hang_up or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.edge(scope, receive, send)
        if not messages:
            return None
        start, end = messages
        names = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], names, end["body"])

    async def post(self, members: object, **headers: str) -> Answer:
        """POST this as JSON; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.send(body=orjson.dumps(members), headers=named)
        assert answer is not None
        return answer

    async def ask(self, query: str, **variables: object) -> Answer:
        """POST a document as a client that knows `application/graphql-response+json`."""
        return await self.post(
            {"query": query, "variables": variables}, accept="application/graphql-response+json"
        )

    async def get(self, query_string: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.send("GET", query_string=query_string, headers=named)
        assert answer is not None
        return answer

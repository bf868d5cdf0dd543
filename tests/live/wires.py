"""Both ends of a connection without a network: what a server hands to an application, and what it gets back."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import ASGIApp, Message

from core.kit.sockets import SEND_NOW

PATIENCE = 30.0
"""Seconds after which a test gives up waiting for what must come."""

HOST = "desk.example"


async def soon(awaited: Any) -> Any:
    """What must come, waited for generously."""
    return await asyncio.wait_for(awaited, PATIENCE)


async def until(condition: Any) -> None:
    """Wait until this becomes true."""

    async def looking() -> None:
        while not condition():  # noqa: ASYNC110 - any condition of any object
            await asyncio.sleep(0.005)

    await soon(looking())


@dataclass
class Reader:
    """A client that reads, unless told not to: then whatever is sent to it waits."""

    inbox: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0

    def __post_init__(self) -> None:
        self.reads.set()

    def take_now(self, text: bytes) -> bool:
        """As our web server offers it (`SEND_NOW`)."""
        if self.reads.is_set():
            self.at_once += 1
            self.inbox.put_nowait({"type": "websocket.send", "text": text.decode()})
        return self.reads.is_set()

    async def take(self, message: Message) -> None:
        await self.reads.wait()
        self.inbox.put_nowait(message)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class Socket:
    """A client of graphql-transport-ws that may also break its rules."""

    def __init__(
        self, app: ASGIApp, *, protocols: tuple[str, ...] = ("graphql-transport-ws",), **headers: str
    ) -> None:
        self._app = app
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._scope = {
            "type": "websocket", "path": "/graphql", "root_path": "", "scheme": "ws", "query_string": b"",
            "headers": _raw({"host": HOST, **named}), "subprotocols": list(protocols),
            "client": ("127.0.0.1", 1), "server": (HOST, 80),
        }  # fmt: skip
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self.reader = Reader()
        self._scope["extensions"] = {SEND_NOW: self.reader.take_now}

    async def __aenter__(self) -> "Socket":
        self._outbox.put_nowait({"type": "websocket.connect"})
        self.served = asyncio.ensure_future(self._app(self._scope, self._outbox.get, self.reader.take))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hang_up()
        self.reader.reads.set()
        await soon(self.served)

    def hang_up(self) -> None:
        self._outbox.put_nowait({"type": "websocket.disconnect", "code": 1005})

    def text(self, text: str) -> None:
        self._outbox.put_nowait({"type": "websocket.receive", "text": text})

    def binary(self, data: bytes) -> None:
        self._outbox.put_nowait({"type": "websocket.receive", "bytes": data})

    def say(self, kind: str, **members: Any) -> None:
        self.text(orjson.dumps({"type": kind, **members}).decode())

    def subscribe(self, identity: str, query: str, **variables: Any) -> None:
        self.say("subscribe", id=identity, payload={"query": query, "variables": variables})

    async def message(self) -> Message:
        """The next ASGI message."""
        found: Message = await soon(self.reader.inbox.get())
        return found

    async def frame(self) -> Any:
        """The next frame; fails the test when the socket was closed instead."""
        message = await self.message()
        assert message["type"] == "websocket.send", message
        return orjson.loads(message["text"])

    async def closed(self) -> int:
        """The code the socket was closed with; what was sent before is skipped."""
        while (message := await self.message())["type"] != "websocket.close":
            pass
        return int(message["code"])

    async def opened(self, token: str | None = "good", **payload: Any) -> "Socket":
        """Accepted and acknowledged."""
        assert await self.message() == {
            "type": "websocket.accept", "subprotocol": "graphql-transport-ws", "headers": [],
        }  # fmt: skip
        if token is not None:
            payload["Authorization"] = f"Bearer {token}"
        self.say("connection_init", payload=payload)
        assert await self.frame() == {"type": "connection_ack"}
        return self


class Stream:
    """A client of a streamed HTTP response."""

    def __init__(
        self, app: ASGIApp, query: str, *, method: str = "POST", query_string: str = "",
        variables: dict[str, Any] | None = None, **headers: str,
    ) -> None:  # fmt: skip
        self._app = app
        named = {"host": HOST, "content-type": "application/json", "authorization": "Bearer good"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        self._scope = {
            "type": "http", "method": method, "path": "/graphql", "root_path": "", "scheme": "http",
            "query_string": query_string.encode(), "headers": _raw({k: v for k, v in named.items() if v}),
            "client": ("127.0.0.1", 1), "server": (HOST, 80),
        }  # fmt: skip
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        body = orjson.dumps({"query": query, "variables": variables or {}})
        self._outbox.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.reader = Reader()
        self._rest = b""
        self._over = False

    async def __aenter__(self) -> "Stream":
        self.served = asyncio.ensure_future(self._app(self._scope, self._outbox.get, self.reader.take))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hang_up()
        self.reader.reads.set()
        await soon(self.served)

    def hang_up(self) -> None:
        self._outbox.put_nowait({"type": "http.disconnect"})

    async def started(self) -> tuple[int, dict[str, str]]:
        """Status and headers."""
        message = await soon(self.reader.inbox.get())
        assert message["type"] == "http.response.start", message
        return message["status"], {name.decode(): value.decode() for name, value in message["headers"]}

    async def piece(self, delimiter: bytes) -> bytes | None:
        """What comes before the next delimiter; None where the body ends first."""
        while delimiter not in self._rest:
            if self._over:
                return None
            message = await soon(self.reader.inbox.get())
            assert message["type"] == "http.response.body", message
            self._rest += message["body"]
            self._over = not message.get("more_body", False)
        found, _, self._rest = self._rest.partition(delimiter)
        return found

    async def event(self) -> dict[str, str] | None:
        """The next event of an event stream, comments skipped; None at its end."""
        while (piece := await self.piece(b"\n\n")) is not None:
            lines = [line for line in piece.decode().split("\n") if not line.startswith(":")]
            if lines:
                return {
                    name: value.removeprefix(" ") for name, _, value in (it.partition(":") for it in lines)
                }
        return None

    async def part(self) -> Any:
        """The next part of a multipart answer, heartbeats skipped; None after the last."""
        while (piece := await self.piece(b"\r\n--graphql")) is not None:
            if piece.startswith(b"--") or not piece.strip():
                continue
            head, _, json = piece.partition(b"\r\n\r\n")
            assert head.strip().lower() == b"content-type: application/json"
            if json != b"{}":
                return orjson.loads(json)
        assert self._rest == b"--\r\n"
        return None

    async def answer(self) -> tuple[int, Any]:
        """Status and body of a response that is not streamed."""
        status, _ = await self.started()
        message = await soon(self.reader.inbox.get())
        return status, orjson.loads(message["body"])

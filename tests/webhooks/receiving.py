"""A receiver of webhooks: a real HTTP server on loopback that remembers what came and answers what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import h11
import orjson

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def answer(status: int, body: str = "", **headers: str) -> bytes:
    """An HTTP answer as bytes."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body.encode())}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """What came, and what is answered: `answers` in their order, then 200."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    on_request: Callable[[], None] = lambda: None

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.received.append(await _read(reader))
            self.on_request()
            writer.write(self.answers.pop(0) if self.answers else OK)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    connection, body = h11.Connection(h11.SERVER), b""
    request: h11.Request | None = None
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(65536)
            if not data:
                raise ConnectionError
            connection.receive_data(data)
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        else:
            assert request is not None
            headers = {name.decode(): value.decode() for name, value in request.headers}
            return Received(request.target.decode(), headers, body)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver for the length of the block."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()

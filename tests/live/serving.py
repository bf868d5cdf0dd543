"""The tests' schema on a real socket: `python -m tests.live.serving FD` serves on a listening socket it inherits,
with uvicorn as the product sets it up."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from core.door import connections
from core.door.connections import HttpConnection, SocketConnection
from core.graphql.endpoint import Edge
from core.graphql.live import LiveOptions
from core.graphql.options import EdgeOptions
from core.http.stopping import when_stopping
from tests.live.schema import FEED, Door, Feed, Person, schema
from tests.live.wires import soon, until

STARTING_SECONDS = 60
FOR_EVER = 600
"""Seconds uvicorn waits for what is open at a stop: longer than any test."""


def application() -> Starlette:
    """The edge with the tests' schema."""
    names = ("good", "revoked", "reader")
    door = Door({name: Person(name, viewer=name) for name in names})
    FEED.append(Feed())
    edge = Edge(
        schema, EdgeOptions(), door.authenticate, door.open_context,
        live=LiveOptions(recheck_seconds=0.1, send_seconds=1), renewal=door,
    )  # fmt: skip

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with when_stopping(edge.live.stop):
            yield

    return Starlette(
        routes=[Route("/graphql", edge), WebSocketRoute("/graphql", edge.socket)], lifespan=lifespan
    )


@contextmanager
def running() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The server's address and its process, for the length of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.fileno()
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.live.serving", str(number)],
            env=dict(os.environ), pass_fds=[number],
        )  # fmt: skip
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
    try:
        _wait_for(url, server)
        yield url, server
    finally:
        server.kill()
        server.wait()


@asynccontextmanager
async def serving_here(app: ASGIApp) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """An application on a real socket, in this process: its server and its port."""
    config = uvicorn.Config(
        app, http=HttpConnection, ws=SocketConnection, ws_per_message_deflate=False, lifespan="off",
        log_config=None,
    )  # fmt: skip
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield server, listener.getsockname()[1]
        finally:
            server.should_exit = server.force_exit = True
            await soon(serving)


@asynccontextmanager
async def unread(port: int) -> AsyncIterator[socket.socket]:
    """A client's end of a socket of graphql-transport-ws, of which nothing more is read unless a test does."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n" % port
        )
        client.setblocking(False)
        head, loop = b"", asyncio.get_running_loop()
        while not head.endswith(b"\r\n\r\n"):
            head += await soon(loop.sock_recv(client, 1))
        yield client


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server has ended"
        try:
            httpx2.get(url, timeout=5)
            return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def main() -> None:
    """Serve on the socket whose number the command line gives."""
    connections.LINGER_SECONDS = 0.2
    listener = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        application, factory=True, http=HttpConnection, ws=SocketConnection, ws_per_message_deflate=False,
        lifespan="on", log_level="warning", timeout_graceful_shutdown=FOR_EVER,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()

"""The tests' schema on a real socket: `python -m tests.live.serving FD` serves on a listening socket it inherits,
with uvicorn as the product sets it up."""

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

from core.door import connections
from core.door.connections import HttpConnection, SocketConnection
from core.graphql.endpoint import Edge
from core.graphql.live import LiveOptions
from core.graphql.options import EdgeOptions
from core.http.stopping import when_stopping
from tests.live.schema import FEED, Door, Feed, Person, schema

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

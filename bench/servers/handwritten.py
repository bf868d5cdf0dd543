"""The measure: bare ASGI routes with hand-written SQL. They authenticate, set the tenant for row-level security, read
and write the same rows as the product, and answer the same bytes; nothing else."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson
from starlette.types import Receive, Scope, Send

from bench.servers.authenticating import Pools
from bench.servers.handwritten_reads import READS
from bench.servers.handwritten_writes import WRITES
from core.kit.context import Viewer

Handler = Callable[[asyncpg.Connection, Viewer, Any], Awaitable[Any]]
ROUTES: dict[str, Handler] = {**READS, **WRITES}


class HandWritten:
    """POST to the name of a route, with the body that the API would get."""

    def __init__(self, url: str) -> None:
        self._pools = Pools(url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        viewer = await self._pools.viewer(dict(scope["headers"])[b"authorization"].decode())
        asked = orjson.loads(body).get("variables") or {}
        async with self._pools.acquire(viewer.tenant_id) as connection:
            answer = await ROUTES[scope["path"].strip("/")](connection, viewer, asked)
        encoded = orjson.dumps({"data": answer})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": encoded})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._pools.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pools.close()
        await send({"type": "lifespan.shutdown.complete"})


def application() -> HandWritten:
    """For uvicorn's factory."""
    return HandWritten(os.environ["DESKGRAPH_DATABASE_URL"])

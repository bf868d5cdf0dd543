"""One log line for each request, and an id that ties every other line of it together.

The id is the caller's `X-Request-Id` where they sent one, and is answered in the same header. Paths are logged up to
their first part, since what follows may be a signed address; documents, variables and answers never.
"""

import re
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.kit.ids import new_id
from core.kit.logging import get_logger, logged_with

log = get_logger("deskgraph.http")

OPERATION = "deskgraph.operation"
"""Where in the ASGI scope the GraphQL endpoint leaves an operation's name and cost."""

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = ("/healthz", "/readyz", "/explorer")


class RequestLog:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        if scope["type"] == "websocket":
            # Its own lines say when it was opened and closed.
            with logged_with(request=request_id):
                await self._app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with logged_with(request=request_id):
            try:
                await self._app(scope, receive, sending)
            finally:
                _write(scope, status, time.perf_counter() - begin)


def _request_id(scope: Scope) -> str:
    for name, value in reversed(scope["headers"]):
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value.decode("latin-1")):
            return str(value, "latin-1")
    return new_id().hex


def _write(scope: Scope, status: int, seconds: float) -> None:
    first = "/" + scope["path"].split("/", 2)[1][:40]
    if first in _QUIET and status < 500:
        return
    operation: dict[str, Any] = scope.get(OPERATION) or {}
    log.info(
        "http.request",
        method=scope["method"],
        path=first,
        status=status or "gone",
        ms=round(seconds * 1000, 1),
        **operation,
    )

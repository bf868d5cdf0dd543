"""uvicorn's connections, made to end: what a client does not take within seconds of the end is thrown away.

asyncio keeps a closed connection open until everything written to it was taken. A client that never reads would keep
it, and its buffer, for ever.
"""

from __future__ import annotations

import asyncio
from operator import attrgetter
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

from core.kit.sockets import SEND_NOW

LINGER_SECONDS = 10.0
NEEDED = (
    "writable.is_set", "disconnected", "close_sent", "handshake_complete", "conn.send_text", "conn.data_to_send",
    "transport.write",
)  # fmt: skip
"""What sending at once uses of uvicorn, which promises none of it: where one is missing, it is not offered."""


class Ending:
    """A transport whose `close` is followed by `abort`, where it has not worked by then."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._closing = False
        self.write = transport.write  # Asked for at every message, and found without `__getattr__`.
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Close; abort later, which does nothing to a connection that is closed."""
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self._transport.abort)
        self._transport.close()


def _ending(transport: asyncio.BaseTransport) -> asyncio.Transport:
    if isinstance(transport, Ending):
        return cast(asyncio.Transport, transport)
    return cast(asyncio.Transport, Ending(cast(asyncio.Transport, transport)))


class HttpConnection(HttpToolsProtocol):
    """HTTP; hands its transport on when a client asks for a socket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(_ending(transport))


class SocketConnection(WebSocketsSansIOProtocol):
    """WebSocket; offers applications to send at once (`core.kit.sockets`)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(_ending(transport))

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)  # which a refused connection has not
        if scope is not None and self._is_known():
            scope.setdefault("extensions", {})[SEND_NOW] = self._send_now

    def _is_known(self) -> bool:
        try:
            attrgetter(*NEEDED)(self)
        except AttributeError:
            return False
        return True

    def _send_now(self, text: bytes) -> bool:
        """Send a text to a client that takes it without being waited for. False where it was not sent."""
        if not self.writable.is_set() or self.disconnected or self.close_sent or not self.handshake_complete:
            return False
        try:
            self.conn.send_text(text)
        except InvalidState:  # the client closes
            return False
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

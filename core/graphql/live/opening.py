"""Who opens a socket: the handshake's headers, and what the first frame adds to them."""

from typing import Any

from starlette.requests import HTTPConnection

from core.graphql.caller import Authenticate, Caller
from core.graphql.origins import Origins

_AS_HEADERS = ("authorization", "accept-language")
"""Browsers cannot set headers of a handshake; these may be given in the payload of `connection_init`."""
_LONGEST = 4096


def introduced(connection: HTTPConnection, payload: dict[str, Any] | None) -> HTTPConnection:
    """The connection as if the payload's `authorization` and `accept-language` had been headers of it."""
    given = {
        name.lower().encode(): value.encode("latin-1", "replace")
        for name, value in (payload or {}).items()
        if name.lower() in _AS_HEADERS and isinstance(value, str) and len(value) <= _LONGEST
    }
    if not given:
        return connection
    kept = [(name, value) for name, value in connection.scope["headers"] if name not in given]
    return HTTPConnection({**connection.scope, "headers": [*kept, *given.items()]})


async def caller_of(connection: HTTPConnection, authenticate: Authenticate, origins: Origins) -> Caller:
    """Raises AuthenticationFailed, and RefusedRequest for a browser's session on a page that is not ours."""
    caller = await authenticate(connection)
    if caller.via_cookie:
        origins.require_own_page(connection.headers)
    return caller

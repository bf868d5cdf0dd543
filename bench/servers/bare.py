"""The measure of subscriptions: an application that does nothing but send, on the product's web server.

Sockets are taken as graphql-transport-ws takes them. What is posted to it goes to every socket, once or `?times` over.
"""

from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

_SOCKETS: set[Send] = set()


async def _socket(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws", "headers": []})
    await receive()
    await send({"type": "websocket.send", "text": '{"type":"connection_ack"}'})
    await receive()
    _SOCKETS.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        _SOCKETS.discard(send)


async def _post(scope: Scope, receive: Receive, send: Send) -> None:
    text = (await receive())["body"].decode()
    for _ in range(int(parse_qs(scope["query_string"])[b"times"][0])):
        for tell in tuple(_SOCKETS):
            await tell({"type": "websocket.send", "text": text})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await _socket(receive, send)
    elif scope["type"] == "http":
        await _post(scope, receive, send)
    else:
        await _lifespan(receive, send)


def application() -> ASGIApp:
    """For uvicorn's factory."""
    return _serve

"""A real server with something open stops at once, in order, and lets go of clients that do not read."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.live.serving import running
from tests.live.wires import PATIENCE, soon, until

TICKS = "subscription { ticks { number } }"
BEARER = {"authorization": "Bearer good"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_ends_what_is_open_and_the_server_with_it(number: signal.Signals) -> None:
    with running() as (url, server):
        async with httpx2.AsyncClient(timeout=PATIENCE, headers=BEARER) as http:
            events = http.stream("POST", url, json={"query": TICKS}, headers={"accept": "text/event-stream"})
            parts = http.stream(
                "POST", url, json={"query": TICKS},
                headers={"accept": "multipart/mixed;subscriptionSpec=1.0"},
            )  # fmt: skip
            async with _opened(url) as client, events as event_stream, parts as multipart:
                server.send_signal(number)
                with pytest.raises(ConnectionClosed):
                    await soon(client.recv())
                assert client.close_code == 1012
                assert b"event: complete" not in await soon(event_stream.aread())
                rest = await soon(multipart.aread())
                assert b"GOING_AWAY" in rest and rest.endswith(b"\r\n--graphql--\r\n")
        # uvicorn itself would wait for ten minutes; without streams it ends as the signal says.
        assert await asyncio.to_thread(server.wait, PATIENCE) in (0, -number)


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[ClientConnection]:
    address = url.replace("http", "ws")
    subprotocols = [Subprotocol("graphql-transport-ws")]
    async with connect(address, subprotocols=subprotocols, additional_headers=BEARER) as client:
        await client.send('{"type":"connection_init"}')
        assert await soon(client.recv()) == '{"type":"connection_ack"}'
        frame = {"type": "subscribe", "id": "1", "payload": {"query": TICKS}}
        await client.send(orjson.dumps(frame).decode())
        yield client


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_client_that_does_not_read_is_let_go_and_its_connection_with_it() -> None:
    """What the system and the server hold for it is bounded; what is left over is thrown away."""
    with running() as (url, server):
        place = urlsplit(url)
        with socket.socket() as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect((place.hostname, place.port))
            body = orjson.dumps({"query": "subscription { flood }"})
            stuck.sendall(
                b"POST /graphql HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer reader\r\n"
                b"Accept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                % (place.netloc.encode(), len(body), body)
            )
            async with httpx2.AsyncClient(timeout=PATIENCE, headers=BEARER) as http:

                async def let_go() -> None:
                    while True:
                        answer = await http.post(url, json={"query": "{ floods }"})
                        if answer.json()["data"]["floods"] == [1, 1]:
                            return

                await soon(let_go())
            # The client is still there; the server has let its own end go all the same.
            await until(lambda: _connected_to(server.pid, stuck.getsockname()[1]) == 0)


def _connected_to(process: int, port: int) -> int:
    """How many of the process's connections lead to this local port."""
    own = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            own.add(str(descriptor.readlink()))
    rows = [line.split() for line in Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[2].split(":")[1], 16) == port and f"socket:[{row[9]}]" in own for row in rows)

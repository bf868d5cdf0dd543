"""Sockets of our web server, on a real uvicorn: texts sent at once, to clients that read and to those that do not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect

from core.door import connections
from core.door.connections import SocketConnection
from core.door.web import server_options
from core.kit.sockets import SEND_NOW, SendNow
from settings import Settings
from tests.live.serving import serving_here, unread
from tests.live.wires import soon, until

PIECE = b"x" * 50_000


class Served:
    """The connections of an application that keeps its sockets open until told to close."""

    def __init__(self) -> None:
        self.offered: list[SendNow | None] = []
        self.sends: list[Send] = []
        self.close = asyncio.Event()
        self.server: uvicorn.Server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        self.offered.append(scope["extensions"].get(SEND_NOW))
        await send({"type": "websocket.accept"})
        self.sends.append(send)
        await self.close.wait()
        await send({"type": "websocket.close"})

    @property
    def connection(self) -> Any:
        (found,) = self.server.server_state.connections
        return found

    async def first(self) -> SendNow:
        await until(lambda: self.sends)
        assert self.offered[0] is not None, "the server no longer offers to send at once"
        return self.offered[0]


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Served, int]]:
    made = Served()
    async with serving_here(made) as (made.server, port):
        try:
            yield made, port
        finally:
            made.close.set()


def test_the_product_is_served_with_them(tmp_path: Path) -> None:
    assert server_options(Settings(data_dir=tmp_path))["ws"] is SocketConnection


async def test_texts_sent_at_once_come_in_order_with_those_that_were_waited_for() -> None:
    async with served() as (app, port), connect(f"ws://127.0.0.1:{port}") as client:
        send_now = await app.first()
        assert send_now(b"eins")
        await app.sends[0]({"type": "websocket.send", "text": "zwei"})
        assert send_now("三".encode())

        assert [await soon(client.recv()) for _ in range(3)] == ["eins", "zwei", "三"]


async def test_a_client_that_does_not_read_is_not_written_to() -> None:
    async with served() as (app, port), unread(port) as client:
        send_now = await app.first()
        sent = 0
        while send_now(PIECE):
            sent += 1
            assert sent < 1000, "the server holds all that is not read"
            await asyncio.sleep(0)
        held = app.connection.transport.get_write_buffer_size()
        assert held < 3 * len(PIECE) + 65536
        assert not any(send_now(PIECE) for _ in range(100))
        assert app.connection.transport.get_write_buffer_size() == held

        loop = asyncio.get_running_loop()
        while not app.connection.writable.is_set():
            await soon(loop.sock_recv(client, 65536))
        assert send_now(PIECE)


async def test_nothing_is_sent_at_once_after_the_close() -> None:
    async with served() as (app, port), connect(f"ws://127.0.0.1:{port}") as client:
        send_now = await app.first()
        app.close.set()
        await soon(client.wait_closed())

        assert not send_now(b"late")
    assert not send_now(b"later")


async def test_nothing_is_sent_at_once_to_a_client_that_closes() -> None:
    async with served() as (app, port), unread(port):
        send_now = await app.first()
        # Its close, before the server has looked at it.
        app.connection.conn.receive_data(b"\x88\x80\0\0\0\0")

        assert not send_now(b"late")


async def test_where_the_server_is_another_inside_texts_are_sent_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An upgrade of uvicorn may rename what sending at once looks at: then it is not offered, and all goes on."""
    monkeypatch.setattr(connections, "NEEDED", (*connections.NEEDED, "conn.renamed"))
    async with served() as (app, port), connect(f"ws://127.0.0.1:{port}") as client:
        await until(lambda: app.sends)
        assert app.offered == [None]
        await app.sends[0]({"type": "websocket.send", "text": "still here"})
        assert await soon(client.recv()) == "still here"


async def test_all_that_sending_at_once_looks_at_is_asked_for_before() -> None:
    async with served() as (app, port), connect(f"ws://127.0.0.1:{port}"):
        await app.first()
        looked_at = set(SocketConnection._send_now.__code__.co_names)
        needed = {name for path in connections.NEEDED for name in path.split(".")}
        assert {name for name in looked_at if hasattr(app.connection, name)} <= needed

"""Events that are pushed: bounded, counted and charged as others are, and never to whom it is over for."""

import asyncio
from typing import Any

import orjson
import pytest

from core.door import connections
from core.graphql.live.endings import credential_over
from core.graphql.live.subscribing import ShareNothing
from core.graphql.options import EdgeOptions
from tests.live.conftest import Desk, Desks
from tests.live.schema import PUSHED, Arrival, Pushed
from tests.live.serving import serving_here, unread
from tests.live.wires import Socket, soon, until

PUSH = "subscription { pushed }"


class Ready(ShareNothing):
    """Has every answer already."""

    def soon(self, _key: Any, event: Any, _run: Any, _told: Any) -> bytes:  # type: ignore[override]
        return orjson.dumps({"data": {"pushed": event.event_id}})


@pytest.fixture
def desk(make: Desks) -> Desk:
    return make(share=Ready())


async def subscribed(socket: Socket, identity: str = "s") -> Pushed:
    socket.subscribe(identity, PUSH)
    number = len(PUSHED)
    await until(lambda: len(PUSHED) == number + 1)
    await asyncio.sleep(0.02)
    return PUSHED[-1]


def pushed(source: Pushed, text: str) -> bool:
    return bool(source.push(Arrival(text), lambda: text, lambda _told: None))


def points(desk: Desk) -> int:
    counters: Any = desk.edge.live.admission.points
    return int(max(counters._counters._sums.values()))


def running(identity: str = "s") -> "asyncio.Task[Any]":
    """The task of an operation."""
    found = [each for each in asyncio.all_tasks() if "_Socket._run" in repr(each.get_coro())]
    (task,) = [each for each in found if each.get_coro().cr_frame.f_locals["given"].id == identity]  # type: ignore[union-attr]
    return task


async def test_what_is_pushed_comes_as_what_is_delivered_does(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        source = await subscribed(socket, 'quotes " and 三')
        source.texts.put_nowait("waited for")
        first = await socket.frame()
        assert source.tell("pushed")

        second = await socket.frame()
        assert first == {
            "type": "next",
            "id": 'quotes " and 三',
            "payload": {"data": {"pushed": "waited for"}},
        }
        assert second == {**first, "payload": {"data": {"pushed": "pushed"}}}
        assert list(first) == list(second)


async def test_an_event_costs_its_point_once_however_it_comes(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        source = await subscribed(socket)
        before = points(desk)
        assert source.tell("at once")
        assert points(desk) == before + 1
        socket.reader.reads.clear()
        assert not source.tell("later")
        socket.reader.reads.set()

        assert [(await socket.frame())["payload"]["data"]["pushed"] for _ in range(2)] == ["at once", "later"]
        assert points(desk) == before + 2


async def test_who_has_no_points_left_is_not_pushed_to(make: Desks) -> None:
    desk = make(share=Ready(), edge=EdgeOptions(points_per_minute=20, max_cost=20))
    async with desk.socket() as socket:
        await socket.opened()
        source = await subscribed(socket)
        told = [source.tell(str(number)) for number in range(20)]
        assert (told[0], told[-1], told == sorted(told, reverse=True)) == (True, False, True)

        frames = [await socket.frame() for _ in range(sum(told) + 1)]
        assert [each["type"] for each in frames] == ["next"] * sum(told) + ["error"]
        assert frames[-1]["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_nothing_is_pushed_to_an_operation_that_is_being_ended(desk: Desk) -> None:
    """A client that has completed it may have begun another of the same id."""
    async with desk.socket() as socket:
        await socket.opened()
        source = await subscribed(socket)
        running().cancel()

        assert not pushed(source, "late")
        await until(lambda: source.is_closed)
        assert not pushed(source, "later")
        assert socket.reader.inbox.empty()


async def test_nothing_is_pushed_to_an_operation_that_has_ended(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        source = await subscribed(socket)
        source.texts.put_nowait(None)
        assert await socket.frame() == {"type": "complete", "id": "s"}

        assert not pushed(source, "late")
        assert socket.reader.inbox.empty()


async def test_nothing_is_pushed_to_a_socket_that_is_being_ended(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        source = await subscribed(socket)
        frame: Any = running().get_coro().cr_frame  # type: ignore[union-attr]
        frame.f_locals["self"]._line.end(credential_over())

        assert not pushed(source, "late")
        assert (await socket.message())["code"] == 4403


async def test_a_client_that_does_not_read_holds_little_and_is_let_go(
    make: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real socket, through our web server."""
    monkeypatch.setattr(connections, "LINGER_SECONDS", 0.2)
    desk, piece = make(share=Ready(), send_seconds=0.5), "x" * 50_000
    async with serving_here(desk.app) as (server, port), unread(port) as client:
        client.sendall(_frame(type="connection_init", payload={"Authorization": "Bearer good"}))
        client.sendall(_frame(type="subscribe", id="s", payload={"query": PUSH}))
        await until(lambda: PUSHED)
        await asyncio.sleep(0.05)
        (source,), (connection,) = PUSHED, server.server_state.connections
        told, transport = 0, connection.transport
        while source.tell(piece):
            told += 1
            assert told < 1000, "the server holds all that is not read"
            await asyncio.sleep(0)
        assert told > 0
        for _ in range(50):
            assert not source.tell(piece)
        assert transport.get_write_buffer_size() < 65536 + 2 * len(piece)

        await until(lambda: source.is_closed)
        await until(lambda: not server.server_state.connections)
        assert await soon(_end_of(client, most=(told + 2) * (len(piece) + 100)))


def _frame(**members: Any) -> bytes:
    text = orjson.dumps(members)
    assert len(text) < 126
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text


async def _end_of(client: Any, *, most: int) -> bool:
    """Whether the connection ends before more than this has come."""
    loop, came = asyncio.get_running_loop(), 0
    while came <= most:
        try:
            read = await loop.sock_recv(client, 65536)
        except ConnectionResetError:
            return True
        if not read:
            return True
        came += len(read)
    return False

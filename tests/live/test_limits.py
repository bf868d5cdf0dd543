"""What may be open, how much is paid, how long somebody is waited for, and what a stop does."""

import asyncio
import logging
from typing import Any

import orjson
import pytest

from core.graphql.live.subscribing import ShareNothing
from core.graphql.options import EdgeOptions
from tests.live.conftest import Desk, Desks
from tests.live.wires import until

TICKS = "subscription { ticks { number } }"


async def test_a_token_may_open_so_many_and_again_when_one_is_closed(make: Desks) -> None:
    desk = make(streams_per_caller=2)
    async with desk.socket() as one:
        await one.opened()
        async with desk.stream(TICKS) as two:
            await two.started()
            async with desk.socket() as three:
                three.say("connection_init", payload={"authorization": "Bearer good"})
                assert await three.closed() == 4429
            async with desk.stream(TICKS) as four:
                status, body = await four.answer()
                assert (status, body["errors"][0]["extensions"]["code"]) == (429, "TOO_MANY_STREAMS")
            async with desk.socket() as stranger:
                await stranger.opened("other")
        async with desk.socket() as five:
            await five.opened()


async def test_a_tenant_may_open_so_many(make: Desks) -> None:
    desk = make(streams_per_tenant=1)
    async with desk.socket() as one, desk.socket() as two:
        await one.opened("good")
        two.say("connection_init", payload={"authorization": "Bearer other"})
        assert await two.closed() == 4429


async def test_processes_share_a_limit(make: Desks) -> None:
    desk = make(streams_per_caller=2, processes=2)
    async with desk.socket() as one:
        await one.opened()
        async with desk.stream(TICKS) as two:
            assert (await two.answer())[0] == 429


async def test_a_socket_runs_so_many_operations(make: Desks) -> None:
    desk = make(operations_per_socket=2)
    async with desk.socket() as socket:
        await socket.opened()
        for identity in "abc":
            socket.subscribe(identity, TICKS)
        answer = await socket.frame()
        assert (answer["id"], answer["payload"][0]["extensions"]["code"]) == ("c", "TOO_MANY_STREAMS")
        socket.say("complete", id="a")
        socket.subscribe("c", "{ hello }")
        assert (await socket.frame())["payload"]["data"] == {"hello": "hello ann in en"}


async def test_operations_and_events_are_paid_for(make: Desks) -> None:
    document = "subscription { ticks { number } }"
    # Preparing the document, the subscription itself, and one event.
    budget = 10 + 1 + 1
    desk = make(edge=EdgeOptions(points_per_minute=budget, max_cost=budget))
    desk.feed.add(1, 2)
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", document)
        assert (await socket.frame())["payload"]["data"] == {"ticks": {"number": 1}}
        answer = await socket.frame()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")


async def test_a_limit_of_the_document_holds_over_a_socket(make: Desks) -> None:
    desk = make(edge=EdgeOptions(max_depth=1))
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", TICKS)
        assert (await socket.frame())["payload"][0]["extensions"]["code"] == "TOO_DEEP"


async def test_a_socket_that_does_not_read_is_let_go(make: Desks) -> None:
    desk = make(send_seconds=0.02)
    async with desk.socket() as socket:
        await socket.opened()
        socket.reader.reads.clear()
        socket.subscribe("s", "subscription { flood }")
        socket.subscribe("t", TICKS)
        await until(socket.served.done)
        assert socket.reader.inbox.empty()
    assert (desk.feed.readers, desk.door.closed) == (0, len(desk.door.opened))


async def test_a_stream_that_does_not_read_is_let_go(make: Desks) -> None:
    desk = make(send_seconds=0.02)
    async with desk.stream("subscription { flood }") as stream:
        await stream.started()
        stream.reader.reads.clear()
        await until(stream.served.done)
    assert desk.door.closed == len(desk.door.opened)


async def test_events_wait_for_a_slow_reader_instead_of_piling_up(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.reader.reads.clear()
        socket.subscribe("s", TICKS)
        desk.feed.add(*range(1, 1001))
        await until(lambda: desk.feed.readers == 1)
        await asyncio.sleep(0.2)
        assert socket.reader.inbox.empty()
        assert len(desk.door.opened) == 2, "of the subscription, and of the one event that is being delivered"
        socket.reader.reads.set()
        for number in range(1, 1001):
            assert (await socket.frame())["payload"]["data"] == {"ticks": {"number": number}}


async def test_a_stop_closes_sockets_with_1012_and_lets_event_streams_reconnect(desk: Desk) -> None:
    async with desk.socket() as socket, desk.stream(TICKS) as stream:
        await socket.opened()
        await stream.started()
        socket.subscribe("s", TICKS)
        await until(lambda: desk.feed.readers == 2)
        desk.edge.live.stop()
        assert await socket.closed() == 1012
        assert await stream.event() is None
    async with desk.socket() as late:
        late.say("connection_init")
        assert await late.closed() == 1012
    async with desk.stream(TICKS) as late_stream:
        assert (await late_stream.answer())[0] == 503


async def test_opening_and_closing_are_logged_without_content(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "core.graphql.live.hub"):
        async with desk.socket() as socket:
            await socket.opened()
            desk.feed.add(1)
            socket.subscribe("s", TICKS)
            await socket.frame()
            del desk.door.tokens["good"]
            await socket.closed()
    lines: list[Any] = [record for record in caplog.records if record.name == "core.graphql.live.hub"]
    assert [line.getMessage() for line in lines] == ["live.opened", "live.closed"]
    closed = lines[1]
    assert (closed.transport, closed.tenant, closed.reason) == ("websocket", "tenant", "UNAUTHENTICATED")
    assert (closed.operations, closed.events) == (1, 1)
    assert "ticks" not in str(closed.__dict__)


async def test_an_event_is_executed_once_for_all_who_share_it(make: Desks) -> None:
    keys: list[Any] = []
    payloads: dict[Any, bytes] = {}

    class Share(ShareNothing):
        async def once(self, key: Any, event: Any, run: Any) -> bytes:
            keys.append(key)
            if (key, event.number) not in payloads:
                payloads[key, event.number] = await run(event.viewer)
            return payloads[key, event.number]

    desk = make(share=Share())
    document = "subscription S($after: String) { ticks(after: $after) { number } }"
    async with desk.socket() as one, desk.socket() as two, desk.stream(document) as three:
        for socket in (one, two):
            await socket.opened()
            socket.subscribe("s", document)
        await three.started()
        await until(lambda: desk.feed.readers == 3)
        contexts = len(desk.door.opened)
        desk.feed.add(1)
        for socket in (one, two):
            assert (await socket.frame())["payload"] == {"data": {"ticks": {"number": 1}}}
        event = await three.event()
        assert event is not None and orjson.loads(event["data"]) == {"data": {"ticks": {"number": 1}}}
    assert (len(keys), len(set(keys)), len(desk.door.opened) - contexts) == (3, 1, 1)

"""graphql-transport-ws, as its protocol says."""

import asyncio

import pytest

from core.graphql.options import EdgeOptions
from tests.live.conftest import Desk, Desks
from tests.live.schema import DatabaseGone
from tests.live.wires import until

TICKS = "subscription($after: String) { ticks(after: $after) { number seenBy } }"


async def test_queries_mutations_and_subscriptions_share_a_socket(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", TICKS)
        socket.subscribe("q", "{ hello }")
        answer = await socket.frame()
        assert (answer["type"], answer["id"]) == ("next", "q")
        assert answer["payload"]["data"] == {"hello": "hello ann in en"}
        assert answer["payload"]["extensions"]["cost"]["requested"] == 1
        assert await socket.frame() == {"type": "complete", "id": "q"}
        socket.subscribe("m", 'mutation { write(text: "x") }')
        assert (await socket.frame())["payload"]["data"] == {"write": "x"}
        assert await socket.frame() == {"type": "complete", "id": "m"}

        desk.feed.add(1)
        assert await socket.frame() == {
            "type": "next", "id": "s", "payload": {"data": {"ticks": {"number": 1, "seenBy": "ann"}}},
        }  # fmt: skip


async def test_a_subscription_that_ends_is_completed(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", "subscription { count(to: 2) }")
        frames = [await socket.frame() for _ in range(3)]
        assert [frame.get("payload", {}).get("data") for frame in frames] == [
            {"count": 1},
            {"count": 2},
            None,
        ]
        assert frames[-1] == {"type": "complete", "id": "s"}


async def test_the_client_ends_an_operation_and_may_use_its_id_again(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", TICKS)
        await until(lambda: desk.feed.readers == 1)
        socket.say("complete", id="s")
        await until(lambda: desk.feed.readers == 0)
        socket.subscribe("s", "{ hello }")
        assert (await socket.frame())["payload"]["data"] == {"hello": "hello ann in en"}


async def test_what_runs_is_stopped_when_the_client_hangs_up(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", TICKS)
        socket.subscribe("q", "{ endless }")
        await until(lambda: desk.feed.readers == 1 and len(desk.door.opened) == 2)
    assert (desk.feed.readers, desk.door.closed) == (0, 2)


async def test_a_ping_is_answered_before_and_after_the_opening(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.message()
        socket.say("ping")
        assert await socket.frame() == {"type": "pong"}
        socket.say("connection_init")
        assert await socket.frame() == {"type": "connection_ack"}
        socket.say("pong")
        socket.say("ping", payload={"a": 1})
        assert await socket.frame() == {"type": "pong"}


async def test_another_subprotocol_is_closed_with_4406(desk: Desk) -> None:
    async with desk.socket(protocols=("graphql-ws",)) as socket:
        assert await socket.closed() == 4406


@pytest.mark.parametrize("kind", ["subscribe", "complete"])
async def test_an_operation_before_the_opening_is_closed_with_4401(desk: Desk, kind: str) -> None:
    async with desk.socket() as socket:
        socket.say(kind, id="1", payload={"query": "{ hello }"})
        assert await socket.closed() == 4401


async def test_a_token_that_is_not_known_is_closed_with_4403(desk: Desk) -> None:
    async with desk.socket() as socket:
        socket.say("connection_init", payload={"authorization": "Bearer bad"})
        assert await socket.closed() == 4403


async def test_a_socket_that_does_not_open_in_time_is_closed_with_4408(make: Desks) -> None:
    async with make(opening_seconds=0.01).socket() as socket:
        assert await socket.closed() == 4408


async def test_an_id_that_is_taken_is_closed_with_4409(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", TICKS)
        socket.subscribe("s", TICKS)
        assert await socket.closed() == 4409


async def test_a_second_opening_is_closed_with_4429(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.say("connection_init")
        assert await socket.closed() == 4429


async def test_a_database_that_is_away_at_the_opening_is_closed_with_1013(desk: Desk) -> None:
    desk.door.fail_with = DatabaseGone()
    async with desk.socket() as socket:
        socket.say("connection_init")
        assert await socket.closed() == 1013


async def test_the_token_may_come_in_the_handshake_and_the_language_in_the_payload(desk: Desk) -> None:
    async with desk.socket(authorization="Bearer other") as socket:
        await socket.opened(token=None, **{"Accept-Language": "zh-Hans"})
        socket.subscribe("q", "{ hello }")
        assert (await socket.frame())["payload"]["data"] == {"hello": "hello bob in zh-Hans"}


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({}, True),
        ({"origin": "http://desk.example"}, True),
        ({"origin": "https://app.example"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example", "sec_fetch_site": "cross-site"}, False),
    ],
)
async def test_pages_of_other_origins_open_no_socket(
    make: Desks, headers: dict[str, str], accepted: bool
) -> None:
    desk = make(edge=EdgeOptions(allowed_origins=("https://app.example",)))
    async with desk.socket(**headers) as socket:
        assert (await socket.message())["type"] == ("websocket.accept" if accepted else "websocket.close")


async def test_a_browsers_session_is_good_on_pages_of_ours_only(make: Desks) -> None:
    desk = make(edge=EdgeOptions(allowed_origins=("*",)))
    for origin, closed in (("http://desk.example", None), ("https://evil.example", 4403)):
        async with desk.socket(cookie="session=1", origin=origin) as socket:
            if closed is None:
                await socket.opened(token=None)
                continue
            socket.say("connection_init")
            assert await socket.closed() == closed


async def test_every_operation_has_a_context_of_its_own(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        for identity in "ab":
            socket.subscribe(identity, "{ hello }")
            await socket.frame()
            await socket.frame()
    assert len({id(context) for context in desk.door.opened}) == 2


async def test_an_exception_in_one_operation_is_masked_and_harms_no_other(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("q", "{ broken hello }")
        answer = await socket.frame()
        assert answer["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert "hunter2" not in str(answer)
        assert await socket.frame() == {"type": "complete", "id": "q"}
        socket.subscribe("q", "{ hello }")
        assert (await socket.frame())["type"] == "next"


async def test_many_sockets_at_once_each_get_their_own(desk: Desk) -> None:
    async def one(token: str, name: str) -> None:
        async with desk.socket() as socket:
            await socket.opened(token)
            for turn in range(5):
                socket.subscribe(str(turn), "{ hello }")
                assert (await socket.frame())["payload"]["data"] == {"hello": f"hello {name} in en"}
                await socket.frame()

    await asyncio.gather(*(one(*pair) for pair in [("good", "ann"), ("other", "bob")] * 10))

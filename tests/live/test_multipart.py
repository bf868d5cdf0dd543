"""Subscriptions over multipart answers, as Apollo's clients read them."""

import pytest

from tests.live.conftest import Desk, Desks
from tests.live.schema import DatabaseGone
from tests.live.wires import Stream, until

ACCEPT = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'
TICKS = "subscription { ticks { number } }"


def _stream(desk: Desk, query: str = TICKS) -> Stream:
    return desk.stream(query, accept=ACCEPT)


async def test_events_are_payloads_and_the_last_delimiter_ends_them(desk: Desk) -> None:
    desk.feed.add(1, 2, None)
    async with _stream(desk) as stream:
        status, headers = await stream.started()
        assert (status, headers["content-type"]) == (
            200, 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
        )  # fmt: skip
        assert await stream.part() == {"payload": {"data": {"ticks": {"number": 1}}}}
        assert await stream.part() == {"payload": {"data": {"ticks": {"number": 2}}}}
        assert await stream.part() is None


async def test_a_query_of_the_same_client_is_answered_in_json(desk: Desk) -> None:
    async with _stream(desk, "{ hello }") as stream:
        assert (await stream.answer())[1]["data"] == {"hello": "hello ann in en"}


async def test_a_refused_subscription_tells_why(desk: Desk) -> None:
    async with _stream(desk, "subscription { refused }") as stream:
        await stream.started()
        part = await stream.part()
        assert part["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await stream.part() is None


async def test_an_idle_stream_shows_that_it_lives(make: Desks) -> None:
    async with make(keep_alive_seconds=0.01).stream(TICKS, accept=ACCEPT) as stream:
        await stream.started()
        pieces = [await stream.piece(b"\r\n--graphql") for _ in range(4)]
        assert pieces == [b"", *[b"\r\nContent-Type: application/json\r\n\r\n{}"] * 3]


async def test_a_database_that_is_away_ends_the_stream(desk: Desk) -> None:
    desk.feed.add(DatabaseGone())
    async with _stream(desk) as stream:
        await stream.started()
        assert (await stream.part())["payload"]["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert await stream.part() is None


async def test_a_stop_is_an_error_of_the_transport(desk: Desk) -> None:
    async with _stream(desk) as stream:
        await stream.started()
        await until(lambda: desk.feed.readers == 1)
        desk.edge.live.stop()
        part = await stream.part()
        assert part["payload"] is None and part["errors"][0]["extensions"]["code"] == "GOING_AWAY"
        assert await stream.part() is None


@pytest.mark.parametrize("accept", ["multipart/mixed", "multipart/mixed;deferSpec=20220824"])
async def test_incremental_delivery_is_something_else(desk: Desk, accept: str) -> None:
    async with desk.stream("{ hello }", accept=accept) as stream:
        status, body = await stream.answer()
        assert (status, body["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")

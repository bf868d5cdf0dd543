"""graphql-sse's distinct connections: one operation, one response that lasts."""

from urllib.parse import urlencode

import orjson
import pytest

from core.graphql.options import EdgeOptions
from tests.live.conftest import Desk, Desks
from tests.live.schema import DatabaseGone
from tests.live.wires import until

TICKS = "subscription($after: String) { ticks(after: $after) { number } }"


async def test_events_come_with_their_cursors_and_end_with_complete(desk: Desk) -> None:
    desk.feed.add(1, 2, None)
    async with desk.stream(TICKS) as stream:
        status, headers = await stream.started()
        assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert headers["cache-control"] == "no-store"
        for number in (1, 2):
            event = await stream.event()
            assert event is not None
            assert (event["event"], event["id"]) == ("next", f"c{number}")
            assert orjson.loads(event["data"]) == {"data": {"ticks": {"number": number}}}
        assert await stream.event() == {"event": "complete", "data": ""}
        assert await stream.event() is None


@pytest.mark.parametrize("number", range(4))
async def test_a_stream_resumes_after_the_last_event_that_was_read(desk: Desk, number: int) -> None:
    desk.feed.add(1, 2, 3, None)
    async with desk.stream(TICKS, last_event_id=f"c{number}") as stream:
        await stream.started()
        seen = []
        while (event := await stream.event()) is not None:
            seen.append(event.get("id"))
    assert seen == [*(f"c{later}" for later in range(number + 1, 4)), None]


async def test_the_last_event_id_wins_over_the_argument(desk: Desk) -> None:
    desk.feed.add(1, 2, 3)
    async with desk.stream(TICKS, variables={"after": "c1"}, last_event_id="c2") as stream:
        await stream.started()
        event = await stream.event()
        assert event is not None and event["id"] == "c3"


async def test_an_operation_of_another_kind_is_one_event(desk: Desk) -> None:
    async with desk.stream("{ hello }") as stream:
        await stream.started()
        event = await stream.event()
        assert event is not None
        assert orjson.loads(event["data"])["data"] == {"hello": "hello ann in en"}
        assert await stream.event() == {"event": "complete", "data": ""}


async def test_a_client_that_takes_json_too_gets_json_for_a_query(desk: Desk) -> None:
    accept = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
    async with desk.stream("{ hello }", accept=accept) as stream:
        assert (await stream.answer())[1]["data"] == {"hello": "hello ann in en"}
    async with desk.stream(TICKS, accept=accept) as stream:
        assert (await stream.started())[1]["content-type"].startswith("text/event-stream")


async def test_a_subscription_without_a_stream_is_told_the_way(desk: Desk) -> None:
    async with desk.stream(TICKS, accept="application/json") as stream:
        _, body = await stream.answer()
    error = body["errors"][0]
    assert error["extensions"]["code"] == "SUBSCRIPTION_NOT_SUPPORTED"
    assert "text/event-stream" in error["message"] and "graphql-transport-ws" in error["message"]


async def test_event_source_subscribes_by_get(desk: Desk) -> None:
    desk.feed.add(1)
    query_string = urlencode({"query": "subscription { ticks { number } }"})
    async with desk.stream("", method="GET", query_string=query_string) as stream:
        await stream.started()
        event = await stream.event()
        assert event is not None and event["id"] == "c1"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"sec_fetch_site": "same-origin"}, 200),
        ("GET", {"origin": "http://desk.example"}, 200),
        ("GET", {"sec_fetch_site": "cross-site", "origin": "https://evil.example"}, 403),
        ("GET", {}, 403),
        ("POST", {"sec_fetch_site": "same-origin"}, 403),
        ("POST", {"sec_fetch_site": "same-origin", "x_deskgraph_request": "1"}, 200),
    ],
)
async def test_a_browsers_session_streams_on_pages_of_ours_only(
    make: Desks, method: str, headers: dict[str, str], status: int
) -> None:
    desk = make(edge=EdgeOptions(trusted_documents={"ticks": "subscription { ticks { number } }"}))
    sent = {"authorization": "", "cookie": "session=1", **headers}
    async with desk.stream(
        "subscription { ticks { number } }", method=method, query_string="documentId=ticks", **sent
    ) as stream:
        assert (await stream.started())[0] == status


async def test_a_refused_subscription_tells_why_and_completes(desk: Desk) -> None:
    async with desk.stream("subscription { refused }") as stream:
        await stream.started()
        event = await stream.event()
        assert event is not None
        (error,) = orjson.loads(event["data"])["errors"]
        assert (error["extensions"]["code"], error["path"]) == ("FORBIDDEN", ["refused"])
        assert await stream.event() == {"event": "complete", "data": ""}


async def test_a_document_that_cannot_run_is_answered_as_over_http(desk: Desk) -> None:
    async with desk.stream("subscription { nothing }") as stream:
        status, body = await stream.answer()
        assert (status, body["errors"][0]["extensions"]["code"]) == (200, "VALIDATION_FAILED")


async def test_an_idle_stream_shows_that_it_lives(make: Desks) -> None:
    async with make(keep_alive_seconds=0.01).stream(TICKS) as stream:
        await stream.started()
        assert [await stream.piece(b"\n\n") for _ in range(3)] == [b":", b":", b":"]


async def test_the_subscription_stops_when_the_client_hangs_up(desk: Desk) -> None:
    async with desk.stream(TICKS) as stream:
        await stream.started()
        await until(lambda: desk.feed.readers == 1)
    assert (desk.feed.readers, desk.door.closed) == (0, 1)


async def test_an_exception_in_one_event_is_masked_and_the_next_one_comes(desk: Desk) -> None:
    desk.feed.add(1, 2)
    async with desk.stream("subscription { ticks { number secret } }") as stream:
        await stream.started()
        for number in (1, 2):
            event = await stream.event()
            assert event is not None and "hunter2" not in event["data"]
            result = orjson.loads(event["data"])
            assert result["data"] == {"ticks": {"number": number, "secret": None}}
            assert result["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_an_event_that_takes_too_long_is_told_and_the_next_one_comes(make: Desks) -> None:
    desk = make(edge=EdgeOptions(deadline_seconds=0.02))
    desk.feed.add(1, 2)
    async with desk.stream("subscription { ticks { slow } }") as stream:
        await stream.started()
        for number in (1, 2):
            event = await stream.event()
            assert event is not None and event["id"] == f"c{number}"
            assert orjson.loads(event["data"])["errors"][0]["extensions"]["code"] == "TIMEOUT"


@pytest.mark.parametrize("field", ["fromTheDatabase", "number"])
async def test_a_database_that_is_away_ends_the_stream_before_the_event_is_lost(
    desk: Desk, field: str
) -> None:
    desk.feed.add(1 if field == "fromTheDatabase" else DatabaseGone())
    async with desk.stream(f"subscription {{ ticks {{ {field} }} }}") as stream:
        await stream.started()
        event = await stream.event()
        assert event is not None and "id" not in event
        assert orjson.loads(event["data"])["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert await stream.event() == {"event": "complete", "data": ""}


async def test_a_source_that_breaks_is_masked(desk: Desk) -> None:
    desk.feed.add(1, RuntimeError("password=hunter2"))
    async with desk.stream(TICKS) as stream:
        await stream.started()
        await stream.event()
        event = await stream.event()
        assert event is not None and "hunter2" not in event["data"]
        assert orjson.loads(event["data"])["errors"][0]["extensions"]["code"] == "INTERNAL"

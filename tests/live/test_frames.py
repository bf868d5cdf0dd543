"""Whatever a client sends over a socket, the answer is a frame or a close code, and the server lives on."""

import pytest

from tests.live.conftest import Desk, Desks

BROKEN = [
    "null", "[]", '"x"', "1", "true", "", "{",
    "\u0000", "{}", '{"type":1}', '{"type":null}', '{"type":"next","id":"1"}',
    '{"type":["ping"]}', '{"type":"start","id":"1","payload":{"query":"{ hello }"}}',
    '{"type":"subscribe"}', '{"type":"subscribe","id":"1"}', '{"type":"subscribe","id":"1","payload":null}',
    '{"type":"subscribe","id":"1","payload":"{ hello }"}', '{"type":"subscribe","id":"1","payload":[]}',
    '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":[],"payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
    '{"type":"subscribe","payload":{"query":"{ hello }"}}', '{"type":"complete"}', '{"type":"complete","id":null}',
    '{"type":"ping","payload":[]}', '{"type":"pong","payload":"x"}', "9" * 5000,
    '{"type":"subscribe","id":"1","payload":' + '{"a":' * 5000 + "1" + "}" * 5000 + "}",
    '{"type":"subscribe","id":"' + "i" * 300 + '","payload":{"query":"{ hello }"}}', "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: repr(text)[:40])
async def test_a_broken_frame_closes_its_socket_with_4400(desk: Desk, text: str) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.text(text)
        assert await socket.closed() == 4400


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: repr(text)[:40])
async def test_a_broken_first_frame_closes_its_socket_with_4400(desk: Desk, text: str) -> None:
    async with desk.socket() as socket:
        await socket.message()
        socket.text(text)
        assert await socket.closed() == 4400


async def test_a_binary_frame_closes_with_4400(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.binary(b'{"type":"ping"}')
        assert await socket.closed() == 4400


async def test_a_frame_that_is_too_large_closes_with_1009(make: Desks) -> None:
    async with make(max_frame_bytes=200).socket() as socket:
        await socket.opened()
        socket.say("ping", payload={"text": "x" * 200})
        assert await socket.closed() == 1009


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, "BAD_REQUEST"),
        ({"query": 1}, "BAD_REQUEST"),
        ({"query": "{ hello }", "variables": []}, "BAD_REQUEST"),
        ({"query": "{ hello }", "operationName": {}}, "BAD_REQUEST"),
        ({"query": "{"}, "SYNTAX_ERROR"),
        ({"query": "{ nothing }"}, "VALIDATION_FAILED"),
        ({"query": "subscription { ticks { number } count(to: 1) }"}, "VALIDATION_FAILED"),
        ({"query": "query A { hello } query B { hello }"}, "OPERATION_NAME_REQUIRED"),
        ({"documentId": "unknown"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "subscription($to: Int!) { count(to: $to) }"}, "BAD_VARIABLES"),
        (
            {"query": "subscription($to: Int!) { count(to: $to) }", "variables": {"to": 2**40}},
            "BAD_VARIABLES",
        ),
    ],
)
async def test_an_operation_that_cannot_run_ends_alone(desk: Desk, members: object, code: str) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", "subscription { ticks { number } }")
        socket.say("subscribe", id="bad", payload=members)
        answer = await socket.frame()
        assert (answer["type"], answer["id"]) == ("error", "bad")
        assert answer["payload"][0]["extensions"]["code"] == code

        desk.feed.add(1)
        assert (await socket.frame())["id"] == "s"

"""What is open ends with the credential it was opened with."""

from dataclasses import replace

import orjson
import pytest

from tests.live.conftest import Desk
from tests.live.schema import DatabaseGone, Tick
from tests.live.wires import until

TICKS = "subscription { ticks { number seenBy } }"


async def test_a_revoked_token_closes_its_socket_and_no_other(desk: Desk) -> None:
    async with desk.socket() as revoked, desk.socket() as kept:
        await revoked.opened("good")
        await kept.opened("other")
        revoked.subscribe("s", TICKS)
        await until(lambda: desk.feed.readers == 1)
        del desk.door.tokens["good"]
        assert await revoked.closed() == 4403
        kept.subscribe("q", "{ hello }")
        assert (await kept.frame())["payload"]["data"] == {"hello": "hello bob in en"}


async def test_a_revoked_token_ends_its_streams(desk: Desk) -> None:
    async with (
        desk.stream(TICKS) as events,
        desk.stream(TICKS, accept="multipart/mixed;subscriptionSpec=1.0") as parts,
    ):
        await events.started()
        await parts.started()
        del desk.door.tokens["good"]
        event = await events.event()
        assert event is not None
        assert orjson.loads(event["data"])["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await events.event() == {"event": "complete", "data": ""}
        assert (await parts.part())["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_lost_right_closes_what_was_opened_with_it(desk: Desk) -> None:
    async with desk.socket() as socket, desk.stream(TICKS) as stream:
        await socket.opened()
        await stream.started()
        desk.door.tokens["good"] = replace(desk.door.tokens["good"], rights=frozenset())
        assert await socket.closed() == 4403
        event = await stream.event()
        assert event is not None
        assert orjson.loads(event["data"])["errors"][0]["extensions"]["code"] == "RIGHTS_CHANGED"


async def test_a_gained_right_closes_nothing(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        desk.door.tokens["good"] = replace(desk.door.tokens["good"], rights=frozenset({"read", "write"}))
        looks = len(desk.door.looks)
        await until(lambda: len(desk.door.looks) > looks + 1)
        socket.say("ping")
        assert await socket.frame() == {"type": "pong"}


async def test_an_operation_after_the_revocation_is_refused_at_once(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        del desk.door.tokens["good"]
        socket.subscribe("q", "{ hello }")
        assert await socket.closed() == 4403


async def test_everything_open_is_looked_at_together(desk: Desk) -> None:
    async with desk.socket() as one, desk.socket() as two, desk.stream(TICKS) as three:
        await one.opened()
        await two.opened("other")
        await three.started()
        await until(lambda: any(len(look) == 3 for look in desk.door.looks))
    assert ["good", "good", "other"] in [sorted(look) for look in desk.door.looks]


async def test_nothing_is_looked_at_when_nothing_is_open(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        await until(lambda: desk.door.looks)
    assert desk.edge.live._rechecks._task is None


async def test_what_is_open_outlives_a_database_that_is_away(desk: Desk) -> None:
    async with desk.socket() as socket:
        await socket.opened()
        socket.subscribe("s", TICKS)
        await until(lambda: desk.feed.readers == 1)
        desk.door.fail_with = DatabaseGone()
        looks = len(desk.door.looks)
        await until(lambda: len(desk.door.looks) > looks + 1)
        socket.subscribe("q", "{ hello }")
        answer = await socket.frame()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "UNAVAILABLE")
        desk.door.fail_with = None
        desk.feed.add(1)
        assert (await socket.frame())["payload"]["data"]["ticks"]["number"] == 1


@pytest.mark.parametrize("viewer", ["ann", "ann with fewer rights"])
async def test_an_event_is_executed_for_the_viewer_it_brings(desk: Desk, viewer: str) -> None:
    async with desk.stream(TICKS) as stream:
        await stream.started()
        desk.feed.add(Tick(number=1, cursor="c1", viewer=viewer))
        event = await stream.event()
        assert event is not None
        assert orjson.loads(event["data"])["data"]["ticks"]["seenBy"] == viewer

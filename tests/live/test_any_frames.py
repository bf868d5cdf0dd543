"""Whatever sequence of frames a client sends, the socket answers or closes with a code of its protocol."""

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.graphql.live.endings import Close
from tests.live.conftest import Desks
from tests.live.schema import FEED
from tests.live.wires import Socket, soon

QUERIES = st.sampled_from(
    ["{ hello }", "{ broken }", "{", "subscription { ticks { number } }", "subscription { count(to: 2) }", ""]
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PAYLOADS = (
    st.fixed_dictionaries({"query": QUERIES | JSON}, optional={"variables": JSON, "operationName": JSON})
    | JSON
)
TYPES = st.sampled_from(["connection_init", "ping", "pong", "subscribe", "complete", "next", ""]) | JSON
FRAMES = st.fixed_dictionaries(
    {"type": TYPES}, optional={"id": st.sampled_from(["a", "b", ""]) | JSON, "payload": PAYLOADS}
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames=st.lists(FRAMES | JSON, max_size=8), opened=st.booleans())
async def test_no_sequence_of_frames_breaks_a_socket(frames: list[Any], opened: bool) -> None:
    desks = Desks()
    FEED[:] = [desks.feed]
    async with Socket(desks().app) as socket:
        if opened:
            await socket.opened()
        for each in frames:
            socket.text(orjson.dumps(each).decode())
        socket.hang_up()
        await soon(socket.served)
        while not socket.reader.inbox.empty():
            message = await socket.message()
            if message["type"] == "websocket.close":
                assert message["code"] in set(Close) - {Close.INTERNAL}
                assert len(message["reason"].encode()) <= 123
    FEED.clear()

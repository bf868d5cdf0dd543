"""The product's own events over its streams: resumed without a gap or a double, and ended with the server."""

import asyncio
from typing import Any

import httpx2
import orjson
import pytest

from core.testing import Desk as People
from core.testing import Person
from core.testing.desks import make_desk
from core.testing.serving import Served
from settings import Settings
from tests.clients.live import running
from tests.live.wires import PATIENCE, Stream, soon

CREATE = """mutation($title: String!) {
  ticketCreate(input: {title: $title, body: "x"}) { ticket { id } userErrors { code } }
}"""
CREATED = """subscription($after: String) {
  events(types: ["ticket.created"], after: $after) { cursor ... on TicketCreated { ticket { title } } }
}"""
NUMBER = 6


@pytest.fixture
async def people(app: Served) -> People:
    return await make_desk(app)


def _stream(person: Person, after: str, **headers: str) -> Stream:
    return Stream(
        person.served.application, CREATED, variables={"after": after}, accept="text/event-stream",
        authorization=f"Bearer {person.token}", **headers,
    )  # fmt: skip


async def _cursor(person: Person) -> str:
    found: str = (await person.ask("{ eventCursor }")).data["eventCursor"]
    return found


def _title(event: Any) -> str:
    found: str = orjson.loads(event["data"])["data"]["events"]["ticket"]["title"]
    return found


async def test_a_reader_that_reconnects_after_every_event_misses_none_and_sees_none_twice(
    people: People,
) -> None:
    start = place = await _cursor(people.founder)

    async def writing() -> None:
        for number in range(NUMBER):
            (await people.admin.ask(CREATE, title=str(number))).payload("ticketCreate")

    writer = asyncio.create_task(writing())
    seen = []
    while len(seen) < NUMBER:
        # The first document's argument stays what it was: what was read last wins over it.
        async with _stream(people.founder, start, last_event_id=place) as stream:
            await stream.started()
            event = await stream.event()
            assert event is not None
            seen.append(_title(event))
            place = event["id"]
    await writer
    assert seen == [str(number) for number in range(NUMBER)]


async def test_many_readers_of_one_event_each_get_it(people: People) -> None:
    start = await _cursor(people.founder)
    streams = [_stream(person, start) for person in (people.admin, people.founder) * 5]
    await asyncio.gather(*(stream.__aenter__() for stream in streams))
    (await people.admin.ask(CREATE, title="Once")).payload("ticketCreate")
    for stream in streams:
        await stream.started()
        assert _title(await stream.event()) == "Once"
    await asyncio.gather(*(stream.__aexit__() for stream in streams))


async def test_the_product_stops_with_streams_open(
    settings: Settings, people: People, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Without being told to, an event stream would keep the server for ever."""
    headers = {"authorization": f"Bearer {people.founder.token}", "accept": "text/event-stream"}
    async with httpx2.AsyncClient(timeout=PATIENCE) as http:
        server = running(settings, tmp_path_factory.mktemp("stopping") / "server.log")
        live = await asyncio.to_thread(server.__enter__)
        async with http.stream("POST", live.url, json={"query": CREATED}, headers=headers) as answer:
            assert answer.status_code == 200
            # Leaving the block asks the server to stop, and fails where it does not.
            stopping = asyncio.create_task(asyncio.to_thread(server.__exit__, None, None, None))
            assert b"event: complete" not in await soon(answer.aread())
        await soon(stopping)

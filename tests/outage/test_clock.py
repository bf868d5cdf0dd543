"""Somebody sets the clock of the web and worker processes while they run: back by an hour, and on again. The database's
stays right."""

import asyncio
import shutil
import struct
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from core.kit.postgres import EmbeddedPostgres
from tests.outage.installation import Installation, installed

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler and the loader of Linux"
)

SOURCE = Path(__file__).with_name("clock.c")
HOUR = 3600
REPLY = """mutation($id: ID!, $body: String!) { ticketReply(input: {id: $id, body: $body}) {
  message { id createdAt } userErrors { code } } }"""
TIMELINE = """query($id: ID!) { ticket(id: $id) { timeline(first: 50) { nodes {
  ... on Message { id bodyText } ... on TicketEvent { id } } } } }"""
INVITE = """mutation($email: String!, $role: ID!) {
  userInvite(input: {email: $email, name: "Ann", roleIds: [$role]}) { userErrors { code path } } }"""


class Clock:
    """The wall clock of processes that are started with its environment."""

    def __init__(self, folder: Path) -> None:
        self._file, library = folder / "shift", folder / "clock.so"
        self.set(0)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(self._file)}

    def set(self, seconds: int) -> None:
        """Off by so many seconds, from now on."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("l", seconds))


@dataclass
class Shifted:
    """A helpdesk, and the clock of its processes."""

    desk: Installation
    clock: Clock
    mails: Path

    async def opened(self, title: str) -> Any:
        reply = await self.desk.open_ticket(title)
        assert reply.status == 200, reply.body
        return reply.body["data"]["ticketCreate"]["ticket"]

    async def replied(self, ticket: Any, body: str) -> datetime:
        reply = await self.desk.ask(REPLY, id=ticket["id"], body=body)
        assert reply.body["data"]["ticketReply"]["userErrors"] == [], reply.body
        return datetime.fromisoformat(reply.body["data"]["ticketReply"]["message"]["createdAt"])

    async def rows(self, text: str) -> list[Any]:
        connection = await asyncpg.connect(**self.desk.postgres.connection_arguments("desk"))
        try:
            return list(await connection.fetch(text))
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def shifted(folder: Path) -> Iterator[Shifted]:
    clock = Clock(folder)
    postgres = EmbeddedPostgres(folder / "data")
    postgres.start()
    try:
        with installed(folder, postgres, more=clock.environment) as running:
            environment = running.environment
            with (folder / "worker.log").open("wb") as output:
                worker = subprocess.Popen(
                    [sys.executable, "-m", "core", "worker"], env=environment, stdout=output, stderr=output
                )
            try:
                yield Shifted(running, clock, folder / "web" / "mail")
            finally:
                worker.terminate()
                worker.wait(30)
    finally:
        postgres.destroy()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.1)


async def test_a_clock_that_jumps_back_an_hour_and_on_again_harms_nothing(shifted: Shifted) -> None:
    clock, said = shifted.clock, []
    first = await shifted.opened("before")
    numbers = [int(first["number"])]
    role = (await shifted.desk.ask("{ roles { nodes { id key } } }")).body["data"]["roles"]["nodes"][0]["id"]
    moments = []

    for place, seconds in enumerate((0, -HOUR, 0, HOUR, 0)):
        clock.set(seconds)
        for each in range(2):
            body = f"said {place}.{each}"
            moments.append(await shifted.replied(first, body))
            said.append(body)
            numbers.append(int((await shifted.opened(f"ticket {place}.{each}"))["number"]))
        invited = await shifted.desk.ask(INVITE, email=f"ann{place}@desk.example", role=role)
        assert invited.body["data"]["userInvite"]["userErrors"] == [], invited.body
        # The job table goes by the clock of PostgreSQL: what was asked for an hour ahead is not an hour late.
        await until(lambda many=place + 1: _mailed(shifted, many))  # type: ignore[misc]

    assert timedelta(minutes=59) < moments[1] - moments[2] < timedelta(minutes=61), "the clock did jump"
    assert numbers == list(range(1, len(numbers) + 1))
    timeline = (await shifted.desk.ask(TIMELINE, id=first["id"])).body["data"]["ticket"]["timeline"]["nodes"]
    assert len({each["id"] for each in timeline}) == len(timeline)
    assert [each["bodyText"] for each in timeline if "bodyText" in each] == ["help", *said]
    parked = await shifted.rows("select kind, last_error from jobs where state = 'parked'")
    assert parked == []
    stream = await shifted.rows(
        "select e.changes->>'message_id' as id from events e where e.type = 'message.added' order by e.xid, e.id"
    )
    written = await shifted.rows("select id::text, body_text from messages where body_text like 'said %'")
    bodies = {row["id"]: row["body_text"] for row in written}
    assert [bodies[row["id"]] for row in stream] == said, "the stream tells events in the order they happened"


async def _mailed(shifted: Shifted, many: int) -> bool:
    return len(list(shifted.mails.glob("*.eml"))) >= many


async def test_a_token_lives_through_it(shifted: Shifted) -> None:
    for seconds in (-HOUR, HOUR, 0):
        shifted.clock.set(seconds)
        assert (await shifted.desk.ask("{ viewer { user { id } } }")).status == 200

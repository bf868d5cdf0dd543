"""A minute of `kill -9` at random under a mixed load, one kind of process at a time: nothing acknowledged is lost,
nothing is done twice."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.found import JOBS_LEFT, read_everything
from tests.crash.installation import Installation, served, wait_for
from tests.crash.load import Record, load
from tests.crash.subscriber import Subscriber

LAST_EVENT = "select coalesce(max(xid::text::bigint), 0) from events"
EVENTS_SINCE = """select replace(id::text, '-', '') from events where xid::text::bigint > {since}
  order by xid, id"""
MINUTE = 60.0
VICTIMS: dict[str, Callable[[Installation], int | None]] = {
    "web": Installation.pid_of_web,
    "worker": Installation.pid_of_worker,
    "postgres": Installation.pid_of_postgres,
}


@pytest.mark.timeout(420)
@pytest.mark.parametrize("victim", VICTIMS)
async def test_a_minute_of_kill_9_loses_and_doubles_nothing(victim: str, folder: Path) -> None:
    with served(folder) as installation:
        over, subscriber = asyncio.Event(), Subscriber(installation)
        listening = asyncio.create_task(subscriber.listen())
        await asyncio.wait_for(subscriber.listening.wait(), 60)
        begun = await installation.count(LAST_EVENT)
        working = asyncio.create_task(load(installation, clients=4, until=over))

        await asyncio.wait_for(
            subscriber.has_heard.wait(), 60
        )  # From here on it has a cursor to come back with.
        kills = await _killed_at_random(installation, VICTIMS[victim])
        over.set()
        async with asyncio.timeout(120):
            record = await working

        assert kills >= 4
        await _settled(installation)
        _assert_all_is_there(record, installation)
        _assert_each_mail_once(record, installation)
        await _assert_each_event_once(subscriber, installation, since=begun)
        listening.cancel()


async def _assert_each_event_once(subscriber: Subscriber, installation: Installation, *, since: int) -> None:
    """The subscriber hears every event, each once, in the order of the stream, however often it had to come back."""
    there = await installation.column(EVENTS_SINCE.format(since=since))
    async with asyncio.timeout(120):
        while len(subscriber.heard) < len(there):  # noqa: ASYNC110 - what is heard comes from another process
            await asyncio.sleep(0.1)
    assert subscriber.heard == [f"evt_{each}" for each in there]


async def _killed_at_random(installation: Installation, pid_of: Callable[[Installation], int | None]) -> int:
    chance, kills, until = random.Random(11), 0, time.monotonic() + MINUTE
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(0.5, 4))
        pid = await asyncio.to_thread(pid_of, installation)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    return kills


async def _settled(installation: Installation) -> None:
    """Everything runs again and no job is left."""
    await asyncio.to_thread(wait_for, installation.ready, installation.output)
    async with asyncio.timeout(180):
        while await installation.count(JOBS_LEFT):  # noqa: ASYNC110 - another process settles them
            await asyncio.sleep(0.2)


def _assert_all_is_there(record: Record, installation: Installation) -> None:
    found = read_everything(installation)
    assert found.numbers == record.numbers
    assert sorted(map(int, found.numbers.values())) == list(range(1, len(record.numbers) + 1))
    assert found.titles == record.titles
    for ticket, bodies in found.bodies.items():
        assert Counter(bodies[1:]) == Counter(record.bodies[ticket])


def _assert_each_mail_once(record: Record, installation: Installation) -> None:
    addressed = Counter(
        line.removeprefix("To: ")
        for mail in installation.mails
        for line in mail.read_text().splitlines()
        if line.startswith("To: ")
    )
    assert addressed == Counter([*record.invited, "wei@acme.example"])

"""A mixed load, and all that must be true after it whatever was killed meanwhile."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from standardwebhooks import Webhook as Verifier

from tests.crash.found import JOBS_LEFT, read_everything
from tests.crash.installation import Installation, wait_for
from tests.crash.load import Record, load
from tests.crash.subscriber import Subscriber
from tests.webhooks.receiving import Receiver, receiving

HOOK = """mutation($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { webhook { id } signingSecret userErrors { code message } } }"""
FOLLOWING = "select count(*) from stream_positions where name = 'webhooks.match'"
LAST_EVENT = "select coalesce(max(xid::text::bigint), 0) from events"
EVENTS_SINCE = """select replace(id::text, '-', '') from events where xid::text::bigint > {since}
  order by xid, id"""
TOLD_OF_JOBS_LEFT = """select concat_ws(' ', kind, state, attempts, right(last_error, 200)) from jobs
  where state <> 'done'"""
NOT_DELIVERED = "select count(*) from webhook_deliveries where state <> 'DELIVERED'"

PATIENCE = 300.0


@dataclass(frozen=True)
class Witnesses:
    """Who is told of what happens."""

    subscriber: Subscriber
    receiver: Receiver
    verifier: Verifier


@asynccontextmanager
async def under_load(installation: Installation, *, clients: int = 4) -> AsyncIterator[None]:
    """People work while the block runs, a subscriber listens and a webhook is sent. Then all that was acknowledged is
    there, once; every event was heard once and delivered; and no job is left."""
    over, subscriber = asyncio.Event(), Subscriber(installation)
    async with receiving() as receiver:
        verifier = await _hooked(installation, receiver)
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(subscriber.listen())]
        try:
            await asyncio.wait_for(subscriber.listening.wait(), 60)
            witnesses = Witnesses(subscriber, receiver, verifier)
            begun = await installation.count(LAST_EVENT)
            working = asyncio.create_task(load(installation, clients=clients, until=over))
            tasks.append(working)
            # From here on the subscriber has a cursor to come back with.
            await asyncio.wait_for(subscriber.has_heard.wait(), 60)
            yield
            over.set()
            async with asyncio.timeout(120):
                record = await working
            await _assert_nothing_is_lost_or_doubled(installation, record, witnesses, since=begun)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _hooked(installation: Installation, receiver: Receiver) -> Verifier:
    """A webhook for everything, once the worker follows events: what happened before is not told."""
    async with asyncio.timeout(60):
        while not await installation.count(FOLLOWING):  # noqa: ASYNC110 - another process begins
            await asyncio.sleep(0.1)
    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {installation.token}"}) as http:
        wanted = {"input": {"name": "All", "url": receiver.url(), "eventTypes": ["*"]}}
        reply = await http.post(f"{installation.url}/graphql", json={"query": HOOK, "variables": wanted})
    made = reply.json()["data"]["webhookCreate"]
    assert made["userErrors"] == []
    return Verifier(made["signingSecret"])


async def _assert_nothing_is_lost_or_doubled(
    installation: Installation, record: Record, witnesses: Witnesses, *, since: int
) -> None:
    await _settled(installation)
    await asyncio.to_thread(_assert_all_is_there, record, installation)
    _assert_each_mail_once(record, installation)
    events = await installation.column(EVENTS_SINCE.format(since=since))
    await _assert_each_event_heard_once(witnesses.subscriber, events)
    await _assert_each_event_delivered(installation, witnesses, events)


async def _settled(installation: Installation) -> None:
    """Everything runs again and no job is left."""
    await asyncio.to_thread(wait_for, installation.ready, installation.output)
    until = time.monotonic() + PATIENCE
    while await installation.count(JOBS_LEFT):
        if time.monotonic() > until:
            left = Counter(await installation.column(TOLD_OF_JOBS_LEFT))
            raise AssertionError(f"{left}\n{_told(installation)}")
        await asyncio.sleep(0.2)


def _told(installation: Installation) -> str:
    """The end of the log, without what requests and webhooks fill it with."""
    lines = installation.output().splitlines()
    return "\n".join(
        [each for each in lines if '"http.request"' not in each and '"webhook.tried"' not in each][-60:]
    )


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


async def _assert_each_event_heard_once(subscriber: Subscriber, events: list[str]) -> None:
    """Every event, each once, in the order of the stream, however often the subscriber had to come back."""
    expected = [f"evt_{each}" for each in events]
    first = expected[0]  # Before it may come what happened while the subscriber connected.
    async with asyncio.timeout(120):
        while expected[-1] not in subscriber.heard:  # noqa: ASYNC110 - what is heard comes from another process
            await asyncio.sleep(0.1)
    assert subscriber.heard[subscriber.heard.index(first) :] == expected


async def _assert_each_event_delivered(
    installation: Installation, witnesses: Witnesses, events: list[str]
) -> None:
    """Each at least once, signed, and always under the same id and with the same body."""
    expected, receiver = {f"aud_{each}" for each in events}, witnesses.receiver
    async with asyncio.timeout(180):
        while not expected <= {each.json["data"]["event"]["id"] for each in receiver.received}:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    await _settled(installation)
    assert await installation.count(NOT_DELIVERED) == 0
    told = defaultdict(set)
    for each in receiver.received:
        said = witnesses.verifier.verify(each.body, each.headers)
        told[said["data"]["event"]["id"]].add((each.id, each.body))
    assert {event: len(ways) for event, ways in told.items()} == dict.fromkeys(told, 1)
    assert len({identity for ways in told.values() for identity, _ in ways}) == len(told)

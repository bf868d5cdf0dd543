"""Workers as processes: an event of the API reaches the receiver, and a worker that is killed loses nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from standardwebhooks import Webhook as Verifier

from settings import Settings
from tests.programs import running
from tests.webhooks.receiving import Receiver
from tests.webhooks.working import Hooks

PROGRAM = Path(__file__).with_name("program.py")


async def _until(condition: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - another process acts
            await asyncio.sleep(0.05)


async def _until_state(hooks: Hooks, webhook: str, state: str, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while [each["state"] for each in await hooks.log(webhook)] != [state]:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.1)


async def test_a_worker_killed_between_sending_and_writing_sends_the_same_again(
    hooks: Hooks, receiver: Receiver, database_url: str, settings: Settings
) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.happen()
    with running(PROGRAM, database_url, settings.data_dir) as first:

        def kill() -> None:
            receiver.on_request = lambda: None
            first.kill()

        receiver.on_request = kill
        await _until(lambda: len(receiver.received) == 1)
        first.wait()

    before = await hooks.log(webhook)
    with running(PROGRAM, database_url, settings.data_dir):
        await _until_state(hooks, webhook, "DELIVERED")

    assert [(each["state"], each["attempts"]) for each in before] == [("PENDING", 0)]
    assert len(receiver.received) == 2
    assert len(set(receiver.ids)) == len({each.body for each in receiver.received}) == 1
    for each in receiver.received:
        Verifier(hooks.secrets[webhook]).verify(each.body, each.headers)


async def test_what_happens_at_the_desk_reaches_the_receiver(
    hooks: Hooks, receiver: Receiver, database_url: str, settings: Settings
) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    with running(PROGRAM, database_url, settings.data_dir):
        # A follower that is new begins with what happens from then on.
        tickets: list[str] = []
        async with asyncio.timeout(90):
            while not receiver.received:
                tickets.append(await hooks.open_ticket())
                await asyncio.sleep(0.5)

    got = receiver.received[0]
    said = Verifier(hooks.secrets[webhook]).verify(got.body, got.headers)
    assert said["data"]["event"]["subjectId"] in tickets

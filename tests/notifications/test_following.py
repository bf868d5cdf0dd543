"""From an act to a notification, through the worker's own parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from core.kit.database import Reach, execute, fetch_one
from core.kit.jobs import Pace, work
from core.kit.stream import Listener, follow
from core.kit.stream.followers import fan_out
from core.kit.waking import PostgresWaking
from core.notifications.tasks import MATCH_JOB, match_handler
from core.testing import Desk
from core.worker import FOLLOWERS
from settings import Settings
from tests.notifications.telling import AWAY, rows
from tests.tickets.making import make_group, open_ticket

QUICK = Pace(poll_seconds=0.05, grace=timedelta(seconds=5))
SECONDS = 60


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[None]:
    """What the worker does about notifications, from now on."""
    assert settings.database_url is not None
    ours = [each for each in FOLLOWERS if each.kind == MATCH_JOB]
    await fan_out(ours[0])
    tasks = [
        asyncio.create_task(follow(ours, Listener(PostgresWaking(settings.database_url.get_secret_value())))),
        asyncio.create_task(work({MATCH_JOB: match_handler(mail_after=AWAY)}, QUICK)),
    ]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await execute("delete from stream_positions where name = :name", {"name": MATCH_JOB}, reach=Reach.SYSTEM)


@pytest.mark.requirement("Q5")
@pytest.mark.usefixtures("worker")
async def test_an_act_is_told_a_moment_later(desk: Desk) -> None:
    group = await make_group(desk, "Support", desk.agent)
    ticket = await open_ticket(
        desk.admin, requesterId=desk.customer.id, groupId=group, assigneeId=desk.agent.id
    )

    async with asyncio.timeout(SECONDS):
        while not (found := await rows(desk)):  # noqa: ASYNC110 - rows in a database
            await asyncio.sleep(0.05)

    assert [(row["user_id"], row["kind"]) for row in found] == [(desk.agent.key, "ASSIGNED")]
    parked = await fetch_one(
        "select 1 from jobs where tenant_id = :tenant and state = 'parked'",
        {"tenant": desk.tenant_id},
        reach=Reach.SYSTEM,
    )
    assert parked is None
    assert ticket["assignee"] == {"id": desk.agent.id}

"""Notifications as they are made, over a socket."""

import asyncio
from datetime import timedelta

import pytest

from core.housekeeping import WAKES, sweep_notification_wakes
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, fetch_value
from core.kit.ids import id_at
from core.testing import Desk
from tests.notifications.telling import MARK_ALL, notifications, tell
from tests.stream.waiting import cursor_of, waiting
from tests.tickets.making import make_group, open_ticket, replied

ADDED = """subscription ($after: String) { notificationAdded(after: $after) { cursor
  notification { id kind ticket { number } message { bodyText } } unreadNotificationCount { value } } }"""
EVENTS = "subscription ($after: String) { events(after: $after) { type } }"
LOG = "{ auditEvents(first: 100) { nodes { type } } }"


@pytest.fixture
async def group(desk: Desk) -> str:
    return await make_group(desk, "Support", desk.agent)


async def given(desk: Desk, group: str) -> dict[str, str]:
    """A ticket that the agent is given."""
    return await open_ticket(
        desk.admin, requesterId=desk.customer.id, groupId=group, assigneeId=desk.agent.id
    )


@pytest.mark.requirement("Q5")
async def test_a_notification_arrives_and_can_be_read_at_once(desk: Desk, group: str) -> None:
    start = await cursor_of(desk.agent)

    async with waiting(desk.agent, ADDED, after=start) as heard:
        ticket = await given(desk, group)
        await tell(desk)
        first = await heard.next()
        await desk.agent.ask(MARK_ALL, input={})
        await replied(desk.customer, ticket, "any news?")
        await tell(desk)
        second = await heard.next()

    listed = await notifications(desk.agent)
    assert [each["notification"]["id"] for each in (second, first)] == [each["id"] for each in listed]
    assert first["notification"]["kind"] == "ASSIGNED"
    assert first["notification"]["ticket"] == {"number": ticket["number"]}
    assert second["notification"]["message"] == {"bodyText": "any news?"}
    assert [each["unreadNotificationCount"]["value"] for each in (first, second)] == [1, 1]


async def test_everybody_hears_of_their_own_only(desk: Desk, other: Desk, group: str) -> None:
    start, elsewhere = await cursor_of(desk.agent), await cursor_of(other.agent)
    async with (
        waiting(desk.customer, ADDED, after=start) as customer,
        waiting(desk.admin, ADDED, after=start) as admin,
        waiting(other.agent, ADDED, after=elsewhere) as stranger,
    ):
        ticket = await given(desk, group)
        await replied(desk.agent, ticket, "tomorrow")
        await replied(desk.admin, ticket, "he is difficult", visibility="PRIVATE")
        await tell(desk)
        assert (await customer.next())["notification"]["message"] == {"bodyText": "tomorrow"}
        second = await given(desk, group)
        await replied(desk.admin, second, "today")
        await tell(desk)
        assert (await customer.next())["notification"]["message"] == {"bodyText": "today"}
        assert (admin.socket.reader.inbox.qsize(), stranger.socket.reader.inbox.qsize()) == (0, 0)


async def test_what_was_missed_comes_after_the_cursor(desk: Desk, group: str) -> None:
    start = await cursor_of(desk.agent)
    for _ in range(3):
        await given(desk, group)
    await tell(desk)

    async with waiting(desk.agent, ADDED, after=start) as heard:
        all_three = [await heard.next() for _ in range(3)]
    async with waiting(desk.agent, ADDED, after=all_three[0]["cursor"]) as heard:
        assert [await heard.next() for _ in range(2)] == all_three[1:]


async def test_who_listens_is_about(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        await execute("update tokens set last_used_at = now() - interval '1 hour'", {})
    async with waiting(desk.agent, ADDED):
        async with asyncio.timeout(30):
            while not await _is_about(desk):  # noqa: ASYNC110 - a row in the database
                await asyncio.sleep(0.05)


async def _is_about(desk: Desk) -> bool:
    with acting_for(desk.tenant_id):
        found = await fetch(
            "select 1 from tokens where user_id = :user and last_used_at > now() - interval '5 minutes'",
            {"user": desk.agent.key},
        )
    return bool(found)


async def test_the_log_and_the_stream_do_not_tell_what_others_are_told(desk: Desk, group: str) -> None:
    """Not even the founder, who may read the log."""
    start = await cursor_of(desk.founder)
    await given(desk, group)
    await tell(desk)
    await desk.founder.ask(
        'mutation { tagCreate(input: {name: "later"}) { tag { id } userErrors { code } } }'
    )
    await open_ticket(desk.customer)

    logged = (await desk.founder.ask(LOG)).data["auditEvents"]["nodes"]
    assert "notification.created" not in {each["type"] for each in logged}
    async with waiting(desk.founder, EVENTS, after=start) as heard:
        types: list[str] = []
        while types.count("ticket.created") < 2:
            types.append((await heard.next())["type"])
    assert "notification.created" not in types


@pytest.mark.committed
async def test_wakes_are_swept_after_a_day(desk: Desk, group: str) -> None:
    await given(desk, group)
    await given(desk, group)
    await tell(desk)
    count = "select count(*) from events where type = 'notification.created'"
    with acting_for(desk.tenant_id):
        assert await fetch_value(count, {}) == 2
        moment = await fetch_value("select now()", {}) - WAKES - timedelta(hours=1)
        values = {"old": id_at(moment), "tenant": desk.tenant_id}
    await execute(
        "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)"
        " values (:old, :tenant, now(), :old, 'notification.created', 'notification', :old, '{}', 'worker')",
        values,
        reach=Reach.SYSTEM,
    )

    await sweep_notification_wakes()

    with acting_for(desk.tenant_id):
        assert await fetch_value(count, {}) == 2
        gone = await fetch("select 1 from events where id = :old", {"old": values["old"]})
    assert gone == []

"""Links follow what becomes of their issues."""

from uuid import UUID

import pytest

from core.extensions.tasks import SPREAD, plugin_plans, spread_handler
from core.kit.context import acting_for
from core.kit.database import erase, execute, fetch, fetch_value, transaction
from core.kit.ids import split_global
from core.kit.jobs import Claimed
from core.kit.stream.followers import fan_out
from core.pluginhost.isolation import Broken
from core.sdk import Unreachable
from core.testing import Desk
from settings import Settings
from tests.plugins.ticket_links.making import (
    connected,
    events,
    followers,
    host,
    issue,
    linked,
    links,
    run,
    tell,
    work,
)
from tests.tickets.making import open_ticket, update
from tests.webhooks.receiving import answer, receiving

DISABLE = 'mutation { pluginDisable(input: {name: "ticket_links"}) { userErrors { code } } }'
STATUSES = "{ statuses(first: 50) { nodes { id category } } }"


async def test_the_webhook_is_heard_by_a_job(desk: Desk, settings: Settings) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        instance = await connected(desk, tracker)
        await linked(desk, ticket)
        tracker.answers.append(issue())
        await work(desk, settings)

        told = [await tell(desk, instance, "closed") for _ in range(2)]
        before = await links(desk, ticket)
        done = await work(desk, settings)

    assert [each.status_code for each in told] == [202, 202]
    assert [each["state"] for each in before] == ["OPEN"], "the request only keeps what was told"
    assert done == ["heard", "heard"]
    assert [each["state"] for each in await links(desk, ticket)] == ["CLOSED"]
    assert [name for name, _ in await events(desk)] == ["linked", "state_changed", "state_changed"]


async def test_a_message_that_breaks_what_reads_it_is_kept_and_read_again(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        instance = await connected(desk, tracker)
        await linked(desk, ticket)
        tracker.answers.append(issue())
        await work(desk, settings)
        await tell(desk, instance, "closed")

    with monkeypatch.context() as broken, pytest.raises(Broken):
        broken.setattr("plugins.ticket_links.following.read_issue", lambda *_given: 1 / 0)
        await work(desk, settings)
    before = await links(desk, ticket)
    done = await work(desk, settings)

    assert [each["state"] for each in before] == ["OPEN"]
    assert done == ["heard"]
    assert [each["state"] for each in await links(desk, ticket)] == ["CLOSED"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"secret": "another-secret-of-16"}, 401), ({"about": "ping"}, 204), ({"repository": 3}, 400)],
)
async def test_a_message_that_is_none_of_its_own_changes_nothing(
    desk: Desk, settings: Settings, changes: dict[str, object], status: int
) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        instance = await connected(desk, tracker)
        await linked(desk, ticket)
        tracker.answers.append(issue())
        await work(desk, settings)

        told = await tell(desk, instance, "closed", **changes)  # type: ignore[arg-type]

    assert told.status_code == status
    assert await work(desk, settings) == []
    assert [each["state"] for each in await links(desk, ticket)] == ["OPEN"]


async def test_another_tenants_instance_does_not_open_a_door(
    desk: Desk, other: Desk, settings: Settings
) -> None:
    """Whoever has an instance may tell of its own links alone, and only while the plugin is enabled."""
    ours, theirs = await open_ticket(desk.agent), await open_ticket(other.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        instance = await connected(other, tracker)
        for each, ticket in ((desk, ours), (other, theirs)):
            await linked(each, ticket)
        await tell(other, instance, "closed")
        for each in (desk, other):
            tracker.answers.append(issue())
            await work(each, settings)
        await other.admin.ask(DISABLE)
        refused = await tell(other, instance, "open")

    assert [each["state"] for each in await links(desk, ours)] == ["OPEN"]
    assert refused.status_code == 404


async def test_what_the_webhook_did_not_tell_is_asked(desk: Desk, settings: Settings) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        await linked(desk, ticket)
        tracker.answers.append(issue("open"))
        await run(desk, settings, "refresh")
        asked = len(tracker.received)
        await run(desk, settings, "refresh")
        again = len(tracker.received)
        with acting_for(desk.tenant_id):
            await execute("update plugin_ticket_links_links set checked_at = checked_at - interval '2 hours'")
        tracker.answers.append(issue("closed"))
        await run(desk, settings, "refresh")

    assert again == asked, "it was asked just now"
    assert [each["state"] for each in await links(desk, ticket)] == ["CLOSED"]


async def test_a_tracker_that_is_down_is_asked_later(desk: Desk, settings: Settings) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        await linked(desk, ticket)
        tracker.answers.append(answer(502))
        with pytest.raises(Unreachable, match="The tracker answers 502"):
            await run(desk, settings, "refresh")

    assert [each["state"] for each in await links(desk, ticket)] == ["UNKNOWN"]


async def test_links_of_closed_tickets_are_not_followed(desk: Desk, settings: Settings) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        await linked(desk, ticket)
        tracker.answers.append(issue())
        await work(desk, settings)
        [follower] = followers()
        while await fan_out(follower):
            pass
        found = (await desk.founder.ask(STATUSES)).data["statuses"]["nodes"]
        closed = next(each["id"] for each in found if each["category"] == "CLOSED")
        await update(desk.founder, ticket, statusId=closed)
        while await fan_out(follower):
            pass
        done = await work(desk, settings)
        asked = len(tracker.received)
        with acting_for(desk.tenant_id):
            await execute("update plugin_ticket_links_links set checked_at = null")
        await run(desk, settings, "refresh")

    assert done == ["on.ticket_changed"]
    assert len(tracker.received) == asked


async def test_the_schedule_asks_for_each_tenant_that_has_enabled_it_once(desk: Desk, other: Desk) -> None:
    async with receiving() as tracker:
        await connected(desk, tracker)
    kind = "plugin.ticket_links.refresh"
    job = Claimed(UUID(int=1), None, SPREAD, {"job": "ticket_links.refresh"}, attempts=1)
    gone = Claimed(UUID(int=1), None, SPREAD, {"job": "gone.refresh"}, attempts=1)
    for each in (job, job, gone):
        await spread_handler(host())(each)

    many = []
    for each in (desk, other):
        with acting_for(each.tenant_id):
            values = {"tenant": each.tenant_id, "kind": kind}
            many.append(
                await fetch_value(
                    "select count(*) from jobs where tenant_id = :tenant and kind = :kind", values
                )
            )
    assert many == [1, 0]
    assert [(plan.name, plan.kind, plan.payload) for plan in plugin_plans(host())] == [
        (kind, SPREAD, {"job": "ticket_links.refresh"})
    ]


async def test_a_job_of_a_tenant_that_has_disabled_it_does_nothing(desk: Desk, settings: Settings) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        await linked(desk, ticket)
        await desk.admin.ask(DISABLE)
        asked = len(tracker.received)
        done = await work(desk, settings)

    assert done == ["look"]
    assert len(tracker.received) == asked


async def test_links_go_with_their_ticket(desk: Desk) -> None:
    async with receiving() as tracker:
        await connected(desk, tracker)
    kept, gone = [await open_ticket(desk.agent) for _ in range(2)]
    for each in (kept, gone):
        await linked(desk, each)
    parts = split_global(gone["id"])
    assert parts is not None

    with acting_for(desk.tenant_id):
        async with transaction():
            await erase("tickets", [parts[1]])
        left: list[UUID] = [
            row["ticket_id"]
            for row in await fetch(
                "select ticket_id from plugin_ticket_links_links where tenant_id = :tenant",
                {"tenant": desk.tenant_id},
            )
        ]

    assert [f"tkt_{each.hex}" for each in left] == [kept["id"]]

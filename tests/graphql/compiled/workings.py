"""How a desk works, as rows: jobs and their failures, webhooks and their deliveries, what people are told."""

from datetime import UTC, datetime, timedelta

from core.kit.ids import new_id
from tests.graphql.compiled.filler import Filler


async def fill_workings(filler: Filler) -> None:
    await _jobs(filler)
    await _webhooks(filler)
    await _told(filler)


async def _jobs(filler: Filler) -> None:
    desk, row = filler.desk, filler.planted.row
    tickets = await filler.keys("tickets")
    for place, state in enumerate(["ready", "leased", "done", "parked", "cancelled"]):
        total = 4 if place % 2 == 0 else None
        job = await row(
            "jobs", kind="ticket.bulk_update", payload={}, state=state, run_at=filler.moment(), attempts=place,
            fault=["FAILED", None, None, "TIMED_OUT", None][place], total=total, done=3, failed=place,
            is_rolled_back=place == 4, created_by_id=filler.maybe(desk.agent.key), is_requested=True,
            finished_at=filler.maybe(filler.moment()),
        )  # fmt: skip
        for number in range(place):
            await row(
                "job_failures", job_id=job, subject_type="ticket" if number else "else", subject_id=tickets[number],
                code="CONFLICT", message="{what} is gone", details={"what": "It"}, path=["input", "statusId"],
            )  # fmt: skip


async def _webhooks(filler: Filler) -> None:
    row, owner = filler.planted.row, filler.desk.admin.key
    webhook = await row(
        "webhooks", name="Second", url="https://example.com/", event_types=["ticket.created", "ticket.updated"],
        secret="sealed", owner_id=owner, state="PAUSED", pause_reason="FAILING", failing_since=filler.moment(),
    )  # fmt: skip
    for place, state in enumerate(["DELIVERED", "FAILED", "HELD", "PENDING"] * 2):
        await row(
            "webhook_deliveries", webhook_id=webhook, event_id=filler.maybe(new_id()), event_type="ticket.created",
            state=state, attempts=place, problem=[None, "STATUS", "NO_ANSWER", None][place % 4],
            detail=filler.maybe("500"), response_status=filler.maybe(500), duration_ms=filler.maybe(12),
            attempted_at=filler.maybe(filler.moment()), payload="{}",
        )  # fmt: skip


async def _told(filler: Filler) -> None:
    desk, row = filler.desk, filler.planted.row
    tickets = await filler.keys("tickets")
    for place, person in enumerate(
        [desk.founder, desk.group_agent, desk.own_agent, desk.customer, desk.helper]
    ):
        for ticket in tickets[place : place + 4]:
            await row(
                "notifications", user_id=person.key, kind="ASSIGNED", event_id=new_id(), ticket_id=ticket,
                actor_id=filler.maybe(desk.agent.key), read_at=filler.maybe(filler.moment()),
            )  # fmt: skip
    await row(
        "presences", ticket_id=tickets[0], user_id=desk.group_agent.key, doing="REPLYING",
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )  # fmt: skip

"""What is due, and whom to call back: six lists around today, with their counts (M6 to M9)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.testing import Desk, Person
from tests.tickets.making import make_group, open_ticket, statuses, updated

ZONE = "Asia/Shanghai"
BUCKETS = ("PAST_30_DAYS", "PAST_7_DAYS", "YESTERDAY", "TODAY", "WITHIN_3_DAYS", "WITHIN_7_DAYS")
COUNTS = "{" + " ".join(
    f"{name}: tickets(filter: {{MOMENT: {name}}}) {{ nodes {{ title }} totalCount {{ value }} }}" for name in BUCKETS
) + "}"  # fmt: skip


async def in_zone(desk: Desk) -> datetime:
    """The midnight that began today where the helpdesk is."""
    zone = "mutation($input: TenantUpdateInput!) { tenantUpdate(input: $input) { userErrors { code } } }"
    (await desk.admin.ask(zone, input={"timeZone": ZONE})).payload("tenantUpdate")
    here = datetime.now(UTC).astimezone(ZoneInfo(ZONE))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


async def buckets(person: Person, moment: str) -> dict[str, set[str]]:
    """Titles by bucket; the counts agree."""
    found = (await person.ask(COUNTS.replace("MOMENT", moment))).data
    for page in found.values():
        assert page["totalCount"]["value"] == len(page["nodes"])
    return {name: {each["title"] for each in page["nodes"]} for name, page in found.items()}


@pytest.mark.requirement("M8")
@pytest.mark.requirement("E14")
@pytest.mark.parametrize(("field", "moment"), [("dueAt", "dueIn"), ("callbackAt", "callbackIn")])
async def test_each_moment_stands_in_the_buckets_of_its_day(
    desk: Desk, way: str, field: str, moment: str
) -> None:
    today = await in_zone(desk)
    minute, day = timedelta(minutes=1), timedelta(days=1)
    moments = {
        "long ago": today - 30 * day - minute, "30 days ago": today - 30 * day, "8 days ago": today - 8 * day,
        "7 days ago": today - 7 * day, "yesterday": today - minute, "midnight": today, "tonight": today + day - minute,
        "tomorrow": today + day, "in 3 days": today + 4 * day - minute, "in 4 days": today + 4 * day,
        "in 7 days": today + 8 * day - minute, "in 8 days": today + 8 * day,
    }  # fmt: skip
    for title, at in moments.items():
        await open_ticket(desk.founder, title=title, **{field: at.isoformat()})
    await open_ticket(desk.founder, title="never")

    assert await buckets(desk.admin, moment) == {
        "PAST_30_DAYS": {"30 days ago", "8 days ago", "7 days ago", "yesterday"},
        "PAST_7_DAYS": {"7 days ago", "yesterday"},
        "YESTERDAY": {"yesterday"},
        "TODAY": {"midnight", "tonight"},
        "WITHIN_3_DAYS": {"tomorrow", "in 3 days"},
        "WITHIN_7_DAYS": {"tomorrow", "in 3 days", "in 4 days", "in 7 days"},
    }


@pytest.mark.requirement("M7")
async def test_what_is_solved_is_no_reminder(desk: Desk) -> None:
    today = await in_zone(desk)
    ticket = await open_ticket(desk.founder, title="done", dueAt=(today + timedelta(hours=1)).isoformat())
    assert (await buckets(desk.admin, "dueIn"))["TODAY"] == {"done"}

    await updated(desk.admin, ticket, statusId=(await statuses(desk))["solved"])

    assert (await buckets(desk.admin, "dueIn"))["TODAY"] == set()


@pytest.mark.requirement("M9")
async def test_everybody_is_reminded_of_what_they_see(desk: Desk) -> None:
    today = await in_zone(desk)
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await make_group(desk, "Tier 2", desk.admin)
    for title, values in (("theirs", {"groupId": group}), ("others", {})):
        await open_ticket(
            desk.founder, title=title, callbackAt=(today + timedelta(hours=1)).isoformat(), **values
        )

    assert (await buckets(desk.admin, "callbackIn"))["TODAY"] == {"theirs", "others"}
    for person in (desk.agent, desk.leader):
        assert (await buckets(person, "callbackIn"))["TODAY"] == {"theirs"}
    assert (await buckets(desk.customer, "callbackIn"))["TODAY"] == set()

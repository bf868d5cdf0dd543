"""Events lie in a partition for each month: made ahead, dropped when they are older than the setting says."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from core import housekeeping, worker
from core.app import runtime_of
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, fetch_value, is_unavailable, system_fetch
from core.kit.database.connect import credentials
from core.kit.ids import first_id_at, id_at
from core.testing import Desk
from settings import Settings


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(**credentials(database_url))
    yield connection
    await connection.close()


def day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def month_in(months: int) -> datetime:
    now = datetime.now(UTC)
    return datetime(
        now.year + (now.month - 1 + months) // 12, (now.month - 1 + months) % 12 + 1, 1, tzinfo=UTC
    )


async def _plant(desk: Desk, moment: datetime) -> UUID:
    key = id_at(moment)
    with acting_for(desk.tenant_id):
        await execute(
            "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)"
            " values (:id, :tenant, :at, :id, 'ticket.updated', 'ticket', :id, '{}', 'api')",
            {"id": key, "tenant": desk.tenant_id, "at": moment},
        )
    return key


async def _where(key: UUID) -> str | None:
    found: str | None = await fetch_value(
        "select tableoid::regclass::text from events where id = :id", {"id": key}, reach=Reach.SYSTEM
    )
    return found


async def _partition(owner: asyncpg.Connection, year: int, month: int) -> None:
    first, following = datetime(year, month, 1, tzinfo=UTC), datetime(year, month + 1, 1, tzinfo=UTC)
    await owner.execute(
        f"create table events_{year}_{month:02} partition of events"
        f" for values from ('{first_id_at(first)}') to ('{first_id_at(following)}')"
    )


async def _partitions() -> set[str]:
    rows = await system_fetch(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'events'::regclass"
    )
    return {row[0] for row in rows}


async def test_an_event_of_today_lies_in_the_partition_of_its_month(desk: Desk) -> None:
    now = datetime.now(UTC)

    assert await _where(await _plant(desk, now)) == f"events_{now:%Y_%m}"


async def test_a_month_made_late_takes_over_what_fell_into_the_default(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming, after = month_in(5), month_in(6)
    first, last, later = [
        await _plant(desk, moment) for moment in (coming, after - timedelta(milliseconds=1), after)
    ]
    assert await _where(first) == "events_default"
    monkeypatch.setattr(housekeeping, "MONTHS_AHEAD", 5)

    await housekeeping.make_event_partitions()
    made = await _partitions()
    await housekeeping.make_event_partitions()

    assert await _partitions() == made
    assert {f"events_{month_in(ahead):%Y_%m}" for ahead in range(6)} <= made
    own = f"events_{coming:%Y_%m}"
    assert [await _where(key) for key in (first, last, later)] == [own, own, "events_default"]
    with acting_for(desk.tenant_id):
        assert len(await fetch("select from events where id = any(:ids)", {"ids": [first, last]})) == 2
    with acting_for(other.tenant_id):
        assert await fetch("select from events where id = any(:ids)", {"ids": [first, last]}) == []


async def test_months_wholly_older_than_the_setting_go_and_no_other(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    for month in (2, 3):
        await _partition(owner, 2001, month)
    gone = [await _plant(desk, moment) for moment in (day(2001, 1, 31), day(2001, 2, 1), day(2001, 2, 28))]
    kept = [await _plant(desk, moment) for moment in (day(2001, 3, 1), day(2001, 3, 31), day(2001, 5, 1))]

    await housekeeping.drop_old_events(datetime.now(UTC) - day(2001, 3, 20))

    assert [await _where(key) for key in gone] == [None, None, None]
    assert [await _where(key) for key in kept] == ["events_2001_03", "events_2001_03", "events_default"]
    assert "events_2001_02" not in await _partitions()
    await owner.execute("drop table events_2001_03")


async def test_the_present_month_is_never_dropped() -> None:
    before = await _partitions()

    dropped = await fetch_value(
        "select public.drop_event_partition(now() + interval '10 years')", reach=Reach.SYSTEM
    )

    assert dropped is None
    assert await _partitions() == before


async def test_a_busy_table_is_left_alone_until_the_next_time(desk: Desk, owner: asyncpg.Connection) -> None:
    """Waiting longer would make every request wait behind it."""
    await _partition(owner, 2002, 2)
    async with owner.transaction():
        await owner.execute("lock table events in access share mode")
        with pytest.raises(asyncpg.LockNotAvailableError) as refused:
            await housekeeping.drop_old_events(datetime.now(UTC) - day(2002, 4, 1))
    assert is_unavailable(refused.value)
    assert "events_2002_02" in await _partitions()

    await housekeeping.drop_old_events(datetime.now(UTC) - day(2002, 4, 1))

    assert "events_2002_02" not in await _partitions()


@pytest.mark.parametrize("months", [-3, 30])
async def test_no_partition_is_made_for_a_month_out_of_all_reason(app: object, months: int) -> None:
    with pytest.raises(asyncpg.RaiseError, match="no partition of events is made"):
        await fetch_value(
            "select public.make_event_partition(:month::date)",
            {"month": month_in(months).date()},
            reach=Reach.SYSTEM,
        )


@pytest.mark.parametrize(
    "text",
    [
        "select public.make_event_partition(current_date)",
        "select public.drop_event_partition(now())",
        "select * from events_default",
        "delete from events_default",
    ],
)
async def test_requests_may_touch_no_partition(desk: Desk, text: str) -> None:
    with acting_for(desk.tenant_id), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(text)


async def test_events_are_kept_for_ever_unless_a_setting_says_how_long(
    settings: Settings, desk: Desk, owner: asyncpg.Connection
) -> None:
    await _partition(owner, 2003, 2)

    async def tend(days: int) -> None:
        of_these = settings.model_copy(update={"events_retention_days": days})
        runtime, _ = runtime_of(of_these)
        chores = worker.chores_of(of_these, runtime.storage)
        [chore] = [each for each in chores if "events" in each.name]
        await chore.do()

    await tend(0)
    assert "events_2003_02" in await _partitions()

    await tend((datetime.now(UTC) - day(2003, 3, 2)).days)
    assert "events_2003_02" not in await _partitions()

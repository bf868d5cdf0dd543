"""When work recurs: intervals in step, cron over changes of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.schedules import BadCron, Cron, Every

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
]
EXPRESSIONS = [
    "30 2 * * *", "*/20 * * * *", "0 * * * *", "15 1-3 * * *", "0 8 * * 1", "0 0 1 * *", "59 23 L * *",
    "30 1,2,3 * * 0", "0 */2 * * *", "5 4 29 2 *",
]  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_missed_intervals_are_one_and_the_next_keeps_step() -> None:
    six = Every(timedelta(hours=6))

    assert six.following(at("2026-01-01T00:00Z"), at("2026-01-01T00:00:03Z")) == at("2026-01-01T06:00Z")
    assert six.following(at("2026-01-01T00:00Z"), at("2026-01-03T13:00Z")) == at("2026-01-03T18:00Z")
    assert six.following(at("2026-01-01T00:00Z"), at("2026-01-01T06:00Z")) == at("2026-01-01T12:00Z")


def test_an_interval_reckoned_by_a_clock_that_was_ahead_comes_back_in_step() -> None:
    assert Every(timedelta(hours=6)).following(at("2027-01-01T00:00Z"), at("2026-01-01T01:00Z")) == at(
        "2026-01-01T06:00Z"
    )


@pytest.mark.parametrize(
    ("expression", "zone", "now", "wanted"),
    [
        ("0 8 * * *", "Asia/Shanghai", "2026-03-01T00:00Z", "2026-03-02T00:00Z"),
        ("0 8 * * *", "Asia/Shanghai", "2026-02-28T23:59:59.9Z", "2026-03-01T00:00Z"),
        ("0 8 * * MON", "UTC", "2026-03-01T12:00Z", "2026-03-02T08:00Z"),
        # Berlin's clocks go forward at 1:00 UTC on 29 March 2026, and back at 1:00 UTC on 25 October.
        ("0 8 * * *", "Europe/Berlin", "2026-03-28T08:00Z", "2026-03-29T06:00Z"),
        ("0 8 * * *", "Europe/Berlin", "2026-10-24T08:00Z", "2026-10-25T07:00Z"),
        # 2:30 is left out, so it is 3:00; and on the next day 2:30 again.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00Z", "2026-03-30T00:30Z"),
        # 2:30 comes twice: the first time counts, the second does not.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
        # Claimed late, when the clocks show 2:10 again.
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10Z", "2026-10-26T01:30Z"),
        # Every hour is every hour of real time.
        ("0 * * * *", "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T01:00Z"),
        ("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:30Z", "2026-03-29T01:00Z"),
        # A change by half an hour: Lord Howe, 5 April 2026, 15:00 UTC the day before.
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45Z", "2026-04-05T15:15Z"),
    ],
)  # fmt: skip
def test_cron_is_read_in_its_time_zone(expression: str, zone: str, now: str, wanted: str) -> None:
    assert Cron(expression, zone).first(at(now)) == at(wanted)


@given(
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
)
def test_the_next_time_is_always_ahead_and_nothing_lies_between(
    expression: str, zone: str, now: datetime
) -> None:
    cron = Cron(expression, zone)

    times = [cron.first(now)]
    while len(times) < 4:
        times.append(cron.first(times[-1]))

    assert times[0] > now
    for before, after in pairwise(times):
        assert after > before
        assert cron.first(before + (after - before) / 2) == after


@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("", "UTC"), ("* * * *", "UTC"), ("* * * * * *", "UTC"), ("60 * * * *", "UTC"), ("@daily", "UTC"),
        ("0 0 30 2 *", "UTC"), ("0 0 * * 8", "UTC"), ("0 8 * * *", "Mars/Olympus"), ("0 8 * * *", "../passwd"),
        ("0 8 * * *", ""), (f"{'0,' * 60}0 8 * * *", "UTC"),
    ],
)  # fmt: skip
def test_what_is_no_rhythm_is_refused(expression: str, zone: str) -> None:
    with pytest.raises(BadCron):
        Cron(expression, zone)


def test_an_interval_is_a_second_or_longer() -> None:
    with pytest.raises(ValueError, match="a second or longer"):
        Every(timedelta(milliseconds=999))

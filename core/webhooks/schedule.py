"""When a delivery is tried again: soon at first, daily at last, for about three days in all."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WAITS = (
    10 * _SECOND, _MINUTE, 5 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR, 20 * _HOUR,
    24 * _HOUR,
)  # fmt: skip
"""Between the tries of one delivery: twelve tries, 71 hours and 36 minutes."""

LONGEST_WAIT = 24 * _HOUR
_JITTER = 0.2


def next_try(tries: int, now: datetime, retry_after: str | None = None) -> datetime | None:
    """When to try again after so many tries; None when that was the last. A receiver may ask for a longer wait, of at
    most a day."""
    if tries > len(WAITS):
        return None
    wait = WAITS[tries - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads retries, guards nothing
    return now + max(wait, min(_asked(retry_after, now), LONGEST_WAIT))


def _asked(retry_after: str | None, now: datetime) -> timedelta:
    """What a Retry-After header asks for: seconds, or a date. Zero for anything else."""
    if not retry_after:
        return timedelta()
    if retry_after.isdecimal() and retry_after.isascii():
        return timedelta(seconds=min(int(retry_after[:9]), 10**8))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return timedelta()
    return max(timedelta(), (until if until.tzinfo else until.replace(tzinfo=UTC)) - now)

"""The rhythms that tickets may be opened in."""

from datetime import timedelta

from core.kit.context import Context
from core.kit.errors import DomainError, Errors
from core.kit.schedules import BadCron, Cron
from core.recurring.errors import NoRhythm, TooOften
from core.tenants.service import check_time_zone

SHORTEST = timedelta(minutes=15)
_LOOKED_AT = 100


def check_rhythm(ctx: Context, cron: str, time_zone: str) -> Cron:
    """The rhythm. Raises Errors with NoRhythm at `cron`, TooOften there, BadTimeZone at `timeZone`."""
    errors: list[DomainError] = []
    try:
        check_time_zone(time_zone, "timeZone")
    except DomainError as error:
        errors.append(error)
    try:
        rhythm = Cron(" ".join(cron.split()), "UTC" if errors else time_zone)
        _check_often(ctx, rhythm)
    except BadCron:
        errors.append(NoRhythm(path=("cron",), value=cron[:40]))
    except TooOften as error:
        errors.append(error)
    if errors:
        raise Errors(errors)
    return rhythm


def _check_often(ctx: Context, rhythm: Cron) -> None:
    """Looks at its next times. Raises TooOften."""
    at = rhythm.first(ctx.now())
    for _ in range(_LOOKED_AT):
        following = rhythm.first(at)
        if following - at < SHORTEST:
            raise TooOften(path=("cron",), minutes=int(SHORTEST.total_seconds() // 60))
        at = following

"""When work recurs: every so often, or as an expression of cron says in a time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_FIELDS = 5
_LONGEST_EXPRESSION = 100


class BadCron(ValueError):
    """An expression that is none, or that never comes true, or a time zone that is not known."""


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after so much time, whatever the clocks on the walls do. Begins at once."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval < timedelta(seconds=1):
            raise ValueError("an interval is a second or longer")

    def first(self, now: datetime) -> datetime:
        return now

    def following(self, due: datetime, now: datetime) -> datetime:
        """The first time after now in step with `due`, so that runs do not drift."""
        return due + self.interval * ((now - due) // self.interval + 1)


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression of five fields (minute, hour, day, month, weekday), read in a time zone as Debian's cron reads it.

    A time that a change of the clocks leaves out comes when it would have: at the end of the gap. One that comes twice
    is taken the first time. Expressions whose minute or hour begins with `*` follow real time instead.
    """

    expression: str
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        """Raises BadCron."""
        if len(self.expression) > _LONGEST_EXPRESSION or len(self.expression.split()) != _FIELDS:
            raise BadCron(f"an expression has {_FIELDS} fields")
        # Today for 50 years: what does not come in that time never does.
        self.first(datetime.now(UTC))

    def first(self, now: datetime) -> datetime:
        """The first time after now. Raises BadCron."""
        try:
            times = CronSim(self.expression, now.astimezone(ZoneInfo(self.time_zone)))
            # Within an hour that comes twice, what it names next may have been in the first of the two.
            return next(found for each in times if (found := each.astimezone(UTC)) > now)
        except (CronSimError, ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadCron(f"{self.expression} ({self.time_zone}): {error}") from error
        except StopIteration as error:
            raise BadCron(f"{self.expression} never comes") from error

    def following(self, due: datetime, now: datetime) -> datetime:
        return self.first(now)


Rhythm = Every | Cron

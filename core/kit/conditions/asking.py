"""Who asks and when: what `me`, `my_groups` and relative dates stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.kit.context import Context
from core.kit.ids import to_global

ME, MY_GROUPS = "me", "my_groups"
UNITS = ("days", "hours", "minutes")
LARGEST_AMOUNT = 36_500
_ORIGINS = ("now", "today")


@dataclass(frozen=True, slots=True)
class Asking:
    """`zone` is the tenant's: a day is the same for all who work on a list."""

    now: datetime
    zone: ZoneInfo
    me: str
    groups: Sequence[str] = ()

    @classmethod
    def by(cls, ctx: Context, time_zone: str) -> "Asking":
        """As this context's viewer asks now."""
        return cls(
            ctx.now(),
            ZoneInfo(time_zone),
            to_global("usr", ctx.viewer.user_id),
            [to_global("grp", key) for key in ctx.viewer.group_ids],
        )

    def ids(self, values: Sequence[str]) -> list[str]:
        """Ids, with those that the symbols stand for."""
        found: list[str] = []
        for each in values:
            found += [self.me] if each == ME else self.groups if each == MY_GROUPS else [each]
        return found

    def moment(self, value: Any) -> datetime:
        """An instant that was written out, or one told from now or from today's midnight. Days are days of the
        calendar: across a change of the clocks they have 23 or 25 hours."""
        if isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(UTC)
        local = self.now.astimezone(self.zone)
        if value["from"] == "today":
            local = datetime.combine(local.date(), time(), self.zone)
        local += timedelta(days=value.get("days", 0))  # arithmetic of the wall clock
        exact = timedelta(hours=value.get("hours", 0), minutes=value.get("minutes", 0))
        return local.astimezone(UTC) + exact

    def day(self, value: Any) -> str:
        """A day as 2026-11-23: written out, or told from today."""
        if isinstance(value, str):
            return value
        found: date = self.now.astimezone(self.zone).date() + timedelta(days=value.get("days", 0))
        return found.isoformat()


def is_relative(value: object, *, units: Sequence[str] = UNITS) -> bool:
    """Whether a value tells an instant from now or today: `{"from": "today", "days": -7}`."""
    if not isinstance(value, Mapping) or value.get("from") not in _ORIGINS or value.keys() - {"from", *units}:
        return False
    amounts = [value[unit] for unit in units if unit in value]
    return all(type(each) is int and abs(each) <= LARGEST_AMOUNT for each in amounts)

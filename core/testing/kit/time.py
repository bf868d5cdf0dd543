"""A clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.kit.context import Context


def _a_day() -> datetime:
    return datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(slots=True)
class FrozenTime:
    """What `now()` says to the product and its plugins. Jobs are due by the database's clock, which goes on."""

    now: datetime = field(default_factory=_a_day)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by

    @contextmanager
    def in_place(self) -> Iterator["FrozenTime"]:
        """Within, it is this time."""
        real = Context.now
        setattr(Context, "now", lambda _context: self.now)  # noqa: B010
        try:
            yield self
        finally:
            setattr(Context, "now", real)  # noqa: B010

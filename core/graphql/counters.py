"""Where points are counted: what a counter promises, and the one within this process."""

from typing import Protocol

WINDOW_SECONDS = 60


class Counters(Protocol):
    """Counts points per key in the window of this number."""

    async def add(self, key: str, points: int, window: int) -> int:
        """Adds (or with negative points takes back), and returns the sum."""

    def add_now(self, key: str, points: int, window: int) -> int | None:
        """The same at once; None, and nothing is added, where counting has to be waited for."""

    async def aclose(self) -> None:
        """Let go of connections."""


class MemoryCounters:
    """Counts in this process. Forgets everything when the window changes, so it cannot grow over time."""

    def __init__(self) -> None:
        self._window = 0
        self._sums: dict[str, int] = {}

    async def add(self, key: str, points: int, window: int) -> int:
        return self.add_now(key, points, window)

    def add_now(self, key: str, points: int, window: int) -> int:
        if window != self._window:
            self._window, self._sums = window, {}
        total = self._sums.get(key, 0) + points
        self._sums[key] = total
        return total

    async def aclose(self) -> None:
        """There are none."""

"""What the ways of waking have in common."""

from collections.abc import Callable, Mapping
from typing import Protocol

from core.kit.database.wakes import Sender

Heard = Callable[[str | None], None]
"""Told what was said on a channel, or None where anything may have been: at each (re)connection."""

FIRST_WAIT = 0.1
LONGEST_WAIT = 10.0
"""Seconds between two attempts to connect."""
LOOK_ALIVE = 20.0
"""So often a connection on which nothing is said is tried."""


class Waking(Protocol):
    """A way of waking. Hears of every transaction that committed, sooner or later than others, or never: then whoever
    waits looks by themselves. May hear of one that was rolled back."""

    @property
    def sender(self) -> Sender | None:
        """Who passes on what the database hands back; None where the database tells everybody itself."""

    async def listen(self, heard: Mapping[str, Heard]) -> None:
        """On these channels, until cancelled. A lost connection is made again."""

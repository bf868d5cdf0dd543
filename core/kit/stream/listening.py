"""Wake-ups of the stream: a process hears which tenant has something new.

A wake-up carries nothing that matters: what is lost is read a little later, since readers also look by themselves.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from core.kit.waking import Heard as Told
from core.kit.waking import Waking

CHANNEL = "deskgraph_events"
Heard = Callable[[UUID | None], None]
"""Told a tenant with something new, or None where any tenant may have: at each (re)connection."""


class Listener:
    """Listens for as long as `run` does, whichever way wake-ups come."""

    def __init__(
        self, waking: Waking, channel: str = CHANNEL, also: Mapping[str, Callable[[], None]] | None = None
    ) -> None:
        """`also` names further channels and whom to call when something is told there, and at each connection."""
        self._waking = waking
        self._channel = channel
        self._also = dict(also or {})

    async def run(self, heard: Heard) -> None:
        """Until cancelled."""
        others = {channel: _regardless(wake) for channel, wake in self._also.items()}
        await self._waking.listen({self._channel: lambda said: heard(_key_in(said)), **others})


def _regardless(wake: Callable[[], None]) -> Told:
    """Calls whatever was said."""
    return lambda _said: wake()


def _key_in(said: str | None) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        return None

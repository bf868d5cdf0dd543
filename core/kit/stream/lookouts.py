"""Lookouts: those of this process who wait for a row to change, and what wakes them.

For what is no event, since nobody asks for it later. A wake-up names the row; one that is lost only delays, since
whoever waits looks every few seconds too.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context as Variables
from uuid import UUID

from core.kit.stream.listening import Listener


class Lookouts:
    """Who waits, by the key of the row. Nothing runs while nobody does."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._waiting: dict[UUID, set[asyncio.Event]] = {}
        self._listening: asyncio.Task[None] | None = None
        self.is_closed = False

    @contextmanager
    def on(self, key: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever the row may have changed, for as long as the block lasts."""
        woken = asyncio.Event()
        if self._listening is None:
            # In a context of its own: it must not carry the first caller's tenant.
            self._listening = asyncio.get_running_loop().create_task(
                self._listener.run(self._heard), context=Variables()
            )
        self._waiting.setdefault(key, set()).add(woken)
        try:
            yield woken
        finally:
            self._leave(key, woken)

    def _leave(self, key: UUID, woken: asyncio.Event) -> None:
        waiting = self._waiting[key]
        waiting.discard(woken)
        if not waiting:
            del self._waiting[key]
        if not self._waiting and self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _heard(self, changed: UUID | None) -> None:
        """None where anything may have changed: at each connection."""
        for key, waiting in self._waiting.items():
            if changed in (None, key):
                for woken in waiting:
                    woken.set()

    async def aclose(self) -> None:
        """The process stops: nobody waits any longer."""
        self.is_closed = True
        self._heard(None)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)


async def woken_or_due(woken: asyncio.Event, seconds: float) -> None:
    """Until woken, or until it is time to look anyway."""
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        pass

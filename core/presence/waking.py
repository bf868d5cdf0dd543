"""Lookouts: those of this process who wait for a ticket's presences to change, and what wakes them.

Presences are no events: nobody asks for them later. A wake-up names a ticket; one that is lost only delays, since
whoever waits looks every few seconds too.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context as Variables
from uuid import UUID

from core.kit.database import execute
from core.kit.stream import Listener

CHANNEL = "deskgraph_presence"


async def wake(ticket_id: UUID) -> None:
    """Tell every process, when the open transaction commits, that the presences of a ticket have changed."""
    await execute("select pg_notify(:channel, :ticket)", {"channel": CHANNEL, "ticket": str(ticket_id)})


class Lookouts:
    """Who waits, by ticket. Nothing runs while nobody does."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._waiting: dict[UUID, set[asyncio.Event]] = {}
        self._listening: asyncio.Task[None] | None = None
        self.is_closed = False

    @contextmanager
    def on(self, ticket_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever the ticket's presences may have changed, for as long as the block lasts."""
        woken = asyncio.Event()
        if self._listening is None:
            # In a context of its own: it must not carry the first caller's tenant.
            self._listening = asyncio.get_running_loop().create_task(
                self._listener.run(self._heard), context=Variables()
            )
        self._waiting.setdefault(ticket_id, set()).add(woken)
        try:
            yield woken
        finally:
            self._leave(ticket_id, woken)

    def _leave(self, ticket_id: UUID, woken: asyncio.Event) -> None:
        waiting = self._waiting[ticket_id]
        waiting.discard(woken)
        if not waiting:
            del self._waiting[ticket_id]
        if not self._waiting and self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _heard(self, ticket_id: UUID | None) -> None:
        """None where anything may have changed: at each connection."""
        for key, waiting in self._waiting.items():
            if ticket_id in (None, key):
                for woken in waiting:
                    woken.set()

    async def aclose(self) -> None:
        """The process stops: nobody waits any longer."""
        self.is_closed = True
        self._heard(None)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

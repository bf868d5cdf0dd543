"""Wake-ups that the database hands back to whoever wrote, to be passed on by them.

A trigger says whom a transaction wakes (the SQL function `wake`). Usually the database tells them itself, by NOTIFY,
for which all commits of a cluster stand in one line. In a session whose `app.wakes` is `returned` it answers with
notices instead. They arrive while the transaction is open, wait with the connection, and go to the sender when that is
released: the transaction is over then. One that was rolled back wakes for nothing, which harms nobody; a process that
dies before it sent them, or a connection that is closed, costs those who wait the time until they look by themselves.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

import asyncpg

Wake: TypeAlias = tuple[str, str]
"""A channel, and what is told there."""

RETURNED = {"app.wakes": "returned", "client_min_messages": "notice"}
"""What makes a session answer with notices."""
_CODE = "DG001"


class Sender(Protocol):
    """Tells other processes. Works while `opened`."""

    def opened(self) -> AbstractAsyncContextManager[None]: ...

    def send(self, wakes: Collection[Wake]) -> None:
        """Soon, and without waiting."""


class WakingConnection(asyncpg.Connection):  # type: ignore[misc] # asyncpg has no types
    """A connection that collects what it is handed back."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._wakes: set[Wake] = set()

    def _process_log_message(self, fields: Mapping[str, str], last_query: str) -> None:
        # The public way, a log listener, does not last in a pool, which warns of it at each release.
        if fields.get("C") != _CODE:
            super()._process_log_message(fields, last_query)
            return
        self._wakes.add((fields["D"], fields["M"]))

    def take_wakes(self) -> set[Wake]:
        """What came since this was last asked."""
        taken, self._wakes = self._wakes, set()
        return taken


def passing_on(sender: Sender) -> Callable[[WakingConnection], Awaitable[None]]:
    """What a pool does with a connection that is released."""

    async def pass_on(connection: WakingConnection) -> None:
        if wakes := connection.take_wakes():
            sender.send(wakes)

    return pass_on

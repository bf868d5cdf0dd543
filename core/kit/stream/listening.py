"""Wake-ups: a process hears which tenant has something new, over one connection of its own.

A wake-up carries nothing that matters: what is lost is read a little later, since readers also look by themselves.
"""

import asyncio
from collections.abc import Callable, Mapping
from uuid import UUID

import asyncpg

from core.kit.database import is_unavailable
from core.kit.database.connect import credentials
from core.kit.logging import get_logger

log = get_logger(__name__)

CHANNEL = "deskgraph_events"
Heard = Callable[[UUID | None], None]
"""Told a tenant with something new, or None where any tenant may have: at each (re)connection."""

_LONGEST_WAIT = 10.0
_LOOK_ALIVE = 20.0


class Listener:
    """Listens to PostgreSQL for as long as `run` does, and connects again by itself."""

    def __init__(
        self, url: str, channel: str = CHANNEL, also: Mapping[str, Callable[[], None]] | None = None
    ) -> None:
        """`also` names further channels and whom to call when something is told there, and at each connection."""
        self._url = url
        self._channel = channel
        self._also = dict(also or {})

    async def run(self, heard: Heard) -> None:
        """Until cancelled."""
        wait = 0.1
        while True:
            try:
                connection = await asyncpg.connect(
                    **credentials(self._url),
                    timeout=10,
                    server_settings={"application_name": "deskgraph listener"},
                )
            except Exception as error:  # the task runner: a stopped database is waited for
                _tell("listener.cannot_connect", error)
            else:
                wait = 0.1
                await self._listen(connection, heard)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _listen(self, connection: asyncpg.Connection, heard: Heard) -> None:
        """Until the connection is lost."""
        lost = asyncio.Event()

        def note(_connection: object, _process: int, _channel: str, payload: object) -> None:
            heard(_tenant_in(str(payload)))

        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(self._channel, note)
            for channel, wake in self._also.items():
                await connection.add_listener(channel, lambda *_told, wake=wake: wake())
            heard(None)
            for wake in self._also.values():
                wake()
            while not lost.is_set():
                try:
                    await asyncio.wait_for(lost.wait(), _LOOK_ALIVE)
                except TimeoutError:
                    await connection.execute("select 1", timeout=_LOOK_ALIVE)
        except Exception as error:  # the task runner: whatever ended it, a new connection is next
            _tell("listener.lost", error)
        finally:
            connection.terminate()


def _tenant_in(payload: str) -> UUID | None:
    try:
        return UUID(payload)
    except ValueError:
        return None


def _tell(event: str, error: Exception) -> None:
    if is_unavailable(error) or isinstance(error, TimeoutError):
        log.warning(event, error=type(error).__name__)
    else:
        log.error(event, exc_info=error)

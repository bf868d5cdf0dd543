"""Waking by PostgreSQL: LISTEN on a connection of its own. Who is told, triggers say, by NOTIFY."""

import asyncio
from collections.abc import Mapping

import asyncpg

from core.kit.database import is_unavailable
from core.kit.database.connect import credentials
from core.kit.logging import get_logger
from core.kit.waking.contract import FIRST_WAIT, LONGEST_WAIT, LOOK_ALIVE, Heard

log = get_logger(__name__)


class PostgresWaking:
    """The way that needs nothing else."""

    sender = None

    def __init__(self, url: str) -> None:
        self._url = url

    async def listen(self, heard: Mapping[str, Heard]) -> None:
        """Until cancelled."""
        wait = FIRST_WAIT
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
                wait = FIRST_WAIT
                await _listen(connection, heard)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _listen(connection: asyncpg.Connection, heard: Mapping[str, Heard]) -> None:
    """Until the connection is lost."""
    lost = asyncio.Event()

    def note(_connection: object, _process: int, channel: str, payload: object) -> None:
        heard[channel](str(payload))

    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        for channel in heard:
            await connection.add_listener(channel, note)
        for tell in heard.values():
            tell(None)
        while not lost.is_set():
            try:
                # Not `wait_for`: in Python 3.11 it drops a cancellation that comes together with the loss.
                async with asyncio.timeout(LOOK_ALIVE):
                    await lost.wait()
            except TimeoutError:
                await connection.execute("select 1", timeout=LOOK_ALIVE)
    except Exception as error:  # the task runner: whatever ended it, a new connection is next
        _tell("listener.lost", error)
    finally:
        connection.terminate()


def _tell(event: str, error: Exception) -> None:
    if is_unavailable(error) or isinstance(error, TimeoutError):
        log.warning(event, error=type(error).__name__)
    else:
        log.error(event, exc_info=error)

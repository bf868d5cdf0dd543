"""PostgreSQL goes away, by crash or in order: callers are told to come again, and are served when it is back."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from tests.outage.installation import TICKETS, Installation

PATIENCE = 60.0
"""Longest time, in seconds, that a caller may be kept waiting to hear that the database is away."""


async def _killed(installation: Installation) -> None:
    """`kill -9` of the server. Its children notice by themselves."""
    pid = installation.postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        if not installation.postgres.running():
            return
        await asyncio.sleep(0.05)


async def _back(installation: Installation) -> None:
    for attempt in range(20):
        try:
            await asyncio.to_thread(installation.postgres.start)
            break
        except Exception:
            # Orphans of the killed server hold its memory for a moment.
            if attempt == 19:
                raise
            await asyncio.sleep(0.5)
    await installation.serves_again()


@contextmanager
def _frozen(holder: asyncpg.Connection) -> Iterator[None]:
    """The holder keeps its lock while the others are told to go; else the request may just get it, and its answer."""
    pid = holder.get_server_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_server_killed_in_the_middle_of_a_statement(installation: Installation) -> None:
    opened = await installation.open_ticket("before the crash")
    assert opened.status == 200
    _, asking = await installation.held_up()

    await _killed(installation)

    reply = await asking
    assert reply.is_told_to_come_again(), reply.body
    assert reply.seconds < PATIENCE
    installation.assert_told_in_one_line(reply)
    await _back(installation)
    assert "before the crash" in await installation.titles()


async def test_while_it_is_away_every_request_is_told_so_at_once(installation: Installation) -> None:
    await _killed(installation)

    replies = await asyncio.gather(
        *(installation.ask(TICKETS) for _ in range(10)),
        *(installation.open_ticket("lost") for _ in range(10)),
    )

    for reply in replies:
        assert reply.is_told_to_come_again(), reply.body
        assert reply.seconds < PATIENCE
        installation.assert_told_in_one_line(reply)
    assert await installation.status("/readyz") == 503
    assert await installation.status("/healthz") == 200
    await _back(installation)
    assert await installation.status("/readyz") == 200
    assert "lost" not in await installation.titles()


async def test_a_statement_during_an_orderly_stop(installation: Installation) -> None:
    holder, asking = await installation.held_up()

    with _frozen(holder):
        stopping = asyncio.create_task(asyncio.to_thread(installation.postgres.stop))
        reply = await asking
    await stopping

    assert reply.is_told_to_come_again(), reply.body
    installation.assert_told_in_one_line(reply)
    assert holder.is_closed()
    await _back(installation)


async def test_one_terminated_connection_costs_one_request_at_most(installation: Installation) -> None:
    holder, asking = await installation.held_up()
    watcher = await asyncpg.connect(**installation.postgres.connection_arguments("desk"))

    await watcher.execute(_TERMINATE)

    reply = await asking
    assert reply.is_told_to_come_again(), reply.body
    await holder.close()
    await watcher.close()
    await installation.serves_again(within=5)


async def test_a_statement_held_up_longer_than_the_deadline_is_told_so(installation: Installation) -> None:
    """No connection is lost by it: the statement is cancelled and the connection serves the next."""
    holder, asking = await installation.held_up()

    reply = await asking

    assert reply.codes == ["TIMEOUT"]
    assert reply.seconds < PATIENCE
    await holder.close()
    await installation.serves_again(within=5)


async def test_all_connections_taken_by_others(installation: Installation) -> None:
    """The web process cannot get one for itself: callers are told, and nobody waits for ever."""
    taken: list[asyncpg.Connection] = []
    try:
        await _take_all(installation, taken)
        await _push_out(installation, taken)
        begin = time.monotonic()
        replies = await asyncio.gather(*(installation.ask(TICKETS) for _ in range(40)))

        assert time.monotonic() - begin < PATIENCE
        refused = [reply for reply in replies if reply.status != 200]
        assert len(refused) == len(replies)
        for reply in refused:
            assert reply.is_told_to_come_again(), reply.body
            installation.assert_told_in_one_line(reply)
        assert await installation.status("/healthz") == 200
    finally:
        await asyncio.gather(*(each.close() for each in taken))
    await installation.serves_again()


async def _push_out(installation: Installation, taken: list[asyncpg.Connection]) -> None:
    """Take the place of every connection that the web process has or is making."""
    for _ in range(50):
        await taken[0].execute(_TERMINATE)
        await _take_all(installation, taken)
        if not await taken[0].fetchval(_HELD):
            return
    raise AssertionError("the web process keeps coming back")


_HELD = "select count(*) from pg_stat_activity where application_name like 'deskgraph%'"
_TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'deskgraph%'"


async def _take_all(installation: Installation, taken: list[asyncpg.Connection]) -> None:
    """Every connection the server has left, those included that are just being given back."""
    refused = 0
    while refused < 20:
        try:
            taken.append(await asyncpg.connect(**installation.postgres.connection_arguments("postgres")))
            refused = 0
        except asyncpg.TooManyConnectionsError:
            refused += 1
            await asyncio.sleep(0.05)


async def test_the_log_of_all_this_holds_no_secret_and_no_content(installation: Installation) -> None:
    """Errors are where secrets leak: statements with their values, addresses with their passwords."""
    await installation.open_ticket("canary-title", "canary-body")

    written = installation.log.read_text()

    for word in (installation.token, "canary-title", "canary-body", "before the crash", "postgresql://"):
        assert word not in written


async def test_the_pools_attempts_to_connect_are_not_told_of_beside_the_requests(
    installation: Installation,
) -> None:
    """Each would be a traceback, for as long as the database is away."""
    await _killed(installation)
    for _ in range(3):
        assert (await installation.ask(TICKETS)).status == 503
        await asyncio.sleep(0.5)
    await _back(installation)

    told = [json.loads(line) for line in installation.log.read_text().splitlines() if line.startswith("{")]
    assert {line["logger"] for line in told if line["level"] in ("warning", "error")} == {
        "core.graphql.execution"
    }

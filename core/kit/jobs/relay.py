"""The relay: hands due jobs to a broker, and goes on trying while there is none."""

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from core.kit.database import is_unavailable
from core.kit.jobs.queues import Queue
from core.kit.jobs.running import Pace, nap
from core.kit.jobs.sent import send, unsend
from core.kit.logging import get_logger

log = get_logger(__name__)

BATCH = 100
_LONGEST_WAIT = 10.0


class BrokerUnavailable(Exception):
    """The broker did not take messages. `delivered` of those it was given have arrived for certain."""

    def __init__(self, reason: str, delivered: int = 0) -> None:
        super().__init__(reason)
        self.delivered = delivered


class Courier(Protocol):
    """The way to a broker. Its calls block, so they are made in a thread, one at a time."""

    def room(self, queue: Queue) -> int:
        """How many more messages may wait there. Raises BrokerUnavailable."""

    def carry(self, queue: Queue, jobs: Sequence[UUID]) -> None:
        """Returns when the broker has confirmed every message. Raises BrokerUnavailable."""

    def close(self) -> None: ...


async def relay(
    courier: Courier, kinds: Mapping[Queue, frozenset[str]], pace: Pace, woken: asyncio.Event | None = None
) -> None:
    """Send due jobs until cancelled. Without broker or database nothing is lost, only later; the log says it once."""
    woken = woken or asyncio.Event()
    failures = 0
    known: type[Exception] | None = None
    try:
        while True:
            woken.clear()
            busy, trouble = await _round(courier, kinds, pace)
            if (type(trouble) if trouble else None) is not known:
                known = type(trouble) if trouble else None
                _tell(trouble)
            failures = failures + 1 if trouble else 0
            if not busy:
                # What is new does not help against trouble.
                await nap(asyncio.Event() if failures else woken, _wait(failures, pace))
    finally:
        await asyncio.to_thread(courier.close)


async def _round(
    courier: Courier, kinds: Mapping[Queue, frozenset[str]], pace: Pace
) -> tuple[bool, Exception | None]:
    """Whether there is more to send at once, and what kept us from sending."""
    busy = False
    try:
        for queue, of_queue in kinds.items():
            # The broker is asked first: what nobody can carry stays unclaimed.
            limit = min(BATCH, await asyncio.to_thread(courier.room, queue)) if of_queue else 0
            if limit > 0:
                busy |= await _hand_over(courier, queue, of_queue, limit, pace) == BATCH
    except Exception as error:  # the task runner: nothing may end the loop
        return False, error
    return busy, None


async def _hand_over(courier: Courier, queue: Queue, kinds: frozenset[str], limit: int, pace: Pace) -> int:
    jobs = await send(kinds, limit=limit, lease=pace.lease)
    if not jobs:
        return 0
    carrying = asyncio.create_task(_carry(courier, queue, jobs))
    try:
        await asyncio.shield(carrying)
    except asyncio.CancelledError:
        # A thread cannot be stopped; its calls are limited in time.
        with contextlib.suppress(Exception):
            await carrying
        raise
    return len(jobs)


async def _carry(courier: Courier, queue: Queue, jobs: Sequence[UUID]) -> None:
    try:
        await asyncio.to_thread(courier.carry, queue, jobs)
    except BrokerUnavailable as error:
        await unsend(jobs[error.delivered :])
        raise


def _wait(failures: int, pace: Pace) -> float:
    if failures == 0:
        return pace.poll_seconds
    return min(2.0 ** (failures - 1), _LONGEST_WAIT) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries


def _tell(trouble: Exception | None) -> None:
    if trouble is None:
        log.info("relay.sends_again")
    elif isinstance(trouble, BrokerUnavailable):
        log.warning("relay.broker_unavailable", reason=str(trouble))
    elif is_unavailable(trouble) or isinstance(trouble, TimeoutError):
        log.warning("relay.database_unavailable", error=type(trouble).__name__)
    else:
        log.error("relay.cannot_send", exc_info=trouble)

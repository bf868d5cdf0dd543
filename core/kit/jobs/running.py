"""Running jobs: some at a time, each under a lease that is renewed while it runs and within a time limit."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.kit.context import acting_for
from core.kit.database import is_unavailable
from core.kit.jobs.faults import Cancelled, GiveUp, GoOnLater, LeaseLost, TookWorkersDown
from core.kit.jobs.table import (
    Claimed,
    Lapsed,
    cancel,
    claim,
    finish,
    line_up,
    park,
    put_back,
    release,
    renew,
)
from core.kit.logging import get_logger, logged_with

log = get_logger(__name__)

MOST_SECONDS = 300
"""A job may take so long."""

ALONE_SECONDS = 20.0
"""For so long a job has its worker to itself where it took one down before. What hangs has ended it by then."""

Handler = Callable[[Claimed], Awaitable[None]]


LONGEST = "longest"
"""What a handler is marked with that may take longer: see `queues.lasting`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker works. A job is tried for about half a day (25 attempts) before it is parked. `share` is how many of
    those that run at once may be one tenant's; None where jobs are so short that it does not matter. With `is_wary`,
    jobs whose worker ended while it ran them are tried again one at a time, and when nothing else is to be done: those
    that were under way beside the one that hangs are not taken down by it a second time."""

    poll_seconds: float = 1.0
    concurrency: int = 8
    share: int | None = None
    attempts: int = 25
    lease: timedelta = timedelta(seconds=60)
    timeout: timedelta = timedelta(seconds=MOST_SECONDS)
    grace: timedelta = timedelta(seconds=20)
    is_wary: bool = False


def time_for(handler: Handler, pace: Pace) -> timedelta:
    """How long one attempt of this handler may take."""
    longest: timedelta = getattr(handler, LONGEST, pace.timeout)
    return max(longest, pace.timeout)


async def work(handlers: Mapping[str, Handler], pace: Pace, woken: asyncio.Event | None = None) -> None:
    """Serve jobs until cancelled; what runs then may finish within the grace, and the rest is given back. Looks when
    `woken` is set, and at every poll. A stopped database is waited for."""
    woken = woken or asyncio.Event()
    running: dict[asyncio.Task[None], Claimed] = {}
    known: Exception | None = None
    try:
        while True:
            woken.clear()  # before looking: what comes meanwhile is looked for again
            limit, full = _room(running.values(), pace)
            lapsed = Lapsed.NOT_NOW if pace.is_wary else Lapsed.AT_ONCE
            taken, trouble = await _take(handlers, pace, limit, full, lapsed)
            if pace.is_wary and not taken and not running and trouble is None:
                alone, trouble = await _take(handlers, pace, 1, full, Lapsed.PATIENTLY)
                running = {asyncio.create_task(run(job, handlers[job.kind], pace)): job for job in alone}
                if running:
                    await asyncio.wait(running, timeout=ALONE_SECONDS)
            if type(trouble) is not type(known):
                _tell(trouble)
            known = trouble
            for job in taken:
                running[asyncio.create_task(run(job, handlers[job.kind], pace))] = job
            if len(taken) < limit:
                # What a tenant has too many of at once goes on as soon as one of them ends.
                theirs = [task for task, job in running.items() if job.owner_id in full]
                await nap(woken, pace.poll_seconds, theirs)
            elif len(running) >= pace.concurrency:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            running = {task: job for task, job in running.items() if not task.done()}
    finally:
        await _drain(running.keys(), pace.grace)


def _room(running: Collection[Claimed], pace: Pace) -> tuple[int, list[UUID]]:
    """How many jobs may be taken at once, and which tenants have their share already."""
    free = pace.concurrency - len(running)
    if pace.share is None:
        return free, []
    of_each = Counter(job.owner_id for job in running if job.owner_id is not None)
    full = [tenant_id for tenant_id, many in of_each.items() if many >= pace.share]
    most = max((many for many in of_each.values() if many < pace.share), default=0)
    return min(free, pace.share - most), full  # whosever they are, nobody gets more than their share


class Wakes:
    """One wake-up for several who sleep: each has an event of its own, which it alone clears."""

    def __init__(self) -> None:
        self._events: list[asyncio.Event] = []

    def one(self) -> asyncio.Event:
        """For one more sleeper."""
        self._events.append(asyncio.Event())
        return self._events[-1]

    def set(self) -> None:
        """Wake them all."""
        for event in self._events:
            event.set()


async def nap(woken: asyncio.Event, seconds: float, tasks: Collection[asyncio.Task[None]] = ()) -> None:
    """Until woken or one of the tasks ends, at most so long."""
    waking = asyncio.create_task(woken.wait())
    try:
        await asyncio.wait({waking, *tasks}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waking.cancel()


async def _take(
    handlers: Mapping[str, Handler], pace: Pace, limit: int, full: Collection[UUID], lapsed: Lapsed
) -> tuple[list[Claimed], Exception | None]:
    """Due jobs, or what keeps us from them."""
    try:
        return await claim(handlers.keys(), limit=limit, lease=pace.lease, full=full, lapsed=lapsed), None
    except Exception as error:  # the task runner: nothing may end the loop
        return [], error


def _tell(trouble: Exception | None) -> None:
    if trouble is None:
        log.info("worker.claims_again")
    elif is_unavailable(trouble) or isinstance(trouble, TimeoutError):
        log.warning("worker.database_unavailable", error=type(trouble).__name__)
    else:
        log.error("worker.cannot_claim", exc_info=trouble)


async def _drain(running: Collection[asyncio.Task[None]], grace: timedelta) -> None:
    try:
        if running:
            await asyncio.wait(running, timeout=grace.total_seconds())
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def run(job: Claimed, handler: Handler, pace: Pace) -> None:
    """Run one job and write down how it ended, unless the lease is lost on the way."""
    with acting_for(job.owner_id), logged_with(job=str(job.id), kind=job.kind, attempt=job.attempts):
        trying = asyncio.create_task(_try(job, handler, pace))
        keeping = asyncio.create_task(_keep(job, pace.lease))
        interrupted = False
        try:
            await asyncio.wait({trying, keeping}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            interrupted = not trying.done()
            raise
        finally:
            trying.cancel()
            keeping.cancel()
            outcome, _ = await asyncio.gather(trying, keeping, return_exceptions=True)
            if interrupted:
                await _give_back(job)
            elif isinstance(outcome, BaseException):
                log.error("job.abandoned", error=type(outcome).__name__)


async def _try(job: Claimed, handler: Handler, pace: Pace) -> None:
    try:
        if job.is_cancel_asked:
            raise Cancelled
        if job.tries > pace.attempts:
            raise TookWorkersDown(f"Each of {pace.attempts} attempts took its worker down with it.")
        async with asyncio.timeout(time_for(handler, pace).total_seconds()):
            await handler(job)
    except Cancelled:
        log.info("job.cancelled")
        await _persist(lambda: cancel(job))
    except GoOnLater:
        await _persist(lambda: line_up(job))
    except LeaseLost:
        log.warning("job.lease_lost")
    except Exception as error:  # the task runner answers for every handler
        failure, parked = error, isinstance(error, GiveUp) or job.tries >= pace.attempts
        # What went wrong stands in the row; a log is read by more people than may see a customer's address.
        log.warning("job.parked" if parked else "job.failed", error=type(error).__name__)
        await _persist(lambda: park(job, failure) if parked else put_back(job, failure))
    else:
        await _persist(lambda: finish(job))


async def _persist(write: Callable[[], Awaitable[None]]) -> None:
    """Write, as soon as there is a database. That ends with the lease at the latest."""
    while True:
        try:
            return await write()
        except Exception as error:  # the task runner: the effect is there, so its end must be known too
            if not is_unavailable(error):
                raise
            await asyncio.sleep(0.5)


async def _keep(job: Claimed, lease: timedelta) -> None:
    """Renew the lease for as long as that works. Returns while it still holds, so that nobody else runs the job yet."""
    clock, length = asyncio.get_running_loop().time, lease.total_seconds()
    held_until = clock() + length
    while (left := held_until - clock()) > length / 4:
        await asyncio.sleep(min(length / 4, left))
        asked = clock()
        try:
            async with asyncio.timeout(length / 4):
                if not await renew(job, lease):
                    return
            held_until = asked + length
        except Exception as error:  # the task runner
            if not (is_unavailable(error) or isinstance(error, TimeoutError)):
                raise


async def _give_back(job: Claimed) -> None:
    try:
        await release(job)
        log.info("job.given_back")
    except Exception as error:  # the task runner: without a database the lease lapses by itself
        log.warning("job.not_given_back", error=type(error).__name__)

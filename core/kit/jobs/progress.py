"""How far a job has come, told while it runs; and whether it is still wanted."""

from time import monotonic

from core.kit.database import Reach, fetch_one
from core.kit.jobs.faults import Cancelled, LeaseLost
from core.kit.jobs.table import MINE, Claimed

_EVERY = 1.0


class Progress:
    """Tells how far a job has come, about once a second however often it is called."""

    def __init__(self, job: Claimed) -> None:
        self._job = job
        self._told_at = 0.0

    async def report(self, done: int) -> None:
        """So much would be done if the work committed now. Raises Cancelled when somebody asked for that, LeaseLost
        when the job is another worker's.

        Written over the small pool, which takes no part in the handler's open transaction: what that has done is not
        seen before it commits, and how far it has come must be. So it is written apart from what is done for certain:
        an attempt that ends any other way leaves no trace in what came of the job.
        """
        if monotonic() - self._told_at < _EVERY:
            return
        self._told_at = monotonic()
        row = await fetch_one(
            f"update jobs set tentative = :done where {MINE} returning cancel_asked_at",
            {**self._job.mine, "done": done},
            reach=Reach.SYSTEM,
        )
        if row is None:
            raise LeaseLost
        if row["cancel_asked_at"] is not None:
            raise Cancelled


async def reach(job: Claimed, *, done: int, failed: int) -> None:
    """Write down, in the transaction of the work itself, how far it has come: so it is done once, whatever happens to
    the worker. Raises LeaseLost, and then the transaction must not commit."""
    row = await fetch_one(
        f"update jobs set done = :done, tentative = 0, failed = :failed where {MINE} returning id",
        {**job.mine, "done": done, "failed": failed},
        reach=job.reach,
    )
    if row is None:
        raise LeaseLost


async def is_cancel_asked(job: Claimed) -> bool:
    """Whether somebody asked to cancel the job. Raises LeaseLost."""
    row = await fetch_one(f"select cancel_asked_at from jobs where {MINE}", job.mine, reach=job.reach)
    if row is None:
        raise LeaseLost
    return row["cancel_asked_at"] is not None


async def count_on(job: Claimed, total: int) -> None:
    """Write down how much there is to do, once that is known. Raises LeaseLost."""
    row = await fetch_one(
        f"update jobs set total = :total where {MINE} returning id",
        {**job.mine, "total": total},
        reach=job.reach,
    )
    if row is None:
        raise LeaseLost

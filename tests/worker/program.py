"""A worker to be killed: `python program.py <database url> <folder> <seconds>`.

Its one kind of job, `crash.note`, takes a lock that PostgreSQL drops when this process dies, writes down who began,
works for the seconds given, and writes down who ended. A lock that is taken means two were at one job.
"""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg

from core.kit.database import Database, open_database
from core.kit.database.connect import credentials
from core.kit.jobs import Claimed, Pace, work

PACE = Pace(
    poll_seconds=0.05, lease=timedelta(seconds=1.5), concurrency=4, attempts=1000, grace=timedelta(seconds=2)
)


async def main(url: str, folder: Path, seconds: float) -> None:
    session = await asyncpg.connect(**credentials(url))
    alone = asyncio.Lock()

    async def note(job: Claimed) -> None:
        key = job.id.int & (2**63 - 1)
        async with alone:
            free = await session.fetchval("select pg_try_advisory_lock($1)", key)
        _write(folder / "begun", f"{job.id} {os.getpid()}")
        if not free:
            _write(folder / "overlaps", f"{job.id} {os.getpid()}")
        await asyncio.sleep(seconds)
        _write(folder / "ended", f"{job.id} {os.getpid()}")
        async with alone:
            await session.execute("select pg_advisory_unlock($1)", key)

    async with open_database(Database(url=url, pool_size=4)):
        await work({"crash.note": note}, PACE)


def _write(file: Path, line: str) -> None:
    with file.open("a") as out:
        out.write(f"{line}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))

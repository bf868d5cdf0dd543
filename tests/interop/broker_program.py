"""A relay or a Celery worker to be killed: `broker_program.py relay|io|heavy <database url> <broker url> <folder>`,
and behind that the file with the authorities that may vouch for a broker over TLS.

Jobs of the kinds `broker.note` (I/O) and `broker.crunch` (heavy) take a lock that PostgreSQL drops when this process
dies, write down who began, work for as long as their payload says, and write down who ended. A lock that is taken
means two were at one job. A job may ask to fail on its first attempts.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import asyncpg

from core.kit import logging
from core.kit.broker.courier import CeleryCourier
from core.kit.broker.serving import serve
from core.kit.database import Database, open_database
from core.kit.database.connect import credentials
from core.kit.jobs import Claimed, Handler, Pace, Queue, heavy
from core.kit.jobs.queues import kinds_by_queue
from core.kit.jobs.relay import relay
from core.kit.peers import Peer

PACE = Pace(poll_seconds=0.05, lease=timedelta(seconds=8), attempts=3, grace=timedelta(seconds=2))


def handlers(url: str, folder: Path) -> Mapping[str, Handler]:
    async def note(job: Claimed) -> None:
        session = await asyncpg.connect(**credentials(url))
        try:
            free = await session.fetchval("select pg_try_advisory_lock($1)", job.id.int & (2**63 - 1))
            _write(folder / "begun", job)
            if not free:
                _write(folder / "overlaps", job)
            await asyncio.sleep(job.payload.get("seconds", 0))
            if job.attempts <= job.payload.get("failures", 0):
                raise ValueError("asked for")
            _write(folder / "ended", job)
        finally:
            await session.close()

    @heavy
    async def crunch(job: Claimed) -> None:
        await note(job)

    return {"broker.note": note, "broker.crunch": crunch}


def _write(file: Path, job: Claimed) -> None:
    with file.open("a") as out:
        out.write(f"{job.id} {os.getpid()}\n")


async def hand_over(url: str, broker: Peer, folder: Path) -> None:
    async with open_database(Database(url=url, pool_size=4)):
        await relay(CeleryCourier(broker), kinds_by_queue(handlers(url, folder)), PACE)


def main(role: str, url: str, broker: Peer, folder: Path) -> None:
    logging.configure("json", "info")
    if role == "relay":
        asyncio.run(hand_over(url, broker, folder))
    else:
        serve(broker, Queue(role), handlers(url, folder), Database(url=url, pool_size=4), PACE, concurrency=4)


if __name__ == "__main__":
    role, url, broker, folder = sys.argv[1:5]
    main(role, url, Peer(broker, Path(sys.argv[5]) if sys.argv[5:] else None), Path(folder))

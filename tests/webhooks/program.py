"""A worker to be killed: `python program.py <database url> <data folder>`. It does webhooks only, leases are short."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from core.app import runtime_of
from core.kit.database import Database, open_database
from core.kit.jobs import Pace, work
from core.kit.stream import Follower, Listener, follow
from core.kit.waking import PostgresWaking
from core.webhooks.service.matching import MATCH, WHERE
from core.webhooks.service.switching import DELIVER
from core.worker import handlers
from settings import Settings

PACE = Pace(
    poll_seconds=0.05, lease=timedelta(seconds=1.5), concurrency=4, attempts=1000, grace=timedelta(seconds=2)
)


async def main(url: str, folder: Path) -> None:
    settings = Settings(
        database_url=url,
        data_dir=folder,
        outgoing_allow=["127.0.0.1"],
        outgoing_http=True,
        database_pool_size=4,
    )
    runtime, _ = runtime_of(settings)
    done = {kind: each for kind, each in handlers(settings, runtime).items() if kind in (MATCH, DELIVER)}
    async with open_database(Database(url=url, pool_size=4)), asyncio.TaskGroup() as tasks:
        tasks.create_task(work(done, PACE))
        tasks.create_task(follow([Follower(MATCH, where=WHERE)], Listener(PostgresWaking(url))))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))

"""A worker of bulk updates to be killed: `python program.py <database url>`."""

import asyncio
import sys
from datetime import timedelta

from core import permissions
from core.identity.service.again import viewer_again
from core.kit.database import Database, open_database
from core.kit.jobs import Pace, work
from core.tickets.service.bulk import KIND, bulk_handler

PACE = Pace(poll_seconds=0.05, lease=timedelta(seconds=1.5), attempts=1000)


async def main(url: str) -> None:
    assert permissions.PERMISSIONS  # declares what a founder may do
    async with open_database(Database(url=url, pool_size=4)):
        await work({KIND: bulk_handler(viewer_again)}, PACE)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

"""A worker to be killed while it opens a ticket: `python program.py <database url> <folder> <seconds>`.

It writes down that the ticket is written, and waits for the seconds given before it keeps that and commits.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.kit.database import Database, open_database
from core.kit.jobs import Pace, work
from core.operating.acting import automatic_context
from core.recurring.service import KIND, opening
from core.recurring.tasks import open_handler

PACE = Pace(
    poll_seconds=0.05, lease=timedelta(seconds=1.5), concurrency=1, attempts=1000, grace=timedelta(seconds=2)
)


async def main(url: str, folder: Path, seconds: float) -> None:
    keep = opening._keep

    async def slowly(*given: Any, **named: Any) -> None:
        with (folder / "written").open("a") as out:
            out.write("one\n")
        await asyncio.sleep(seconds)
        await keep(*given, **named)

    opening._keep = slowly
    async with open_database(Database(url=url, pool_size=4)):
        await work({KIND: open_handler(automatic_context)}, PACE)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))

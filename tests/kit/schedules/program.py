"""A worker to be killed between claim and commit: `python program.py <database url> <kind> <file>`.

It claims due schedules of this kind and writes their jobs, touches the file, and never gets to its commit.
"""

import asyncio
import sys
from pathlib import Path

from core.kit.database import Database, open_database
from core.kit.schedules import table


async def main(url: str, kind: str, file: Path) -> None:
    moving = table._move_on

    async def stop_there(*given: object) -> None:
        await moving(*given)
        file.touch()
        await asyncio.sleep(600)

    table._move_on = stop_there
    async with open_database(Database(url=url, pool_size=2)):
        await table.write_jobs([kind])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))

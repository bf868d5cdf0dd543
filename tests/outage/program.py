"""Migrates a database and founds a helpdesk in it; prints the founder's token. In a process of its own, since the
database layer is one for each process: `program.py <url>`."""

import asyncio
import sys
from typing import Any, cast

from core.kit.database import Database, open_database
from core.migrations.runner import migrate
from core.operating.plugins import migrate_shipped_plugins
from core.testing.desks import make_desk
from core.testing.serving import Served
from settings import Settings


async def main(url: str) -> str:
    await migrate(url)
    await migrate_shipped_plugins(Settings(database_url=url))
    async with open_database(Database(url=url, pool_size=2)):
        nobody: Any = None  # Founding asks no server; only the people's own questions do.
        return (await make_desk(cast("Served", nobody))).founder.token


if __name__ == "__main__":
    print(asyncio.run(main(sys.argv[1])))

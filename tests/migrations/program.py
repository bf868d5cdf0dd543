"""Migrates in a process of its own, as `deskgraph migrate` does: `program.py migrate|pending|changes <url>`."""

import asyncio
import json
import sys

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

from core.migrations import runner


async def main(task: str, url: str) -> object:
    if task == "migrate":
        return await runner.migrate(url)
    if task == "pending":
        return await runner.pending(url)
    async with runner.as_owner(url):
        changes = await MigrationAutodetector(Tortoise.apps, runner.APPS).changes()
        return [f"{vars(step)}" for each in changes for step in each.operations]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2]))))

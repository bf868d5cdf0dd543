"""A worker's fan-out to be killed: `python program.py <database url> <kind> <type>`. Three events at a time, with a
moment between the writing of jobs and the end of the transaction, so that a kill falls there often."""

import asyncio
import sys

from core.kit.database import Database, open_database
from core.kit.stream import Follower, followers

_move = followers._move


async def _slowly(name: str, last: object) -> None:
    await asyncio.sleep(0.02)
    await _move(name, last)


async def main(url: str, kind: str, happened: str) -> None:
    followers._move = _slowly
    async with open_database(Database(url=url, pool_size=4)):
        while True:
            if not await followers.fan_out(Follower(kind, (happened,)), 3):
                await asyncio.sleep(0.01)


asyncio.run(main(*sys.argv[1:]))

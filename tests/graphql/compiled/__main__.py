"""`./desk fuzz reads`: compares compiled reads with graphql-core's answers for as long as one likes."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.kit import logging
from core.kit.postgres import EmbeddedPostgres
from core.migrations.runner import migrate
from core.operating.plugins import migrate_shipped_plugins
from core.testing.serving import served
from settings import Settings
from tests.graphql.compiled.desks import staged
from tests.graphql.compiled.fuzzing import Differs, Tally, fuzz

TOLD_SECONDS = 30.0


def _numbers(until: float, first: int, tally: Tally) -> Iterator[int]:
    """Numbers as long as there is time, with a word now and then."""
    number, next_word = first, time.monotonic() + TOLD_SECONDS
    while time.monotonic() < until:
        yield number
        number += 1
        if time.monotonic() > next_word:
            print(tally, flush=True)
            next_word += TOLD_SECONDS


async def _run(url: str, folder: Path, minutes: float, seed: int, first: int) -> None:
    await migrate(url)
    tally = Tally()
    settings = Settings(database_url=url, data_dir=folder, graphql_points_per_minute=100_000_000)
    await migrate_shipped_plugins(settings)
    async with served(settings) as app, staged(app) as stage:
        until = time.monotonic() + minutes * 60 if minutes else float("inf")
        await fuzz(stage, seed, _numbers(until, first, tally), tally)
    print(tally)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./desk fuzz", description=__doc__)
    parser.add_argument("what", choices=["reads"])
    parser.add_argument(
        "--minutes", type=float, default=0, help="how long; until it is interrupted unless told"
    )
    parser.add_argument(
        "--seed", type=int, default=int.from_bytes(os.urandom(3)), help="the same seed, the same run"
    )
    parser.add_argument("--first", type=int, default=0, help="the number of the operation to begin with")
    given = parser.parse_args()
    logging.configure("console", "error")
    print(f"Seed {given.seed}.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        postgres = EmbeddedPostgres(Path(folder), durable=False)
        postgres.start()
        try:
            postgres.ensure_database("fuzz")
            asyncio.run(_run(postgres.url("fuzz"), Path(folder), given.minutes, given.seed, given.first))
        except Differs as found:
            sys.exit(str(found))
        finally:
            postgres.stop()


main()

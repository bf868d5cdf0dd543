"""`./desk bench jobs`: sustained jobs per second, embedded and by way of Celery, beside Celery alone doing the same
write. Each run goes from the first to the last effect of its jobs; rounds alternate, and medians count."""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

import asyncpg

from bench.data import prepare
from bench.harness.processes import cpu_seconds
from bench.jobs_process import KIND
from core.kit.database.connect import credentials
from core.kit.ids import new_id
from core.kit.postgres import EmbeddedPostgres
from core.migrations.runner import migrate
from core.testing.brokers import rabbitmq_server, redis_server

_PATIENCE = 300.0
_WARM = 50


@dataclass(frozen=True, slots=True)
class Rate:
    """What one run showed; the processor time is that of relay, publisher and worker together."""

    per_second: float
    cpu_ms: float


class Field:
    """Where jobs are asked for and their effects counted."""

    def __init__(self, url: str, tenant_id: object) -> None:
        self.url = url
        self._tenant_id = tenant_id

    def run(self, text: str, *values: object) -> list[asyncpg.Record]:
        return asyncio.run(self._run(text, *values))

    async def _run(self, text: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(**credentials(self.url))
        try:
            rows: list[asyncpg.Record] = await connection.fetch(text, *values)
            return rows
        finally:
            await connection.close()

    def clear(self) -> None:
        self.run("delete from jobs where kind = $1", KIND)
        self.run("truncate bench_effects")

    def ask(self, number: int) -> None:
        """Jobs in one transaction, as an import would ask for them."""
        self.run(
            "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)"
            " select unnest($1::uuid[]), $2, now(), $3, '{}', 'ready', now(), 0",
            [new_id() for _ in range(number)],
            self._tenant_id,
            KIND,
        )

    def wait_for(self, number: int) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self.run("select count(*) from bench_effects")[0][0] < number:
            if time.monotonic() > deadline:
                raise SystemExit("The jobs did not end; nothing was measured.")
            time.sleep(0.25)

    def per_second(self, number: int) -> float:
        (row,) = self.run("select count(*), extract(epoch from max(at) - min(at)) as took from bench_effects")
        if row["count"] != number:
            raise SystemExit(f"{row['count']} effects of {number} jobs; nothing was measured.")
        return (number - 1) / float(row["took"])


@contextmanager
def process(role: str, field: Field, broker: str, number: int = 0) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen(
        [sys.executable, "-m", "bench.jobs_process", role, field.url, broker, str(number)],
        stdout=subprocess.PIPE if role == "bare-publish" else subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(60)


def ours(field: Field, broker: str, number: int, *roles: str) -> Rate:
    field.clear()
    with ExitStack() as stack:
        pids = [stack.enter_context(process(role, field, broker)).pid for role in roles]
        field.ask(_WARM)
        field.wait_for(_WARM)
        field.run("truncate bench_effects")
        cpu = sum(map(cpu_seconds, pids))
        field.ask(number)
        field.wait_for(number)
        return Rate(field.per_second(number), (sum(map(cpu_seconds, pids)) - cpu) / number * 1000)


def bare(field: Field, broker: str, number: int) -> Rate:
    field.clear()
    with process("bare-io", field, broker) as worker:
        with process("bare-publish", field, broker, _WARM) as publisher:
            publisher.wait()
        field.wait_for(_WARM)
        field.run("truncate bench_effects")
        cpu = cpu_seconds(worker.pid)
        with process("bare-publish", field, broker, number) as publisher:
            published = float(publisher.communicate()[0])
        field.wait_for(number)
        return Rate(field.per_second(number), (cpu_seconds(worker.pid) - cpu + published) / number * 1000)


def measure(field: Field, brokers: dict[str, str], number: int, rounds: int) -> dict[str, list[Rate]]:
    ways: dict[str, Callable[[], Rate]] = {"embedded": lambda: ours(field, "-", number, "embedded")}
    for name, url in brokers.items():
        ways[f"celery, {name}"] = partial(ours, field, url, number, "relay", "io")
        ways[f"bare celery, {name}"] = partial(bare, field, url, number)
    taken: dict[str, list[Rate]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            taken[way].append(run())
            print(
                f"{way:<22}{taken[way][-1].per_second:>8.0f}/s{taken[way][-1].cpu_ms:>8.2f} ms CPU",
                flush=True,
            )
    return taken


def summary(taken: dict[str, list[Rate]]) -> list[dict[str, object]]:
    speed = {way: median(rate.per_second for rate in rates) for way, rates in taken.items()}
    cpu = {way: median(rate.cpu_ms for rate in rates) for way, rates in taken.items()}
    return [
        {
            "way": way, "per_second": round(speed[way]), "cpu_ms": round(cpu[way], 2),
            "spread": [round(end(rate.per_second for rate in rates)) for end in (min, max)],
            "to": {
                other: {"ratio": round(speed[way] / speed[other], 2), "cpu_ratio": round(cpu[other] / cpu[way], 2)}
                for other in taken if other == f"bare {way}" or (way == "embedded" and other.startswith("bare"))
            },
        }
        for way, rates in taken.items()
    ]  # fmt: skip


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./desk bench jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=3000, help="jobs of each run (3000)")
    parser.add_argument("--rounds", type=int, default=3, help="alternating runs of each way (3)")
    parser.add_argument("--data", type=Path, default=Path(".deskgraph/bench"), help="where results are kept")
    given = parser.parse_args(arguments)
    folder = given.data.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        stack.callback(postgres.stop)
        postgres.ensure_database("bench")
        url = postgres.url("bench")
        asyncio.run(migrate(url))
        field = Field(url, asyncio.run(prepare(url, 100)).tenant_id)
        field.run("create table if not exists bench_effects (at timestamptz default clock_timestamp())")
        field.run("grant insert on bench_effects to deskgraph_app")
        brokers = Path(mkdtemp(prefix="desk-bench-"))
        urls = {
            "rabbitmq": stack.enter_context(rabbitmq_server(brokers / "rabbitmq")).url,
            "redis": stack.enter_context(redis_server(brokers / "redis")).url,
        }
        results = summary(measure(field, urls, given.jobs, given.rounds))
        field.clear()
    for result in results:
        print(json.dumps(result))
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(),
        "jobs": given.jobs, "rounds": given.rounds, "load": os.getloadavg(), "results": results,
    }  # fmt: skip
    with (folder / "jobs.jsonl").open("a") as out:
        out.write(json.dumps(line) + "\n")
    print(f"Kept in {folder / 'jobs.jsonl'}")

"""Sustained jobs per second, embedded and by way of Celery, beside Celery alone doing the same write. Each run goes from
the first to the last effect of its jobs; the ways run in turn."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

import asyncpg

from bench.harness.processes import cpu_seconds
from bench.harness.results import Result, measured_against
from bench.harness.stage import Stage
from bench.servers.workers import KIND
from core.kit.database.connect import credentials
from core.kit.ids import new_id
from core.testing.brokers import rabbitmq_server, redis_server

_TICKETS = 100
_PATIENCE = 300.0
_WARM = 50


@dataclass(frozen=True, slots=True)
class Rate:
    """What one run showed; the processor time is that of relay, publisher and worker together."""

    per_second: float
    cpu_ms: float


class Field:
    """Where jobs are asked for and their effects counted."""

    def __init__(self, url: str, tenant_id: UUID) -> None:
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

    def prepare(self) -> None:
        self.run("create table if not exists bench_effects (at timestamptz default clock_timestamp())")
        self.run("grant insert on bench_effects to deskgraph_app")

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


def measure(stage: Stage) -> Iterator[Result]:
    field = Field(stage.url, stage.subject(_TICKETS).tenant_id)
    field.prepare()
    taken = _taken(_ways(field, _brokers(stage.stack), stage.asked.jobs), max(1, stage.asked.rounds // 4))
    field.clear()
    for way, rates in taken.items():
        for against in (each for each in taken if each.startswith("bare") and way in ("embedded", each[5:])):
            for measured, unit, of, more_is_better in _MEASURED:
                yield measured_against(
                    f"jobs, {way}", measured, [of(each) for each in rates], [of(each) for each in taken[against]], unit,
                    against=against, more_is_better=more_is_better, jobs=stage.asked.jobs,
                )  # fmt: skip


_MEASURED: tuple[tuple[str, str, Callable[[Rate], float], bool], ...] = (
    ("jobs a second", "jobs/s", lambda each: each.per_second, True),
    ("processor time", "ms", lambda each: each.cpu_ms, False),
)


def _brokers(stack: ExitStack) -> dict[str, str]:
    folder = Path(mkdtemp(prefix="desk-bench-"))
    return {
        "RabbitMQ": stack.enter_context(rabbitmq_server(folder / "rabbitmq")).url,
        "Redis": stack.enter_context(redis_server(folder / "redis")).url,
    }


def _ways(field: Field, brokers: dict[str, str], number: int) -> dict[str, Callable[[], Rate]]:
    ways: dict[str, Callable[[], Rate]] = {"embedded": partial(_ours, field, "-", number, "embedded")}
    for name, url in brokers.items():
        ways[f"Celery on {name}"] = partial(_ours, field, url, number, "relay", "io")
        ways[f"bare Celery on {name}"] = partial(_bare, field, url, number)
    return ways


def _taken(ways: dict[str, Callable[[], Rate]], rounds: int) -> dict[str, list[Rate]]:
    taken: dict[str, list[Rate]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            rate = run()
            taken[way].append(rate)
            print(f"  {way:<24}{rate.per_second:>8.0f}/s{rate.cpu_ms:>8.2f} ms of processor", flush=True)
    return taken


@contextmanager
def _process(role: str, field: Field, broker: str, number: int = 0) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen(
        [sys.executable, "-m", "bench.servers.workers", role, field.url, broker, str(number)],
        stdout=subprocess.PIPE if role == "bare-publish" else subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(60)


def _ours(field: Field, broker: str, number: int, *roles: str) -> Rate:
    field.clear()
    with ExitStack() as stack:
        pids = [stack.enter_context(_process(role, field, broker)).pid for role in roles]
        field.ask(_WARM)
        field.wait_for(_WARM)
        field.run("truncate bench_effects")
        cpu = sum(map(cpu_seconds, pids))
        field.ask(number)
        field.wait_for(number)
        return Rate(field.per_second(number), (sum(map(cpu_seconds, pids)) - cpu) / number * 1000)


def _bare(field: Field, broker: str, number: int) -> Rate:
    field.clear()
    with _process("bare-io", field, broker) as worker:
        with _process("bare-publish", field, broker, _WARM) as publisher:
            publisher.wait()
        field.wait_for(_WARM)
        field.run("truncate bench_effects")
        cpu = cpu_seconds(worker.pid)
        with _process("bare-publish", field, broker, number) as publisher:
            published = float(publisher.communicate()[0])
        field.wait_for(number)
        return Rate(field.per_second(number), (cpu_seconds(worker.pid) - cpu + published) / number * 1000)

"""Plugins' jobs: who may run, for how long, and what becomes of failures."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.door.plugin_process import keep_process
from core.extensions.service import Tools
from core.extensions.tasks import Watchdog, deadlines, job_kinds, park_orphans, plugin_handlers
from core.kit.context import acting_for
from core.kit.crypto import Sealer
from core.kit.database import execute, fetch, transaction
from core.kit.database.sql import Row
from core.kit.http import Allowed, Outgoing
from core.kit.jobs import Claimed, enqueue
from core.kit.jobs.faults import GiveUp
from core.operating import operator_context
from core.pluginhost import Host, PluginOptions, load_plugins
from core.pluginhost.finding import shipped
from core.testing import Desk
from settings import Settings, load_secret_keys
from tests.pluginhost.starting import at, started
from tests.pluginhost.writing import put

PROGRAM = Path(__file__).parent / "plugin_program.py"
TEXT = """
import asyncio
import time
from pathlib import Path
from core.sdk import Job, Plugin, PluginManifest, Rejected, hookimpl

NOTES = Path(__file__).with_suffix(".notes")

async def note(ctx, payload):
    with NOTES.open("a") as out:
        out.write(f"{ctx.tenant_id} {payload['word']}\\n")

async def asks(ctx, payload):
    try:
        await ctx.http.request("GET", "nowhere")
    except Rejected as error:
        await note(ctx, {"word": type(error).__name__})

async def raises(ctx, payload):
    raise RuntimeError("canary-9a1")

async def rejects(ctx, payload):
    raise Rejected("It is of no use.")

async def waits(ctx, payload):
    await asyncio.sleep(60)

async def ignores(ctx, payload):
    await note(ctx, {"word": "begun"})
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def blocks(ctx, payload):
    await note(ctx, {"word": "begun"})
    while True:
        time.sleep(1)

async def steady(ctx, payload):
    await asyncio.sleep(0.5)
    await note(ctx, {"word": "steady"})

class Chores(Plugin):
    manifest = PluginManifest(
        name="chores", title="Chores", version="1.0", api=">=1.0,<2", scopes=frozenset({"net:out"})
    )

    @hookimpl
    def register_jobs(self):
        each_does = (note, asks, raises, rejects, waits, ignores, blocks, steady)
        return [Job(each.__name__, each, timeout=1) for each in each_does]
"""
ENABLE = 'mutation { pluginEnable(input: {name: "chores"}) { userErrors { code } } }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "chores", TEXT)
    return tmp_path


@pytest.fixture
async def enabled(desk: Desk, settings: Settings, folder: Path) -> AsyncIterator[Desk]:
    async with started(settings, plugins_path=folder) as served:
        (await at(served, desk.admin).ask(ENABLE)).payload("pluginEnable")
    yield desk
    with acting_for(desk.tenant_id):  # or the next test's worker would do them
        await execute("delete from jobs where tenant_id = :tenant", {"tenant": desk.tenant_id})


def loaded(folder: Path) -> Host:
    return load_plugins(PluginOptions(path=folder, deny=shipped()))


def handlers(settings: Settings, host: Host) -> Mapping[str, Any]:
    tools = Tools(host, Sealer(load_secret_keys(settings)), Outgoing(allowed=Allowed.of([])))
    return plugin_handlers(tools)


async def ask(desk: Desk, name: str, **payload: Any) -> Claimed:
    kind = f"plugin.chores.{name}"
    with acting_for(desk.tenant_id):
        async with transaction():
            key = await enqueue(operator_context(desk.tenant_id), kind, payload)
    return Claimed(key, desk.tenant_id, kind, payload, attempts=1)


async def row(desk: Desk, job: Claimed) -> Row:
    with acting_for(desk.tenant_id):
        [found] = await fetch(
            "select * from jobs where tenant_id = :tenant and id = :id",
            {"tenant": desk.tenant_id, "id": job.id},
        )
    return found


async def run(desk: Desk, settings: Settings, folder: Path, job: Claimed) -> None:
    with acting_for(desk.tenant_id):
        await handlers(settings, loaded(folder))[job.kind](job)


def notes(folder: Path) -> list[str]:
    file = folder / "chores.notes"
    return file.read_text().splitlines() if file.exists() else []


async def test_a_job_runs_for_its_tenant_and_for_none_that_has_not_enabled_the_plugin(
    enabled: Desk, other: Desk, settings: Settings, folder: Path
) -> None:
    for desk in (enabled, other):
        await run(desk, settings, folder, await ask(desk, "note", word="hello"))

    assert notes(folder) == [f"{enabled.tenant_id} hello"]


async def test_a_job_may_do_what_the_tenant_has_granted_and_no_more(
    enabled: Desk, settings: Settings, folder: Path
) -> None:
    await run(enabled, settings, folder, await ask(enabled, "asks"))
    with acting_for(enabled.tenant_id):
        await execute("update plugin_enablements set scopes = '[]'")
    await run(enabled, settings, folder, await ask(enabled, "asks"))

    assert [line.split()[1] for line in notes(folder)] == ["Rejected", "NotGranted"]


@pytest.mark.parametrize(
    ("name", "error"), [("raises", "Broken"), ("rejects", "RefusedByPlugin"), ("waits", "TimeoutError")]
)
async def test_what_fails_is_tried_again_unless_the_plugin_says_it_is_of_no_use(
    enabled: Desk, settings: Settings, folder: Path, name: str, error: str
) -> None:
    job = await ask(enabled, name)

    with pytest.raises(Exception) as failed:
        await run(enabled, settings, folder, job)

    assert type(failed.value).__name__ == error
    assert isinstance(failed.value, GiveUp) == (name == "rejects")
    assert "canary" not in str(failed.value)


async def test_what_ignores_being_cancelled_does_not_hold_up_the_worker(
    enabled: Desk, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "PATIENCE", 0.1)
    ended: list[float | None] = []
    tools = Tools(loaded(folder), Sealer(load_secret_keys(settings)), Outgoing(allowed=Allowed.of([])))
    job = await ask(enabled, "ignores")
    before = asyncio.all_tasks()

    with acting_for(enabled.tenant_id), pytest.raises(TimeoutError):
        await plugin_handlers(tools, Watchdog(ended.append))[job.kind](job)

    assert len(ended) == 1 and ended[0] is not None, (
        "the watchdog stays awake: only the end of the process helps"
    )
    for task in asyncio.all_tasks() - before:
        task.get_coro().close()  # type: ignore[union-attr]


@asynccontextmanager
async def working(
    database_url: str, settings: Settings, folder: Path
) -> AsyncIterator["subprocess.Popen[bytes]"]:
    environment = {**os.environ, "DESKGRAPH_DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen([sys.executable, str(PROGRAM), database_url, str(folder)], env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def until(condition: Any, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - files and processes
            await asyncio.sleep(0.1)


@pytest.mark.committed
@pytest.mark.parametrize("name", ["blocks", "ignores"])
async def test_what_hangs_is_ended_with_its_process_and_is_tried_again(
    enabled: Desk, settings: Settings, database_url: str, folder: Path, name: str
) -> None:
    job = await ask(enabled, name)
    async with working(database_url, settings, folder) as process:
        await until(lambda: notes(folder))
        await until(lambda: process.poll() is not None)

    assert process.returncode == 1
    found = await row(enabled, job)
    if name == "blocks":
        assert (found["state"], found["attempts"]) == ("leased", 1), (
            "the lease lapses, then another worker has it"
        )
    else:
        assert found["fault"] == "TIMED_OUT"


@pytest.mark.committed
async def test_what_ran_beside_one_that_hangs_is_not_taken_down_again(
    enabled: Desk, settings: Settings, database_url: str, folder: Path
) -> None:
    jobs = [await ask(enabled, name) for name in ("blocks", "steady")]
    await _lapse(enabled)  # as if one process had ended while it ran both
    async with working(database_url, settings, folder) as process:
        await until(lambda: process.poll() is not None)
    assert (await row(enabled, jobs[1]))["attempts"] == 1, "the first was tried by itself"

    await _lapse(enabled)
    async with working(database_url, settings, folder):
        await until(lambda: any("steady" in each for each in notes(folder)))

    assert (await row(enabled, jobs[1]))["attempts"] == 2, "it was done the next time"


async def _lapse(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        await execute(
            "update jobs set state = 'leased', attempts = greatest(attempts, 1),"
            " lease_until = now() - interval '1 second' where tenant_id = :tenant and state in ('ready', 'leased')",
            {"tenant": desk.tenant_id},
        )


async def test_the_process_is_started_when_there_is_work_and_again_when_it_ended(
    enabled: Desk, folder: Path
) -> None:
    class Process:
        starts, stops, living = 0, 0, False

        def start(self) -> None:
            self.starts += 1
            self.living = self.starts > 1

        def alive(self) -> bool:
            return self.living

        def ask_to_stop(self) -> None:
            self.stops += 1
            self.living = False

        def kill(self) -> None: ...

    process, woken = Process(), asyncio.Event()
    kinds = job_kinds(loaded(folder))
    keeping = asyncio.create_task(keep_process(process, kinds, poll_seconds=0.05, grace=1, woken=woken))
    await asyncio.sleep(0.3)
    idle = process.starts
    await ask(enabled, "note", word="x")
    await until(lambda: process.starts == 2)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)

    assert idle == 0
    assert process.stops == 1


async def test_jobs_of_a_plugin_that_is_gone_are_parked_with_the_reason(enabled: Desk, folder: Path) -> None:
    job = await ask(enabled, "note", word="x")
    kinds = job_kinds(loaded(folder))

    await park_orphans(kinds, age=timedelta(0))
    kept = await row(enabled, job)
    await park_orphans(kinds - {job.kind}, age=timedelta(hours=1))
    young = await row(enabled, job)
    await park_orphans(kinds - {job.kind}, age=timedelta(0))
    parked = await row(enabled, job)

    assert [each["state"] for each in (kept, young, parked)] == ["ready", "ready", "parked"]
    asked = "query { jobs(first: 5) { nodes { kind state error { code message } } } }"
    seen = (await enabled.founder.ask(asked)).data["jobs"]["nodes"]
    assert seen == [
        {
            "kind": job.kind,
            "state": "PARKED",
            "error": {"code": "PLUGIN_GONE", "message": "The plugin that does it is not there any more."},
        }
    ]

"""Tables of plugins: what is broken or waits is one plugin's affair, and purging leaves nothing."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from core.kit.database.connect import credentials
from core.migrations.plugins import migrate_plugin, pending, purge_plugin
from core.migrations.waiting import looking_after_tables
from core.pluginhost import Host, PluginOptions, PluginState, load_plugins
from core.pluginhost.finding import shipped
from core.pluginhost.kinds import JOBS, MODELS, PERMISSIONS
from core.testing import Desk
from core.testing.databases import own_database
from settings import Settings
from tests.pluginhost.starting import at, started
from tests.pluginhost.test_examining import run
from tests.pluginhost.writing import put

PLUGIN = """
from core.sdk import Job, Models, Permission, Plugin, PluginManifest, hookimpl

async def work(ctx, payload): ...

class Made(Plugin):
    manifest = PluginManifest(name="made", title="Made", version="1.0", api=">=1.0,<2")

    @hookimpl
    def register_permissions(self):
        return [Permission("made.use", "Use it")]

    @hookimpl
    def register_models(self):
        return Models("{package}.tables", "{package}.steps")

    @hookimpl
    def register_jobs(self):
        return [Job("work", work)]
"""
TABLES = """
from tortoise import fields
from tortoise.models import Model
from core.sdk.tables import TenantManager, TenantModel

class Thing(TenantModel):
    references = {"ticket_id": "tickets"}
    ticket_id = fields.UUIDField(null=True)

    class Meta:
        table = "plugin_made_things"
        manager = TenantManager()
"""
STEP = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    initial = True
    operations = [
        ops.CreateModel(
            name="Thing",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("tenant_id", fields.UUIDField()),
                ("created_at", fields.DatetimeField()),
                ("ticket_id", fields.UUIDField(null=True)),
            ],
            options={"table": "plugin_made_things", "app": "made", "pk_attr": "id"},
        )
    ]
"""
BAD = {
    "raises": (TABLES + "\nraise RuntimeError('no')", "RuntimeError: no"),
    "exits": (TABLES + "\nraise SystemExit(3)", "SystemExit: 3"),
    "no tables": ("x = 1", "has no subclass of core.sdk.tables.TenantModel"),
    "other name": (TABLES.replace("plugin_made_things", "things"), "must have a name that begins with plugin_made_"),
    "no tenant": (TABLES.replace("Thing(TenantModel)", "Thing(Model)"), "must be a subclass of core.sdk.tables"),
    "no manager": (TABLES.replace("manager =", "managed ="), "must state manager = TenantManager()"),
    "relation": (
        TABLES.replace("ticket_id = fields.UUIDField(null=True)", "x = fields.ForeignKeyField('core.Ticket')"),
        "must be a plain key",
    ),
    "no column": (TABLES.replace('"ticket_id": "t', '"other_id": "t'), "names other_id, which is no column"),
}  # fmt: skip


def lay(folder: Path, monkeypatch: pytest.MonkeyPatch, tables: str = TABLES) -> None:
    """The plugin `made`, in one file, beside a package with its tables."""
    package = f"made_{secrets.token_hex(4)}"
    put(folder / package, "tables", tables)
    put(folder / package / "steps", "0001_initial", STEP)
    for each in (folder / package, folder / package / "steps"):
        (each / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    put(folder, "made", PLUGIN.replace("{package}", package))


def loaded(folder: Path) -> Host:
    return load_plugins(PluginOptions(path=folder, deny=shipped()))


@pytest.mark.parametrize(("tables", "problem"), BAD.values(), ids=BAD.keys())
def test_broken_tables_take_along_what_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tables: str, problem: str
) -> None:
    lay(tmp_path, monkeypatch, tables)
    put(tmp_path, "good")

    host = loaded(tmp_path)

    [told] = host.failures
    assert problem in told.problem
    assert {each.name: each.state for each in host if each.name in ("made", "good")} == {
        "made": PluginState.DEGRADED,
        "good": PluginState.LOADED,
    }
    assert set(host.all_of(PERMISSIONS)) == {"made.use", "good.use"}
    assert not host.all_of(MODELS) and not host.all_of(JOBS)


def test_a_table_is_the_first_plugins_that_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, monkeypatch, TABLES.replace("plugin_made_things", "plugin_made_of_tin_things"))
    package = f"tin_{secrets.token_hex(4)}"
    put(tmp_path / package, "tables", TABLES.replace("plugin_made_things", "plugin_made_of_tin_things"))
    put(tmp_path / package / "steps", "__init__", "")
    text = PLUGIN.replace("{package}", package).replace('"made', '"made_of_tin')
    put(tmp_path, "made_of_tin", text)

    host = loaded(tmp_path)

    [told] = host.failures
    assert told.problem == ("The table plugin_made_of_tin_things of made_of_tin is taken already, by made.")
    assert list(host.all_of(MODELS)) == ["made"]


@pytest.fixture
async def fresh_url(server_url: str) -> AsyncIterator[str]:
    """A database with the product's tables alone."""
    async with own_database(server_url) as url:
        yield url


async def test_tables_wait_until_somebody_migrates_them_and_can_be_purged(
    fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, monkeypatch)
    host = loaded(tmp_path)
    connection = await asyncpg.connect(**credentials(fresh_url))
    try:
        async with looking_after_tables(fresh_url, host, look_seconds=0.05):
            before = [each.state for each in host if each.name == "made"]
            is_degraded, is_ready = host.is_degraded, host.is_ready("made")
            applied = await migrate_plugin(fresh_url, "made", host.tables["made"])
            for _ in range(100):
                if host.is_ready("made"):
                    break
                await asyncio.sleep(0.05)
        again = await migrate_plugin(fresh_url, "made", host.tables["made"])
        fenced = await connection.fetch(
            "select policyname from pg_policies where tablename = 'plugin_made_things'"
        )
        keys = await connection.fetch(
            "select conname, confdeltype from pg_constraint where conrelid = 'plugin_made_things'::regclass"
            " and contype = 'f' order by 1"
        )
        purged = await purge_plugin(fresh_url, "made")
        left = await connection.fetchval("select to_regclass('plugin_made_things')")
        waits = await pending(fresh_url, host.tables)
        others = await connection.fetchval("select count(*) from tortoise_migrations where app = 'core'")
    finally:
        await connection.close()

    assert (before, is_degraded, is_ready) == ([PluginState.NEEDS_MIGRATION], True, False)
    assert (applied, again) == (["0001_initial"], [])
    assert host.is_ready("made") and not host.is_degraded, "it is noticed without a new start"
    assert {row["policyname"] for row in fenced} == {"tenant_rows", "all_rows"}
    assert [(row["conname"], row["confdeltype"]) for row in keys] == [
        ("plugin_made_things_tenant", b"c"),
        ("plugin_made_things_ticket_id", b"n"),
    ]
    assert purged == ["plugin_made_things"]
    assert left is None
    assert waits == {"made": ["0001_initial"]}
    assert others > 0


async def test_what_waits_is_told_and_does_nothing(
    desk: Desk, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, monkeypatch)
    asked = "{ plugins { name state } }"
    async with started(settings, plugins_path=tmp_path) as served:
        host = next(
            each.endpoint.__closure__[0].cell_contents
            for each in served.application.routes  # type: ignore[attr-defined]
            if each.path == "/healthz"
        )
        host.note_pending(["made", "ticket_links"])
        health = await served.http.get("/healthz")
        told = (await at(served, desk.admin).ask(asked)).data["plugins"]
        route = await served.http.post("/plugins/ticket_links/pin_0/events")

    assert health.json() == {"status": "degraded"}
    assert {"name": "made", "state": "NEEDS_MIGRATION"} in told
    assert route.status_code == 503


async def test_operators_see_migrate_and_purge_tables(fresh_url: str, tmp_path: Path) -> None:
    place = {"DESKGRAPH_DATABASE_URL": fresh_url, "DESKGRAPH_DATA_DIR": str(tmp_path / "data")}

    async def told(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(run, *arguments, folder=tmp_path, **place)
        return done.returncode, done.stdout or done.stderr

    listed = await told("list", "--json")
    migrated, again = await told("migrate", "ticket_links"), await told("migrate")
    ready = await told("list", "--json")
    unsure = await told("purge", "ticket_links")
    purged = await told("purge", "ticket_links", "--yes")
    again_purged = await told("purge", "ticket_links", "--yes")
    unknown = [await told(*words) for words in (("migrate", "nothing"), ("purge", "nothing", "--yes"))]

    def state(text: str) -> str:
        return next(str(each["state"]) for each in json.loads(text) if each["name"] == "ticket_links")

    assert (state(listed[1]), state(ready[1])) == ("needs_migration", "loaded")
    assert migrated == (0, "  ticket_links 0001_initial\n1 migrations applied.\n")
    assert again == (0, "The tables are up to date.\n")
    assert unsure[0] == 1
    assert purged == (0, "  plugin_ticket_links_links\nTables dropped: 1.\n")
    assert again_purged == (0, "There are no tables of a plugin ticket_links.\n")
    assert unknown == [
        (1, "Error: There is no plugin nothing. Those with tables are ticket_links.\n"),
        (1, "Error: There is no plugin nothing, and nothing of one is kept. Something is kept of none.\n"),
    ]

"""Tables of plugins: taken forward one plugin at a time, fenced as the product's own are, and dropped for good."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationTarget
from tortoise.models import Model

from core.kit.database.connect import credentials
from core.migrations.fencing import MARK, fence
from core.migrations.runner import alone, as_owner
from core.pluginhost.kinds.models import tables_in
from core.sdk import Models

_FORGET = (
    "delete from tortoise_migrations where app = $1",
    "delete from stream_positions where starts_with(name, 'plugin.' || $1 || '.')",
    "delete from schedules where tenant_id is null and starts_with(name, 'plugin.' || $1 || '.')",
    "delete from jobs where starts_with(kind, 'plugin.' || $1 || '.')",
)


async def migrate_plugin(
    url: str, name: str, declared: Models, *, on_step: Callable[[str], None] = lambda _name: None
) -> list[str]:
    """Apply every pending step of a plugin, fence its tables, and return the names of the steps. Safe to run from
    several processes at once, and again where it was cut off. The product's own steps must have been applied."""
    applied: list[str] = []

    def note(event: str, app: str, step: str) -> None:
        if event == "apply_start":
            on_step(f"{app} {step}")
        elif event == "apply_done":
            applied.append(step)

    async with alone(url):
        async with as_owner(url, {name: declared}) as executor:
            await executor.migrate([MigrationTarget(name, "__latest__")], progress=note)
        async with _connected(url) as connection, connection.transaction():
            for model in tables_in(declared):
                await fence(connection, name, model._meta.db_table, model.references, _may_be_null(model))
    return applied


def _may_be_null(model: type[Model]) -> frozenset[str]:
    return frozenset(name for name, each in model._meta.fields_map.items() if each.null)


async def write_plugin_migrations(url: str, name: str, declared: Models) -> list[str]:
    """Generate the step that today's models of a plugin ask for. Empty when nothing changed."""
    async with _compared(url, name, declared) as detector:
        return [str(each) for each in await detector.write()]


async def lacking_migrations(url: str, name: str, declared: Models) -> list[str]:
    """The names of the steps that would be generated. Empty when the steps make what the models say."""
    async with _compared(url, name, declared) as detector:
        return [each.name for each in await detector.changes()]


@asynccontextmanager
async def _compared(url: str, name: str, declared: Models) -> AsyncIterator[MigrationAutodetector]:
    async with as_owner(url, {name: declared}) as executor:
        config = {name: executor.loader.apps_config[name]}
        of_plugin: Any = {name: Tortoise.apps[name]}
        yield MigrationAutodetector(of_plugin, config)


async def pending(url: str, plugins: Mapping[str, Models]) -> dict[str, list[str]]:
    """What each of these plugins waits for, by its name: steps that were not applied, and tables without a fence."""
    if not plugins:
        return {}
    async with _connected(url) as connection:
        rows = await connection.fetch(
            "select app, name from tortoise_migrations where app = any($1)", list(plugins)
        )
        fenced = {row["tablename"] for row in await connection.fetch(_FENCED)}
    applied = {(row["app"], row["name"]) for row in rows}
    found = {}
    for name, declared in plugins.items():
        lacking = [step for step in _steps(declared) if (name, step) not in applied]
        bare = [each._meta.db_table for each in tables_in(declared) if each._meta.db_table not in fenced]
        if lacking or bare:
            found[name] = lacking or bare
    return found


_FENCED = "select tablename from pg_policies where schemaname = 'public' and policyname = 'tenant_rows'"


def _steps(declared: Models) -> list[str]:
    package = import_module(declared.migrations)
    return sorted(name for _, name, is_package in iter_modules(package.__path__) if not is_package)


async def purge_plugin(url: str, name: str) -> list[str]:
    """Drop every table of a plugin, whether the plugin is installed or not, with its jobs, schedules and positions, and
    forget its steps. Returns the names of the tables."""
    async with alone(url), _connected(url) as connection, connection.transaction():
        rows = await connection.fetch(_TABLES, MARK.format(name=name))
        tables = [row["relname"] for row in rows]
        if tables:
            await connection.execute(f"drop table {', '.join(tables)}")
        for statement in _FORGET:
            await connection.execute(statement, name)
    return tables


async def kept_plugins(url: str) -> list[str]:
    """The names of the plugins of which something is kept: tables, jobs, schedules."""
    async with _connected(url) as connection:
        if not await connection.fetchval("select to_regclass('jobs') is not null"):
            return []  # the product's own tables are not there yet
        return [row["name"] for row in await connection.fetch(_KEPT, MARK.format(name=""))]


_KEPT = """
select replace(obj_description(p.oid, 'pg_policy'), $1, '') as name from pg_policy p
where p.polname = 'tenant_rows' and starts_with(obj_description(p.oid, 'pg_policy'), $1)
union select split_part(kind, '.', 2) from jobs where starts_with(kind, 'plugin.')
union select split_part(name, '.', 2) from schedules where starts_with(name, 'plugin.')
union select split_part(name, '.', 2) from stream_positions where starts_with(name, 'plugin.')
order by 1
"""

_TABLES = """
select c.oid::regclass::text as relname from pg_policy p join pg_class c on c.oid = p.polrelid
where p.polname = 'tenant_rows' and obj_description(p.oid, 'pg_policy') = $1 order by 1
"""


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(**credentials(url))
    try:
        yield connection
    finally:
        await connection.close()

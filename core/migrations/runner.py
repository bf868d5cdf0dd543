"""Takes the database forward, as its owner, one process at a time.

The library's executor is wrapped for two reasons: it leaves out `Meta.constraints` when it creates a table, and it has
no lock between processes.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from tortoise import Tortoise, connections
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor

from core.kit.database.connect import MODELS, credentials
from core.sdk import Models

APPS: dict[str, dict[str, Any]] = {
    "core": {"models": MODELS, "default_connection": "default", "migrations": "core.migrations.versions"}
}
_LOCK = 0x6465736B  # "desk"


class _Editor(AsyncpgSchemaEditor):
    async def create_model(self, model: Any) -> None:
        await super().create_model(model)
        for constraint in model._meta.constraints:
            await self.add_constraint(model, constraint)


class _Executor(MigrationExecutor):
    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> Any:
        return _Editor(self.connection, atomic=atomic, collect_sql=collect_sql)


@asynccontextmanager
async def as_owner(url: str, plugins: Mapping[str, Models] | None = None) -> AsyncIterator[MigrationExecutor]:
    """What applies steps: the product's, and those of these plugins."""
    of_plugins = {
        name: {"models": [each.models], "default_connection": "default", "migrations": each.migrations}
        for name, each in (plugins or {}).items()
    }
    engine = {
        "engine": "tortoise.backends.asyncpg",
        "credentials": {**credentials(url), "minsize": 1, "maxsize": 2},
    }
    config = {
        "connections": {"default": engine},
        "apps": APPS | of_plugins,
        "use_tz": True,
        "timezone": "UTC",
    }
    # A context of its own, so that a process which also serves keeps the one it serves with.
    async with TortoiseContext() as context:
        await context.init(config=config)
        yield _Executor(connections.get("default"), APPS | of_plugins)


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """Hold the migration lock on a session of its own; it goes with the session, whatever happens."""
    session = await asyncpg.connect(**credentials(url))
    try:
        await session.execute("select pg_advisory_lock($1)", _LOCK)
        yield
    finally:
        await session.close()


async def migrate(url: str, *, on_step: Callable[[str], None] = lambda _name: None) -> list[str]:
    """Apply every pending step and return their names. Safe to run from several processes at once."""
    applied: list[str] = []

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_start":
            on_step(name)
        elif event == "apply_done":
            applied.append(name)

    async with alone(url), as_owner(url) as executor:
        await executor.migrate(progress=note)
    return applied


async def pending(url: str) -> list[str]:
    """Names of the steps that this database lacks."""
    async with as_owner(url) as executor:
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
        return [step.migration.name for step in await executor.plan()]


async def write_migrations(url: str) -> list[str]:
    """Generate the step that today's models ask for, to be read and completed by hand. Empty when nothing changed."""
    async with as_owner(url):
        detector = MigrationAutodetector(Tortoise.apps, APPS)
        return await detector.write()

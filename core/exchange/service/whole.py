"""Everything of a helpdesk as a file (J4): table by table, page by page."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.fields import JSONField

from core.exchange.formats import WholeFormat
from core.exchange.service.archives import Archive, archive
from core.exchange.service.cells import Cell, moment
from core.exchange.service.exporting import FIRST, PAGE
from core.exchange.service.ticket_columns import zone_of
from core.exchange.tables import EXPORTED
from core.kit.context import Context
from core.kit.database import fetch, tenant_models
from core.kit.events import Happening, record
from core.kit.graph import registry
from core.kit.ids import to_global
from core.kit.jobs import enqueue
from core.kit.jobs.progress import Progress

KIND = "tenant.export"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the columns that are exported, whose keys they hold, and which of them are JSON."""

    name: str
    columns: Sequence[str]
    prefixes: Mapping[str, str]
    structured: frozenset[str]


async def export_tenant(ctx: Context, format: WholeFormat) -> UUID:
    """Ask for a file of everything, and give the job's key. Needs `tenant.export`."""
    ctx.require("tenant.export")
    payload = {"format": format.value, "user": ctx.viewer.user_id, "token": ctx.viewer.token_id}
    job_id = await enqueue(ctx, KIND, payload, is_requested=True)
    about = {"kind": [None, KIND], "format": [None, format.value]}
    await record(ctx, Happening("export.requested", "job", job_id, about))
    return job_id


def tables() -> list[Table]:
    """What is exported, in its order."""
    models = {model._meta.db_table: model for model in tenant_models()}
    prefixes = {each.table: each.prefix for each in registry}
    return [_table(name, models[name], left_out, prefixes) for name, left_out in EXPORTED.items()]


def _table(name: str, model: Any, left_out: frozenset[str], prefixes: Mapping[str, str]) -> Table:
    columns = [
        each for each in model._meta.fields_db_projection.values() if each not in {"tenant_id", *left_out}
    ]
    targets = {"id": name, **model.references}
    named = {column: prefixes[target] for column, target in targets.items() if target in prefixes}
    structured = frozenset(each for each in columns if isinstance(model._meta.fields_map[each], JSONField))
    return Table(name, columns, named, structured)


async def write_tenant(ctx: Context, format: WholeFormat, path: Path, progress: Progress) -> int:
    """Write the file and say how many rows are in it. Raises Cancelled, LeaseLost."""
    zone, done = await zone_of(ctx), 0
    async with _archive(format, path) as made:
        for table in tables():
            await asyncio.to_thread(made.begin, table.name, table.columns)
            async for rows in _pages(ctx, table):
                await asyncio.to_thread(_put, made, table, rows, zone)
                done += len(rows)
                await progress.report(done)
            await asyncio.to_thread(made.end)
    return done


async def _pages(ctx: Context, table: Table) -> AsyncGenerator[Sequence[Any], None]:
    text = (
        f"select id as row_key, {', '.join(table.columns)} from {table.name}"
        f" where tenant_id = :tenant and id > :after order by id limit {PAGE}"
    )
    after = FIRST
    while rows := await fetch(text, {"tenant": ctx.tenant_id, "after": after}):
        yield rows
        if len(rows) < PAGE:
            return
        after = rows[-1]["row_key"]


def _put(made: Archive, table: Table, rows: Sequence[Any], zone: ZoneInfo) -> None:
    made.write([_cell(row[name], table.prefixes.get(name), zone) for name in table.columns] for row in rows)


def _cell(value: Any, prefix: str | None, zone: ZoneInfo) -> Cell:
    if isinstance(value, UUID):
        return to_global(prefix, value) if prefix else str(value)
    if isinstance(value, datetime):
        return moment(value, zone)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


@asynccontextmanager
async def _archive(format: WholeFormat, path: Path) -> AsyncGenerator[Archive, None]:
    made = await asyncio.to_thread(archive, format, path)
    yield made
    await asyncio.to_thread(made.__exit__, None, None, None)

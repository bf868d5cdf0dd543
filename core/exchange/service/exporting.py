"""Tickets as a file: asked for, and made page by page in a job."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from core.exchange.errors import NoTicketsSelected, TooManyRows
from core.exchange.formats import FileFormat
from core.exchange.service.cells import Cell
from core.exchange.service.selecting import Selected, Selection, select
from core.exchange.service.sheets import Sheet, sheet
from core.exchange.service.ticket_columns import JOINS, Column, Known, columns_of, headings, known_of
from core.kit.context import Context
from core.kit.database import fetch, fetch_value
from core.kit.database.sql import Row
from core.kit.errors import LimitExceeded
from core.kit.events import Happening, record
from core.kit.graph import Request
from core.kit.jobs import GiveUp, enqueue
from core.kit.jobs.progress import Progress

KIND = "ticket.export"
MOST = 1_000_000
"""Tickets in one file: a sheet of Excel takes 1,048,576 rows."""
MOST_FIELDS = 200
PAGE = 1000
FIRST = UUID(int=0)

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TicketExport:
    """Which tickets, which fields in which order, and as what."""

    selection: Selection
    fields: Fields
    format: FileFormat

    def to_json(self) -> dict[str, Any]:
        return {
            "select": self.selection.to_json(), "fields": [list(each) for each in self.fields],
            "format": self.format.value,
        }  # fmt: skip

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "TicketExport":
        fields = [(kind, name) for kind, name in kept["fields"]]
        return cls(Selection.of_json(kept["select"]), fields, FileFormat(kept["format"]))


async def export_tickets(request: Request, wanted: TicketExport) -> UUID:
    """Ask for a file of tickets, and give the job's key. Needs `ticket.export`. Raises NoFields, LimitExceeded,
    NoTicketsSelected where the viewer sees none of those that are named; Errors; BadArgument for a bad filter."""
    ctx = request.ctx
    ctx.require("ticket.export")
    if len(wanted.fields) > MOST_FIELDS:
        raise LimitExceeded(path=("fields",), limit=MOST_FIELDS)
    await columns_of(ctx, wanted.fields, "fields")
    selected = await select(request, wanted.selection)
    ids = wanted.selection.ids
    if ids is not None and not await _is_any(selected):
        raise NoTicketsSelected(path=("select", "ids"))
    payload = {
        **wanted.to_json(), "user": ctx.viewer.user_id, "token": ctx.viewer.token_id, "locale": request.locale,
    }  # fmt: skip
    job_id = await enqueue(ctx, KIND, payload, is_requested=True, total=None if ids is None else len(ids))
    about = {"kind": [None, KIND], "format": [None, wanted.format.value]}
    await record(ctx, Happening("export.requested", "job", job_id, about))
    return job_id


async def _is_any(selected: Selected) -> bool:
    rows = await fetch(f"select 1 from tickets t where {selected.condition} limit 1", selected.values)
    return bool(rows)


async def count(selected: Selected) -> int:
    """How many tickets there are to write. Raises GiveUp over a million."""
    found: int = await fetch_value(
        f"select count(*) from (select 1 from tickets t where {selected.condition} limit {MOST + 1}) c",
        selected.values,
    )
    if found > MOST:
        raise GiveUp(str(TooManyRows(limit=MOST)))
    return found


async def write_tickets(
    ctx: Context, wanted: TicketExport, selected: Selected, path: Path, progress: Progress
) -> int:
    """Write the file and say how many tickets are in it. Raises Cancelled, LeaseLost."""
    columns, known = await columns_of(ctx, wanted.fields), await known_of(ctx)
    done = 0
    async with sheet_of(wanted.format, path) as table:
        await asyncio.to_thread(table.write, [headings(columns, ctx.viewer.locale)])
        async for rows in _pages(ctx, columns, selected):
            await asyncio.to_thread(_put, table, rows, columns, known)
            done += len(rows)
            await progress.report(done)
    return done


def _put(table: Sheet, rows: Sequence[Row], columns: Sequence[Column], known: Known) -> None:
    table.write(_cells(row, columns, known) for row in rows)


def _cells(row: Row, columns: Sequence[Column], known: Known) -> list[Cell]:
    return [each.show(row[place], known) for place, each in enumerate(columns, start=1)]


async def _pages(
    ctx: Context, columns: Sequence[Column], selected: Selected
) -> AsyncGenerator[list[Row], None]:
    """The tickets, oldest first, a page at a time: each is read for itself, however many went before."""
    chosen = ", ".join(f"{each.sql(ctx.viewer)} as c{place}" for place, each in enumerate(columns))
    joins = " ".join(dict.fromkeys(JOINS[each.join] for each in columns if each.join))
    # The page first, and then what hangs on it: however PostgreSQL finds the tickets, it looks up a page of others.
    page = (
        f"select t.* from tickets t where {selected.condition} and t.id > :after order by t.id limit {PAGE}"
    )
    text = f"select t.id, {chosen} from ({page}) t {joins} order by t.id"
    values = {**selected.values}
    for each in columns:
        values |= each.values
    after = FIRST
    while rows := await fetch(text, {**values, "after": after}):
        yield rows
        if len(rows) < PAGE:
            return
        after = rows[-1]["id"]


@asynccontextmanager
async def sheet_of(format: FileFormat, path: Path) -> AsyncGenerator[Sheet, None]:
    """A table that is written in threads."""
    table = await asyncio.to_thread(sheet, format, path)
    try:
        yield table
    finally:
        await asyncio.to_thread(table.__exit__, None, None, None)


@asynccontextmanager
async def workshop() -> AsyncGenerator[Path, None]:
    """A folder of this machine for as long as something is made in it."""
    folder = await asyncio.to_thread(TemporaryDirectory, prefix="deskgraph-")
    try:
        yield Path(folder.name)
    finally:
        await asyncio.to_thread(folder.cleanup)

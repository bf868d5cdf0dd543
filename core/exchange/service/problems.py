"""What was wrong with an import, as a file: row, column, code and message, in the language of whoever asked."""

import asyncio
from pathlib import Path
from typing import Any

import orjson

from core.exchange.formats import FileFormat
from core.exchange.service.cells import Cell
from core.exchange.service.exporting import FIRST, PAGE, sheet_of
from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_value
from core.kit.i18n import translate
from core.kit.jobs import Claimed

HEADINGS = ("Row", "Column", "Code", "Message")


async def has_problems(job: Claimed) -> bool:
    """Whether anything was wrong so far."""
    return bool(
        await fetch_value(
            "select 1 from import_problems where tenant_id = :tenant and import_id = :id limit 1",
            {"tenant": job.tenant_id, "id": job.id},
        )
    )


async def write_problems(ctx: Context, job: Claimed, path: Path) -> None:
    """Write the file, in the order of the rows."""
    locale = ctx.viewer.locale
    async with sheet_of(FileFormat.CSV, path) as table:
        await asyncio.to_thread(table.write, [[translate(each, locale) for each in HEADINGS]])
        after = FIRST
        while rows := await fetch(
            "select id, row, heading, code, message, details from import_problems where tenant_id = :tenant"
            f" and import_id = :id and id > :after order by id limit {PAGE}",
            {"tenant": ctx.tenant_id, "id": job.id, "after": after},
        ):
            await asyncio.to_thread(table.write, [_cells(each, locale) for each in rows])
            after = rows[-1]["id"]


def _cells(row: Any, locale: str) -> list[Cell]:
    message = translate(row["message"], locale).format(**orjson.loads(row["details"]))
    return [row["row"], translate(row["heading"], locale), row["code"], message]


async def forget_problems(job: Claimed) -> None:
    """Drop what the file tells by now, or what nobody waits for."""
    await execute(
        "delete from import_problems where tenant_id = :tenant and import_id = :id",
        {"tenant": job.tenant_id, "id": job.id},
    )

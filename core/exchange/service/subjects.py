"""Everything that is kept about one customer as a file: what they may ask for by law."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from core.exchange.service.archives import JsonArchive
from core.exchange.service.cells import moment
from core.exchange.service.exporting import FIRST, PAGE
from core.exchange.service.ticket_columns import zone_of
from core.exchange.service.whole import Table, tables
from core.identity.service.forgetting import EXPORT as KIND
from core.identity.service.forgetting import ask_about, lock_people
from core.kit.context import Context
from core.kit.database import fetch, transaction
from core.kit.database.sql import Row
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.kit.jobs.progress import Progress

_TICKETS = (
    "ticket_id = any(array("
    "select k.id from tickets k where k.tenant_id = :tenant and k.requester_id = any(:people)))"
)
_MESSAGES = f"visibility = 'PUBLIC' and {_TICKETS}"
KEPT: Mapping[str, str] = {
    "users": "id = any(:people)",
    "user_identities": "user_id = any(:people)",
    "linked_identities": "user_id = any(:people)",
    "notification_preferences": "user_id = any(:people)",
    "resources": "user_id = any(:people)",
    "user_tags": "user_id = any(:people)",
    "watches": "user_id = any(:people)",
    "tickets": "requester_id = any(:people)",
    "messages": f"({_MESSAGES} or author_id = any(:people))",
    "attachments": (
        "message_id = any(array(select m.id from messages m where m.tenant_id = :tenant"
        f" and ({_MESSAGES.replace('ticket_id', 'm.ticket_id')} or m.author_id = any(:people))))"
    ),
    "events": "subject_type = 'user' and subject_id = any(:people)",
}
"""Tables that tell of a customer, in the order of the file, and which of their rows do."""


async def export_customer(ctx: Context, user_id: UUID) -> UUID:
    """Ask for a file of everything about a customer, and give the job's key. Needs `customer.erase`. Raises NotFound,
    OnlyCustomersForgotten, AlreadyMergedUser."""
    job_id = await ask_about(ctx, KIND, user_id)
    about = {"kind": [None, KIND], "user_id": [None, user_id]}
    await record(ctx, Happening("export.requested", "job", job_id, about))
    return job_id


async def write_customer(ctx: Context, user_id: UUID, path: Path, progress: Progress) -> int:
    """Write the file and say how many rows are in it. Raises Cancelled, LeaseLost."""
    zone, done = await zone_of(ctx), 0
    async with transaction():
        people = await lock_people(ctx, user_id)
    known = {each.name: each for each in tables()}
    with await asyncio.to_thread(JsonArchive, path) as made:
        for name, which in KEPT.items():
            table = known[name]
            await asyncio.to_thread(made.begin, name, table.columns)
            async for rows in _pages(ctx, table, which, people):
                await asyncio.to_thread(_put, made, table, rows, zone)
                done += len(rows)
                await progress.report(done)
            await asyncio.to_thread(made.end)
    return done


async def _pages(
    ctx: Context, table: Table, which: str, people: Sequence[UUID]
) -> AsyncGenerator[Sequence[Row], None]:
    text = (
        f"select id as row_key, {', '.join(table.columns)} from {table.name}"
        f" where tenant_id = :tenant and {which} and id > :after order by id limit {PAGE}"
    )
    after = FIRST
    while rows := await fetch(text, {"tenant": ctx.tenant_id, "people": list(people), "after": after}):
        yield rows
        if len(rows) < PAGE:
            return
        after = rows[-1]["row_key"]


def _put(made: JsonArchive, table: Table, rows: Sequence[Row], zone: ZoneInfo) -> None:
    made.write([_value(row[name], table, name, zone) for name in table.columns] for row in rows)


def _value(value: Any, table: Table, column: str, zone: ZoneInfo) -> object:
    if isinstance(value, UUID):
        prefix = table.prefixes.get(column)
        return to_global(prefix, value) if prefix else str(value)
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, str) and column in table.structured:
        return orjson.loads(value)
    return value

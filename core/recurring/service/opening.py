"""Opens a ticket when its time has come: once for each time, whatever happens to the worker."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from core.fields.service import CustomInput
from core.kit.context import Context
from core.kit.database import execute, transaction
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors
from core.kit.events import Happening, record
from core.kit.ids import new_id
from core.kit.schedules import drop
from core.recurring import queries
from core.recurring.errors import AssigneeGone, RequesterGone
from core.tickets.errors import AgentWithoutGroup, AssigneeNotInGroup
from core.tickets.service.new_ticket import NewTicket
from core.tickets.service.open_ticket import open_ticket
from core.tickets.states import TicketSource

KIND = "recurring.open"
"""The kind of the schedule's jobs."""

_NAMES_ASSIGNEE = (AgentWithoutGroup, AssigneeNotInGroup)


async def open_due(ctx: Context, key: UUID, due_at: datetime) -> UUID | None:
    """Open the ticket that was due then, and give its key; None where that was done before, or there is nothing to open
    any more. That it was opened is kept in the same transaction: so it happens once, however often this is called. What
    refuses it is told on the recurring ticket, which waits for its next time."""
    try:
        async with transaction():
            return await _open(ctx, key, due_at)
    except (DomainError, Errors) as error:
        first = _of_nobody(error.errors[0] if isinstance(error, Errors) else error)
        async with transaction():
            await _note_problem(ctx, key, due_at, first)
        return None


async def _open(ctx: Context, key: UUID, due_at: datetime) -> UUID | None:
    row = await _lock_due(ctx, key, due_at)
    if row is None or not await queries.is_open_for_work(ctx.tenant_id):
        return None
    asker = await queries.requester(ctx, row["requester_id"])
    if asker is None or asker["status"] == "DISABLED":
        raise RequesterGone(path=("requesterId",))
    act = replace(ctx, batch_id=new_id())
    draft = await open_ticket(act, _new(row))
    await record(
        act, Happening("ticket.scheduled", "ticket", draft.id, {"recurring_ticket_id": [None, str(key)]})
    )
    await _keep(ctx, key, due_at, ticket_id=draft.id, problem=None)
    return draft.id


def _of_nobody(error: DomainError) -> DomainError:
    """The refusal as it may be kept: without names of people, which stand nowhere after they are anonymised."""
    return AssigneeGone(path=error.path) if isinstance(error, _NAMES_ASSIGNEE) else error


async def _lock_due(ctx: Context, key: UUID, due_at: datetime) -> Row | None:
    """The recurring ticket, locked, unless this time is behind it or it was switched off. One that went with its
    requester leaves its schedule behind, which goes now."""
    row = await queries.lock(ctx, key)
    if row is None:
        await drop(queries.schedule_name(key), ctx.tenant_id)
        return None
    if not row["is_active"]:
        return None
    return None if row["last_due_at"] is not None and row["last_due_at"] >= due_at else row


def _new(row: Row) -> NewTicket:
    return NewTicket(
        title=row["title"], body=row["body"], form_id=row["form_id"], requester_id=row["requester_id"],
        group_id=row["group_id"], assignee_id=row["assignee_id"], priority_id=row["priority_id"],
        type_id=row["type_id"], custom=tuple(_input(each) for each in orjson.loads(row["custom"])),
        source=TicketSource.SCHEDULE, creator_id=row["creator_id"],
    )  # fmt: skip


def _input(kept: dict[str, Any]) -> CustomInput:
    value = kept["value"]
    if kept["form"] == "date_time" and isinstance(value, str):
        value = datetime.fromisoformat(value)
    return CustomInput(kept["key"], kept["form"], value)


async def _note_problem(ctx: Context, key: UUID, due_at: datetime, error: DomainError) -> None:
    if await _lock_due(ctx, key, due_at) is None:
        return
    values = {name: str(each) for name, each in error.values.items()}
    problem = {"message": error.message, "values": values, "path": list(error.path)}
    await _keep(ctx, key, due_at, ticket_id=None, problem=orjson.dumps(problem).decode())
    told = {"reason": [None, str(error)]}
    await record(
        replace(ctx, batch_id=new_id()), Happening("recurring_ticket.failed", "recurring_ticket", key, told)
    )


async def _keep(
    ctx: Context, key: UUID, due_at: datetime, *, ticket_id: UUID | None, problem: str | None
) -> None:
    """What came of it. The version stays: nobody changed anything."""
    await execute(
        "update recurring_tickets set last_due_at = :due, last_ticket_id = coalesce(:ticket, last_ticket_id),"
        " problem = :problem where tenant_id = :tenant and id = :id",
        {"due": due_at, "ticket": ticket_id, "problem": problem, "tenant": ctx.tenant_id, "id": key},
    )

"""Tickets that found no agent with room are dealt out when one has some, the longest waiting first."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from core.groups.queries import WAITING
from core.kit.context import Context
from core.kit.database import fetch, fetch_one, take_turns, transaction
from core.kit.definitions import VERSION
from core.kit.errors import DomainError, Errors
from core.kit.ids import new_id
from core.kit.logging import get_logger
from core.tickets.service.draft import stored
from core.tickets.service.pipeline import run
from core.tickets.service.routing import agent_for

log = get_logger(__name__)

_GROUPS = f"select distinct group_id from tickets t where tenant_id = :tenant and {WAITING} order by group_id"
_NEXT = f"""
select t.*, {VERSION} as definitions_version from tickets t
where tenant_id = :tenant and group_id = :group and {WAITING} and id <> all(:refused)
order by waiting_since, id limit 1 for update of t skip locked
"""


async def deal_out(ctx: Context) -> int:
    """Give the current tenant's waiting tickets to agents who have room now, and say how many were given. Each is an
    act of its own, by the one write path. One that cannot be changed is left, and logged."""
    groups = await fetch(_GROUPS, {"tenant": ctx.tenant_id})
    return sum([await _of_group(ctx, row["group_id"]) for row in groups])


async def _of_group(ctx: Context, group_id: UUID) -> int:
    given, refused = 0, set[UUID]()
    while (ticket_id := await _next(replace(ctx, batch_id=new_id()), group_id, refused)) is not None:
        given += ticket_id not in refused
    return given


async def _next(ctx: Context, group_id: UUID, refused: set[UUID]) -> UUID | None:
    """The ticket that was looked at; None where nobody has room, or nothing waits."""
    ticket_id: UUID | None = None
    try:
        async with transaction():
            # Else one would pass over the ticket that another deals with, and give the last place to a later one.
            await take_turns("dealing out", group_id)
            row = await fetch_one(_NEXT, _values(ctx, group_id, refused))
            if row is None:
                return None
            draft = stored(ctx, row)
            ticket_id = draft.id
            draft.now["assignee_id"] = await agent_for(draft, group_id)
            if draft.now["assignee_id"] is None:
                return None
            await run(draft)
    except (DomainError, Errors) as error:
        assert ticket_id is not None, "only a ticket refuses"
        log.warning("ticket.not_dealt_out", ticket=str(ticket_id), error=str(error))
        refused.add(ticket_id)
    return ticket_id


def _values(ctx: Context, group_id: UUID, refused: Collection[UUID]) -> dict[str, object]:
    return {"tenant": ctx.tenant_id, "group": group_id, "refused": list(refused)}

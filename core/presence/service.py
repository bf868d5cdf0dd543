"""Appearing on a ticket, staying there, leaving."""

from datetime import timedelta
from uuid import UUID

from core.kit.context import Context, UserKind
from core.kit.database import execute, fetch_value
from core.presence.errors import OnlyAgentsAppear
from core.presence.queries import Doing
from core.tickets.errors import TicketNotFound
from core.tickets.queries import sees_ticket

LASTS = timedelta(seconds=30)
"""After the last beat. PostgreSQL's clock counts, so that machines need not agree."""

_LOOK = """
with before as (
  select doing from presences where tenant_id = :tenant and ticket_id = :ticket and user_id = :user
    and expires_at > now()
), beat as (
  insert into presences as p (id, tenant_id, created_at, ticket_id, user_id, doing, expires_at)
  values (:id, :tenant, now(), :ticket, :user, :doing, now() + :lasts::interval)
  on conflict (tenant_id, ticket_id, user_id) do update set
    doing = case when :keep::bool and p.expires_at > now() then p.doing else excluded.doing end,
    expires_at = excluded.expires_at,
    created_at = case when p.expires_at > now() then p.created_at else excluded.created_at end
  returning doing
)
select (select doing from before) is distinct from (select doing from beat)
"""


def may_appear(ctx: Context) -> bool:
    """Agents appear, as themselves only."""
    return ctx.viewer.kind is UserKind.AGENT and ctx.viewer.impersonator_id is None


async def look(ctx: Context, ticket_id: UUID, doing: Doing, *, keep: bool = False) -> bool:
    """Say that the viewer is on a ticket they see, for another 30 seconds, and tell whether that is news. With `keep`
    what they were doing stays. Raises OnlyAgentsAppear, TicketNotFound."""
    if not may_appear(ctx):
        raise OnlyAgentsAppear
    if not await sees_ticket(ctx, ticket_id):
        raise TicketNotFound(path=("ticketId",))
    values = {
        "id": ctx.new_id(), "tenant": ctx.tenant_id, "ticket": ticket_id, "user": ctx.viewer.user_id,
        "doing": doing.value, "lasts": LASTS, "keep": keep,
    }  # fmt: skip
    return bool(await fetch_value(_LOOK, values))


async def leave(ctx: Context, ticket_id: UUID) -> bool:
    """Say that the viewer has left a ticket, and tell whether they were there. Raises OnlyAgentsAppear,
    TicketNotFound."""
    if not may_appear(ctx):
        raise OnlyAgentsAppear
    if not await sees_ticket(ctx, ticket_id):
        raise TicketNotFound(path=("ticketId",))
    return bool(
        await execute(
            "delete from presences where tenant_id = :tenant and ticket_id = :ticket and user_id = :user",
            {"tenant": ctx.tenant_id, "ticket": ticket_id, "user": ctx.viewer.user_id},
        )
    )

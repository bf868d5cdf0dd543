"""What deliveries carried of tickets that are purged, and of people who are forgotten."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch

_PAGE = 500

# By way of the webhooks, of which there are few: the index of deliveries by event leads with them.
_FORGET = """
update webhook_deliveries d set payload = null, payload_by_id = null, response_excerpt = null
from webhooks w, events e
where w.tenant_id = :tenant and e.tenant_id = :tenant and e.subject_type = :type and e.subject_id = any(:subjects)
  and d.tenant_id = :tenant and d.webhook_id = w.id and d.event_id = e.id
"""


async def forget_tickets(ctx: Context, ticket_ids: Sequence[UUID]) -> None:
    """Forget, in the open transaction, what was sent of these tickets and answered to it. That something was sent stays
    in the log; a replay finds nothing to send any more."""
    await _forget(ctx, "ticket", ticket_ids)


async def forget_people(ctx: Context, user_ids: Sequence[UUID]) -> None:
    """Forget what was sent of these people and of the tickets that they asked, as `forget_tickets` does."""
    await _forget(ctx, "user", user_ids)
    page = (
        "select id from tickets where tenant_id = :tenant and requester_id = any(:users) and id > :after"
        f" order by id limit {_PAGE}"
    )
    values: dict[str, object] = {"tenant": ctx.tenant_id, "users": list(user_ids)}
    after = UUID(int=0)
    while rows := await fetch(page, {**values, "after": after}):
        await _forget(ctx, "ticket", [row["id"] for row in rows])
        after = rows[-1]["id"]


async def _forget(ctx: Context, subject_type: str, subject_ids: Sequence[UUID]) -> None:
    values = {"tenant": ctx.tenant_id, "type": subject_type, "subjects": list(subject_ids)}
    await execute(_FORGET, values)

"""What deliveries carried of tickets that are purged."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute

# By way of the webhooks, of which there are few: the index of deliveries by event leads with them.
_FORGET = """
update webhook_deliveries d set payload = null, payload_by_id = null, response_excerpt = null
from webhooks w, events e
where w.tenant_id = :tenant and e.tenant_id = :tenant and e.subject_type = 'ticket' and e.subject_id = any(:tickets)
  and d.tenant_id = :tenant and d.webhook_id = w.id and d.event_id = e.id
"""


async def forget_tickets(ctx: Context, ticket_ids: Sequence[UUID]) -> None:
    """Forget, in the open transaction, what was sent of these tickets and answered to it. That something was sent stays
    in the log; a replay finds nothing to send any more."""
    await execute(_FORGET, {"tenant": ctx.tenant_id, "tickets": list(ticket_ids)})

"""Send by hand: a test, or once more what was sent."""

from uuid import UUID

from core.kit.context import Context
from core.kit.database import fetch_one
from core.kit.errors import NotFound
from core.webhooks.errors import WebhookIsPaused
from core.webhooks.models import WebhookDelivery
from core.webhooks.queries import PERMISSION, lock_webhook
from core.webhooks.service.switching import send_now
from core.webhooks.states import PING, WebhookState


async def test_webhook(ctx: Context, webhook_id: UUID) -> UUID:
    """Send a ping, to a paused webhook too, and give its delivery. Needs `webhook.manage`. Raises NotFound."""
    ctx.require(PERMISSION)
    await lock_webhook(ctx, webhook_id)
    made = await WebhookDelivery.create(
        id=ctx.new_id(), created_at=ctx.now(), webhook_id=webhook_id, event_type=PING, next_try_at=ctx.now()
    )
    await send_now(ctx, [made.id])
    return made.id


async def replay_delivery(ctx: Context, delivery_id: UUID) -> None:
    """Send a delivery again at once, under the id it had. Needs `webhook.manage`. Raises NotFound, WebhookIsPaused."""
    ctx.require(PERMISSION)
    row = await fetch_one(
        "select w.state, w.name, d.event_type from webhook_deliveries d"
        " join webhooks w on w.tenant_id = d.tenant_id and w.id = d.webhook_id"
        " where d.tenant_id = :tenant and d.id = :id and w.state <> 'DELETED' for update of d",
        {"tenant": ctx.tenant_id, "id": delivery_id},
    )
    if row is None:
        raise NotFound(path=("id",))
    if row["state"] == WebhookState.PAUSED and row["event_type"] != PING:
        raise WebhookIsPaused(path=("id",), name=row["name"])
    await send_now(ctx, [delivery_id])

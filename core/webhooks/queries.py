"""Sight of webhooks, and with whose eyes they look."""

from collections.abc import Sequence
from uuid import UUID

from core.identity.queries import viewers_of
from core.kit.context import Context, UserKind, Viewer
from core.kit.database import fetch
from core.kit.database.sql import Row
from core.kit.errors import NotFound
from core.kit.revising import lock_row
from core.tickets.queries import audit_sight, event_sight
from core.webhooks.states import WebhookState

PERMISSION = "webhook.manage"


def webhook_sight(viewer: Viewer, t: str) -> str:
    """Webhooks are for those who manage them."""
    return f"{t}.state <> 'DELETED'" if viewer.is_staff and viewer.may(PERMISSION) else "false"


def delivery_sight(viewer: Viewer, t: str) -> str:
    """The log of the webhooks one sees."""
    return (
        f"exists (select 1 from webhooks sw where sw.tenant_id = {t}.tenant_id and sw.id = {t}.webhook_id"
        f" and ({webhook_sight(viewer, 'sw')}))"
    )


def told_sight(viewer: Viewer, t: str) -> str:
    """Which events a webhook of this owner is told of: of tickets those the owner sees; others with the right to the
    log."""
    if viewer.may("event.read"):
        return audit_sight(viewer, t)
    return f"{t}.subject_type = 'ticket' and ({event_sight(viewer, t)})"


async def owner_of(user_id: UUID) -> Viewer | None:
    """The owner as the webhook's viewer, with the rights they have now. None when they may keep no webhook any more."""
    viewer = next(iter(await viewers_of([user_id])), None)
    if viewer is None or viewer.kind not in (UserKind.AGENT, UserKind.MACHINE) or not viewer.may(PERMISSION):
        return None
    return viewer


async def seen_by(viewer: Viewer, event_ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Id and type of those of the events that a webhook of this owner is told of, oldest first."""
    rows = await fetch(
        f"select e.id, e.type from events e where e.tenant_id = :tenant and e.id = any(:ids)"
        f" and ({told_sight(viewer, 'e')}) order by e.id",
        {**viewer.parameters(), "tenant": viewer.tenant_id, "ids": list(event_ids)},
    )
    return [(row["id"], row["type"]) for row in rows]


async def count_webhooks(ctx: Context) -> int:
    """How many the tenant has. Others wait until this transaction ends, so that the limit holds."""
    await fetch("select id from tenants where id = :tenant for no key update", {"tenant": ctx.tenant_id})
    rows = await fetch(
        "select count(*) from webhooks where tenant_id = :tenant and state <> 'DELETED'",
        {"tenant": ctx.tenant_id},
    )
    return int(rows[0][0])


async def lock_webhook(ctx: Context, webhook_id: UUID, *, expected_version: int | None = None) -> Row:
    """The webhook, locked until the transaction ends. Raises NotFound at `id`, VersionConflict."""
    webhook = await lock_row(ctx, "webhooks", webhook_id, prefix="whk", expected_version=expected_version)
    if webhook["state"] == WebhookState.DELETED:
        raise NotFound(path=("id",))
    return webhook

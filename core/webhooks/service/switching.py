"""Pause and resume webhooks: by hand, or because nothing gets through."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.identity.queries import holders_of
from core.identity.rights import refuse_impersonation
from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_value
from core.kit.database.sql import Row
from core.kit.events import Happening, record
from core.kit.jobs import GoOnLater, enqueue_all
from core.kit.mail.outbox import queue_mail
from core.webhooks.errors import AlreadyPaused, NotPaused
from core.webhooks.queries import PERMISSION, lock_webhook, owner_of
from core.webhooks.states import PING, DeliveryState, PauseReason, WebhookState

DELIVER = "webhooks.deliver"
"""The kind of job that sends one delivery."""


async def pause_webhook(ctx: Context, webhook_id: UUID) -> None:
    """Let nothing out until it is resumed. Needs `webhook.manage`. Raises NotFound, AlreadyPaused."""
    ctx.require(PERMISSION)
    webhook = await lock_webhook(ctx, webhook_id)
    if webhook["state"] == WebhookState.PAUSED:
        raise AlreadyPaused(path=("id",), name=webhook["name"])
    await _pause(ctx, webhook_id, PauseReason.MANUAL)


async def resume_webhook(ctx: Context, webhook_id: UUID) -> None:
    """Let it out again, beginning with what was held back. When its owner may keep it no longer, the viewer becomes its
    owner. Needs `webhook.manage`. Raises NotFound, NotPaused; Forbidden to become the owner while impersonating."""
    ctx.require(PERMISSION)
    webhook = await lock_webhook(ctx, webhook_id)
    if webhook["state"] != WebhookState.PAUSED:
        raise NotPaused(path=("id",), name=webhook["name"])
    owner_id = webhook["owner_id"]
    if await owner_of(owner_id) is None:
        refuse_impersonation(ctx)
        owner_id = ctx.viewer.user_id
    await execute(
        "update webhooks set state = 'ACTIVE', pause_reason = null, paused_at = null, failing_since = null,"
        " failures = 0, owner_id = :owner, updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :id",
        {"owner": owner_id, "now": ctx.now(), "tenant": ctx.tenant_id, "id": webhook_id},
    )
    moved = {} if owner_id == webhook["owner_id"] else {"owner_id": [str(webhook["owner_id"]), str(owner_id)]}
    await record(ctx, Happening("webhook.resumed", "webhook", webhook_id, moved))
    held = await fetch(
        "select id from webhook_deliveries where tenant_id = :tenant and webhook_id = :id and state = 'HELD'",
        {"tenant": ctx.tenant_id, "id": webhook_id},
    )
    await send_now(ctx, [row["id"] for row in held])


async def send_now(ctx: Context, delivery_ids: Sequence[UUID]) -> None:
    """Put deliveries at the beginning of their schedule, in the open transaction. Jobs that were waiting to try them
    find that it is another's turn, and do nothing."""
    rows = await fetch(
        "update webhook_deliveries set state = 'PENDING', turn = turn + 1, tries = 0, next_try_at = :now"
        " where tenant_id = :tenant and id = any(:ids) returning id, turn",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "ids": list(delivery_ids)},
    )
    await enqueue_all(ctx, DELIVER, [{"delivery": row["id"], "turn": row["turn"]} for row in rows])


async def pause_by_itself(ctx: Context, webhook: Row, reason: PauseReason) -> None:
    """Pause in the open transaction and write to those who manage webhooks, unless it is paused already."""
    if await _pause(ctx, webhook["id"], reason):
        await _tell(ctx, webhook, reason)


async def note_failure(ctx: Context, webhook_id: UUID, *, now: datetime) -> tuple[int, datetime]:
    """Count a failure in the open transaction. Gives how many there were in a row, and since when."""
    (row,) = await fetch(
        "update webhooks set failures = failures + 1, failing_since = coalesce(failing_since, :now)"
        " where tenant_id = :tenant and id = :id returning failures, failing_since",
        {"now": now, "tenant": ctx.tenant_id, "id": webhook_id},
    )
    return row["failures"], row["failing_since"]


async def note_success(ctx: Context, webhook_id: UUID) -> None:
    """What failed before is forgotten."""
    await execute(
        "update webhooks set failures = 0, failing_since = null"
        " where tenant_id = :tenant and id = :id and failing_since is not null",
        {"tenant": ctx.tenant_id, "id": webhook_id},
    )


async def lock_state(ctx: Context, webhook_id: UUID) -> str | None:
    """How a webhook is now, until the open transaction ends: None when it is gone. First, as everybody does who changes
    a webhook and its deliveries together."""
    found: str | None = await fetch_value(
        "select state from webhooks where tenant_id = :tenant and id = :id for no key update",
        {"tenant": ctx.tenant_id, "id": webhook_id},
    )
    return found


async def hold(ctx: Context, delivery: Row) -> None:
    """Keep a delivery for when its webhook is resumed, in the open transaction. Raises GoOnLater when that has just
    happened: nobody would come back for what is held only now."""
    if await lock_state(ctx, delivery["webhook_id"]) != WebhookState.PAUSED:
        raise GoOnLater
    await execute(
        "update webhook_deliveries set state = :held, next_try_at = null"
        " where tenant_id = :tenant and id = :id and turn = :turn and state = 'PENDING'",
        {
            "held": DeliveryState.HELD.value, "tenant": ctx.tenant_id, "id": delivery["id"],
            "turn": delivery["turn"],
        },
    )  # fmt: skip


async def _pause(ctx: Context, webhook_id: UUID, reason: PauseReason) -> bool:
    """Hold what is on its way at once: nobody is to wait for tries that will not be made."""
    done = await execute(
        "update webhooks set state = 'PAUSED', pause_reason = :reason, paused_at = :now, updated_at = :now,"
        " version = version + 1 where tenant_id = :tenant and id = :id and state = 'ACTIVE'",
        {"reason": reason.value, "now": ctx.now(), "tenant": ctx.tenant_id, "id": webhook_id},
    )
    if done:
        await execute(
            "update webhook_deliveries set state = 'HELD', next_try_at = null where tenant_id = :tenant"
            " and webhook_id = :id and state = 'PENDING' and event_type <> :ping",
            {"tenant": ctx.tenant_id, "id": webhook_id, "ping": PING},
        )
        about = {"reason": [None, reason.value]}
        await record(ctx, Happening("webhook.paused", "webhook", webhook_id, about))
    return bool(done)


async def _tell(ctx: Context, webhook: Row, reason: PauseReason) -> None:
    desk = await fetch_value("select name from tenants where id = :tenant", {"tenant": ctx.tenant_id})
    for person in await holders_of(ctx.tenant_id, PERMISSION):
        await queue_mail(
            ctx, to=person["email"], locale=person["locale"], template="webhook_paused",
            values={"name": person["name"], "desk": desk, "webhook": webhook["name"], "reason": reason.value},
        )  # fmt: skip

"""Signing secrets: made here, sealed at once, shown once, exchanged without a gap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from core.identity.rights import refuse_impersonation
from core.kit.context import Context
from core.kit.crypto import Place, Sealer
from core.kit.database import execute, fetch
from core.kit.database.sql import Row
from core.kit.events import Happening, record
from core.webhooks.errors import BadGrace
from core.webhooks.queries import PERMISSION, lock_webhook
from core.webhooks.signing import new_secret

MOST_GRACE_HOURS = 168
MOST_FORMER = 3
RESEALED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Revealed:
    """A webhook and its signing secret. The secret is here and nowhere else."""

    id: UUID
    secret: str


def seal(sealer: Sealer, tenant_id: UUID, webhook_id: UUID, field: str, secret: str) -> str:
    return sealer.seal(secret, Place(tenant_id, webhook_id, f"webhooks.{field}"))


def unseal(sealer: Sealer, webhook: Row, field: str) -> str:
    """Raises CannotOpen."""
    place = Place(webhook["tenant_id"], webhook["id"], f"webhooks.{field}")
    return sealer.open(webhook[field], place)


def valid_secrets(sealer: Sealer, webhook: Row, now: datetime) -> list[str]:
    """What to sign with: the secret, and the former ones as long as they are valid. Raises CannotOpen."""
    return [unseal(sealer, webhook, "secret"), *(secret for secret, _ in _former(sealer, webhook, now))]


def _former(sealer: Sealer, webhook: Row, now: datetime) -> list[tuple[str, datetime]]:
    """Former secrets that are valid still, each with its end, the latest first. Raises CannotOpen."""
    if webhook["old_secret"] is None or webhook["old_secret_until"] <= now:
        return []
    kept = [
        (secret, datetime.fromisoformat(until))
        for secret, until in orjson.loads(unseal(sealer, webhook, "old_secret"))
    ]
    return [(secret, until) for secret, until in kept if until > now]


async def rotate_secret(ctx: Context, webhook_id: UUID, sealer: Sealer, *, grace_hours: int = 24) -> Revealed:
    """Give a webhook a new secret. For some hours deliveries are signed with both, so that the receiver can change
    over in its own time. Former secrets that are valid still stay so until their time: whoever rotates again, since an
    answer was lost, takes no secret from the receiver. Without grace, every former one ends at once. Raises Forbidden,
    NotFound, BadGrace."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    if not 0 <= grace_hours <= MOST_GRACE_HOURS:
        raise BadGrace(path=("graceHours",), limit=MOST_GRACE_HOURS)
    webhook = await lock_webhook(ctx, webhook_id)
    secret, now = new_secret(), ctx.now()
    until = now + timedelta(hours=grace_hours)
    kept = [(unseal(sealer, webhook, "secret"), until), *_former(sealer, webhook, now)] if grace_hours else []
    old = orjson.dumps(kept[:MOST_FORMER]).decode()
    await execute(
        "update webhooks set secret = :secret, old_secret = :old, old_secret_until = :until, updated_at = :now,"
        " version = version + 1 where tenant_id = :tenant and id = :id",
        {
            "secret": seal(sealer, ctx.tenant_id, webhook_id, "secret", secret),
            "old": seal(sealer, ctx.tenant_id, webhook_id, "old_secret", old) if kept else None,
            "until": max(end for _, end in kept) if kept else None,
            "now": now, "tenant": ctx.tenant_id, "id": webhook_id,
        },
    )  # fmt: skip
    await record(ctx, Happening("webhook.secret_rotated", "webhook", webhook_id))
    return Revealed(webhook_id, secret)


async def reseal_some(tenant_id: UUID, sealer: Sealer) -> int:
    """Seal anew, with the newest key, what an older one sealed, and forget former secrets that are valid no more. Says
    how many webhooks changed. Raises CannotOpen."""
    stale = "not starts_with({0}, :newest::text)"
    rows = await fetch(
        "select * from webhooks where tenant_id = :tenant and (old_secret_until <= now() or"
        f" {stale.format('secret')} or (old_secret is not null and {stale.format('old_secret')}))"
        f" order by id limit {RESEALED_AT_ONCE} for update",
        {"tenant": tenant_id, "newest": sealer.prefix},
    )
    for row in rows:
        await execute(
            "update webhooks set secret = :secret, old_secret = case when old_secret_until > now() then :old::text end,"
            " old_secret_until = case when old_secret_until > now() then old_secret_until end"
            " where tenant_id = :tenant and id = :id",
            {
                "secret": seal(sealer, tenant_id, row["id"], "secret", unseal(sealer, row, "secret")),
                "old": _resealed_old(sealer, row), "tenant": tenant_id, "id": row["id"],
            },
        )  # fmt: skip
    return len(rows)


def _resealed_old(sealer: Sealer, row: Row) -> str | None:
    if row["old_secret"] is None:
        return None
    return seal(sealer, row["tenant_id"], row["id"], "old_secret", unseal(sealer, row, "old_secret"))

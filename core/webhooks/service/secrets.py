"""Signing secrets: made here, sealed at once, shown once, exchanged without a gap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

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
    """What to sign with: the secret, and the former one as long as it is valid. Raises CannotOpen."""
    found = [unseal(sealer, webhook, "secret")]
    if webhook["old_secret"] is not None and webhook["old_secret_until"] > now:
        found.append(unseal(sealer, webhook, "old_secret"))
    return found


async def rotate_secret(ctx: Context, webhook_id: UUID, sealer: Sealer, *, grace_hours: int = 24) -> Revealed:
    """Give a webhook a new secret. For some hours deliveries are signed with both, so that the receiver can change
    over in its own time. Raises Forbidden, NotFound, BadGrace."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    if not 0 <= grace_hours <= MOST_GRACE_HOURS:
        raise BadGrace(path=("graceHours",), limit=MOST_GRACE_HOURS)
    webhook = await lock_webhook(ctx, webhook_id)
    secret, now = new_secret(), ctx.now()
    kept = unseal(sealer, webhook, "secret") if grace_hours else None
    await execute(
        "update webhooks set secret = :secret, old_secret = :old, old_secret_until = :until, updated_at = :now,"
        " version = version + 1 where tenant_id = :tenant and id = :id",
        {
            "secret": seal(sealer, ctx.tenant_id, webhook_id, "secret", secret),
            "old": seal(sealer, ctx.tenant_id, webhook_id, "old_secret", kept) if kept else None,
            "until": now + timedelta(hours=grace_hours) if kept else None,
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

"""The kept hashes of passwords."""

from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch_value


async def kept_password(ctx: Context, user_id: UUID) -> str | None:
    """The hash of a user's password, or None where they have none."""
    found: str | None = await fetch_value(
        "select secret from credentials where tenant_id = :tenant and user_id = :user and kind = 'PASSWORD'",
        {"tenant": ctx.tenant_id, "user": user_id},
    )
    return found


async def keep_password(ctx: Context, user_id: UUID, hashed: str) -> None:
    """Keep a hash in place of the former one."""
    await execute(
        "insert into credentials (id, tenant_id, created_at, user_id, kind, secret, updated_at)"
        " values (:id, :tenant, :now, :user, 'PASSWORD', :secret, :now)"
        " on conflict (tenant_id, user_id, kind)"
        " do update set secret = excluded.secret, updated_at = excluded.updated_at",
        {"id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "user": user_id, "secret": hashed},
    )

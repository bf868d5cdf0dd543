"""Clear away what nobody finished or used."""

from typing import Any

from core.kit.context import Context
from core.kit.database import execute, fetch, transaction
from core.sdk.storage import StorageBackend


async def expire_uploads(ctx: Context, storage: StorageBackend[Any]) -> int:
    """Give up the tenant's uploads that nobody finished or used in time, and delete their bytes; says how many. May be
    interrupted anywhere and run again: rows go last, so none is forgotten while its bytes are there."""
    values = {"tenant": ctx.tenant_id, "now": ctx.now()}
    async with transaction():
        await execute(
            "update uploads set state = 'EXPIRED' where tenant_id = :tenant and state in ('PENDING', 'STORED')"
            " and expires_at <= :now",
            values,
        )
    rows = await fetch(
        "select id from uploads where tenant_id = :tenant and state = 'EXPIRED' limit 1000",
        {"tenant": ctx.tenant_id},
    )
    await storage.delete([str(row["id"]) for row in rows])
    await execute(
        "delete from uploads where tenant_id = :tenant and id = any(:ids) and state = 'EXPIRED'",
        {"tenant": ctx.tenant_id, "ids": [row["id"] for row in rows]},
    )
    return len(rows)

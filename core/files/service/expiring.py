"""Clear away what nobody finished or used."""

import asyncio

from core.files.storage import LocalStorage
from core.kit.context import Context
from core.kit.database import execute, fetch, transaction


async def expire_uploads(ctx: Context, storage: LocalStorage) -> int:
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
    await asyncio.to_thread(_remove, storage, [str(row["id"]) for row in rows])
    await execute(
        "delete from uploads where tenant_id = :tenant and id = any(:ids) and state = 'EXPIRED'",
        {"tenant": ctx.tenant_id, "ids": [row["id"] for row in rows]},
    )
    return len(rows)


def _remove(storage: LocalStorage, keys: list[str]) -> None:
    for key in keys:
        storage.remove(key)

"""Take away what visitors founded and nobody came to."""

from uuid import UUID

from core.kit.database import Reach, execute, fetch_one, tenant_models, transaction

_LOST = """
t.status = 'invited' and t.created_at < now() - interval '1 hour' and not exists (
  select from tokens k where k.tenant_id = t.id and k.kind = 'INVITATION' and k.revoked_at is null
    and k.expires_at > now())
"""
"""A founding of a moment ago may still be without its link."""


FOUND = f"select t.id from tenants t where {_LOST} order by t.id"
"""Finds the helpdesks that visitors founded and whose founder has not come by a link while it worked (A7)."""


async def purge_founding(tenant_id: UUID) -> bool:
    """Purge one of them, unless its founder came meanwhile; its slug is free again. With the system's reach: nobody
    acts for it."""
    values = {"tenant": tenant_id}
    async with transaction(Reach.SYSTEM):
        # Whoever accepts at this moment locks the same row first, or finds nothing.
        lost = await fetch_one(
            f"select t.id from tenants t where t.id = :tenant and {_LOST} for update of t",
            values,
            reach=Reach.SYSTEM,
        )
        if lost is None:
            return False
        # What names another row of the tenant is looked at when the transaction ends; tables of plugins follow.
        for model in tenant_models():
            table = model._meta.db_table
            await execute(f"delete from {table} where tenant_id = :tenant", values, reach=Reach.SYSTEM)
        await execute("delete from tenants where id = :tenant", values, reach=Reach.SYSTEM)
    return True

"""What is really in the database, whoever may see it."""

from uuid import UUID

from core.kit.database import plugin_models, system_fetch, tenant_models
from core.kit.graph import registry
from core.kit.ids import to_global


async def keys(tenant_id: UUID) -> dict[str, list[UUID]]:
    """Table to the keys of a tenant's rows in it. Looks across tenants: what is hidden is the question."""
    found = {}
    for model in [*tenant_models(), *plugin_models()]:
        table = model._meta.db_table
        rows = await system_fetch(
            f"select id from {table} where tenant_id = :tenant order by id", {"tenant": tenant_id}
        )
        found[table] = [row["id"] for row in rows]
    return found


async def global_ids(tenant_id: UUID) -> dict[str, list[str]]:
    """Type name to the global ids of all its rows in a tenant; events of every subject included."""
    by_table = {**await keys(tenant_id), "tenants": [tenant_id]}
    return {each.name: [to_global(each.prefix, key) for key in by_table[each.table]] for each in registry}


async def every_key(tenant_id: UUID) -> set[str]:
    """The hex digits of every key of a tenant."""
    return {key.hex for found in (await keys(tenant_id)).values() for key in found} | {tenant_id.hex}

"""Sight of what tenants do with plugins."""

from uuid import UUID

import orjson

from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_one, fetch_value, system_fetch
from core.kit.database.sql import Row
from core.kit.errors import NotFound

PERMISSION = "plugin.manage"


def instance_sight(viewer: Viewer, _alias: str) -> str:
    """Instances are for those who manage plugins."""
    return "true" if viewer.is_staff and viewer.may(PERMISSION) else "false"


async def enabled_plugins(ctx: Context) -> dict[str, frozenset[str]]:
    """The plugins that the tenant has enabled, by name, with the scopes it has granted each."""
    rows = await fetch(
        "select plugin, scopes from plugin_enablements where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return {row["plugin"]: frozenset(orjson.loads(row["scopes"])) for row in rows}


async def granted_scopes(tenant_id: UUID, plugin: str) -> frozenset[str] | None:
    """The scopes that the tenant has granted this plugin; None where it has not enabled it."""
    found = await fetch_value(
        "select scopes from plugin_enablements where tenant_id = :tenant and plugin = :plugin",
        {"tenant": tenant_id, "plugin": plugin},
    )
    return None if found is None else frozenset(orjson.loads(found))


async def find_instance_owner(instance_id: UUID, plugin: str, provider: str) -> UUID | None:
    """Whose instance of this provider it is. Looks across tenants: a webhook's address names no other."""
    rows = await system_fetch(
        "select i.tenant_id from plugin_instances i join tenants t on t.id = i.tenant_id and t.status = 'active'"
        " where i.id = :id and i.plugin = :plugin and i.provider = :provider",
        {"id": instance_id, "plugin": plugin, "provider": provider},
    )
    return rows[0]["tenant_id"] if rows else None


async def get_instance(ctx: Context, instance_id: UUID) -> Row:
    """The tenant's instance as it is now, not locked. Raises NotFound at `id`."""
    row = await fetch_one(
        "select * from plugin_instances where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": instance_id},
    )
    if row is None:
        raise NotFound(path=("id",))
    return row


async def count_instances(ctx: Context, plugin: str) -> int:
    """How many the tenant has of a plugin. Others wait until this transaction ends, so that the limit holds."""
    await fetch("select id from tenants where id = :tenant for no key update", {"tenant": ctx.tenant_id})
    found: int = await fetch_value(
        "select count(*) from plugin_instances where tenant_id = :tenant and plugin = :plugin",
        {"tenant": ctx.tenant_id, "plugin": plugin},
    )
    return found

"""Enable and disable plugins."""

import orjson

from core.extensions.errors import UnknownPlugin
from core.extensions.queries import PERMISSION, granted_scopes
from core.identity.rights import refuse_impersonation
from core.identity.service.full_roles import extend_full_roles
from core.kit.context import Context
from core.kit.database import execute, fetch_value
from core.kit.events import Happening, record
from core.kit.permissions import declared
from core.pluginhost import Host
from core.pluginhost.kinds import PERMISSIONS


async def enable_plugin(ctx: Context, host: Host, name: str) -> None:
    """Let a plugin work for the tenant, and grant it what it asks for now. Needs `plugin.manage`. Again, it grants what
    an update of the plugin asks for since. Roles that hold all of the product's own permissions hold the plugin's from
    then on, until somebody takes them out. Raises Forbidden, UnknownPlugin."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    if name not in host.plugins:
        raise UnknownPlugin(path=("name",), name=name[:40])
    scopes = sorted(host.plugins[name].manifest.scopes)
    before = await granted_scopes(ctx.tenant_id, name)
    made = await execute(
        "insert into plugin_enablements as e (id, tenant_id, created_at, plugin, scopes)"
        " values (:id, :tenant, :now, :plugin, :scopes::jsonb)"
        " on conflict (tenant_id, plugin) do update set scopes = excluded.scopes where e.scopes <> excluded.scopes",
        {
            "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "plugin": name,
            "scopes": orjson.dumps(scopes).decode(),
        },
    )  # fmt: skip
    if made:
        about = {
            "plugin": [None if before is None else name, name],
            "scopes": [None if before is None else sorted(before), scopes],
        }
        await record(ctx, Happening("plugin.enabled", "tenant", ctx.tenant_id, about))
    if before is None:
        of_plugins = host.all_of(PERMISSIONS)
        own = {key for key, each in of_plugins.items() if each.plugin == name}
        await extend_full_roles(ctx, full=declared().keys() - of_plugins.keys(), added=own)


async def disable_plugin(ctx: Context, name: str) -> None:
    """Let a plugin do nothing more for the tenant, whether the server still has it or not. Its configuration and what
    it has stored stay. Needs `plugin.manage`. Raises Forbidden, UnknownPlugin for one that is not enabled."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    gone = await fetch_value(
        "delete from plugin_enablements where tenant_id = :tenant and plugin = :plugin returning id",
        {"tenant": ctx.tenant_id, "plugin": name.replace("\x00", "")},
    )
    if gone is None:
        raise UnknownPlugin(path=("name",), name=name[:40])
    await record(ctx, Happening("plugin.disabled", "tenant", ctx.tenant_id, {"plugin": [name, None]}))

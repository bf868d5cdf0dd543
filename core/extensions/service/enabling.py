"""Enable and disable plugins."""

from core.extensions.errors import UnknownPlugin
from core.extensions.queries import PERMISSION
from core.identity.rights import refuse_impersonation
from core.kit.context import Context
from core.kit.database import execute, fetch_value
from core.kit.events import Happening, record
from core.pluginhost import Host


async def enable_plugin(ctx: Context, host: Host, name: str) -> None:
    """Let a plugin work for the tenant. Needs `plugin.manage`. One that is enabled already stays so. Raises Forbidden,
    UnknownPlugin."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    if name not in host.plugins:
        raise UnknownPlugin(path=("name",), name=name[:40])
    made = await execute(
        "insert into plugin_enablements (id, tenant_id, created_at, plugin) values (:id, :tenant, :now, :plugin)"
        " on conflict (tenant_id, plugin) do nothing",
        {"id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "plugin": name},
    )
    if made:
        await record(ctx, Happening("plugin.enabled", "tenant", ctx.tenant_id, {"plugin": [None, name]}))


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

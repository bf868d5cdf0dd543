"""Tables of plugins, as operators take them forward and drop them."""

from collections.abc import Callable
from dataclasses import replace

from core.migrations.plugins import migrate_plugin, pending
from core.permissions import PERMISSIONS
from core.pluginhost import Host, load_plugins
from core.pluginhost.finding import shipped
from core.runtime import plugin_options
from settings import Settings


async def migrate_shipped_plugins(
    settings: Settings, *, on_step: Callable[[str], None] = lambda _name: None
) -> list[str]:
    """Take the tables of the plugins that came with the product forward, as one does the product's own. Others' are
    taken forward when somebody asks for it."""
    options = plugin_options(settings)
    wanted = frozenset(each for each in shipped() if options.wants(each))
    if not wanted:
        return []
    ours = replace(options, path=None, allow=wanted, strict=False, required=frozenset(), safe_mode=False)
    return await migrate_plugins(
        settings, load_plugins(ours, taken={"permission": PERMISSIONS}), on_step=on_step
    )


async def migrate_plugins(
    settings: Settings,
    host: Host,
    *,
    only: str | None = None,
    on_step: Callable[[str], None] = lambda _name: None,
) -> list[str]:
    """Take the tables of these plugins, or of one, forward; returns the steps. Those that wait for nothing are left
    alone."""
    assert settings.database_url is not None
    url, applied = settings.database_url.get_secret_value(), []
    for name in await pending(url, host.tables if only is None else {only: host.tables[only]}):
        applied += await migrate_plugin(url, name, host.tables[name], on_step=on_step)
    return applied

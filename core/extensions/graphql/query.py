"""Which plugins there are, and how the tenant has configured them."""

import strawberry

from core.extensions.graphql.types import Plugin, PluginInstance, shown
from core.extensions.queries import PERMISSION, enabled_plugins
from core.kit.graph import Info, listing, lookup


@strawberry.type
class PluginQuery:
    @strawberry.field(
        description="The plugins that the server found when it started, broken ones too. Needs `plugin.manage`."
    )
    async def plugins(self, info: Info) -> list[Plugin] | None:
        info.context.require(PERMISSION)
        enabled = await enabled_plugins(info.context.ctx)
        host = info.context.app.plugins
        locale = info.context.locale
        return [shown(host, each, enabled.get(each.name), locale) for each in host]

    plugin_instance = lookup(PluginInstance, "A configured provider of a plugin by its id.")
    plugin_instances = listing(
        PluginInstance,
        "What the tenant has configured of its plugins. Needs `plugin.manage`.",
        order=("LABEL",),
        permission=PERMISSION,
    )

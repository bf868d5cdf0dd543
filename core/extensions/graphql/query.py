"""Which plugins there are."""

import strawberry

from core.extensions.graphql.types import Plugin, shown
from core.kit.graph import Info


@strawberry.type
class PluginQuery:
    @strawberry.field(
        description="The plugins that the server found when it started, broken ones too. Needs `plugin.manage`."
    )
    async def plugins(self, info: Info) -> list[Plugin] | None:
        info.context.require("plugin.manage")
        return [shown(each) for each in info.context.app.plugins]

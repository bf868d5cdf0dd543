"""Fresh two: a plugin for Deskgraph."""

from core.sdk import Permission, Plugin, PluginManifest, hookimpl
from core.sdk.graphql import GraphQLExtension


class FreshTwoPlugin(Plugin):
    manifest = PluginManifest(
        name="fresh_two",
        title="Fresh two",
        version="0.1.0",
        api=">=1.0,<2",
        summary="Says how old a ticket is.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_permissions(self) -> list[Permission]:
        return [Permission("fresh_two.see", "See how old a ticket is")]

    @hookimpl
    def extend_graphql(self) -> GraphQLExtension:
        from deskgraph_fresh_two.api import EXTENSION

        return EXTENSION

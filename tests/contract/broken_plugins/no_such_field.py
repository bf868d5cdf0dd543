"""It needs what the type does not have."""

from core.sdk import Plugin, PluginManifest, hookimpl
from core.sdk.graphql import GraphQLExtension, TypeField

FAILS = "test_it_loads"


async def load(caller, parents):
    return [None for _ in parents]


class Broken(Plugin):
    manifest = PluginManifest(
        name="broken",
        title="Broken",
        version="1.0",
        api=">=1.0,<2",
        summary="Breaks a rule.",
        license="Apache-2.0",
    )

    @hookimpl
    def extend_graphql(self):
        return GraphQLExtension(fields={"Ticket": TypeField(str, load, "Odd.", needs=["nothing"])})

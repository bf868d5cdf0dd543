"""What it adds to the API goes by another's name."""

import strawberry

from core.sdk import Plugin, PluginManifest, hookimpl
from core.sdk.graphql import GraphQLExtension, TypeField

FAILS = "test_it_loads"


@strawberry.type(description="Not the plugin's.")
class TicketColour:
    name: str = strawberry.field(description="What it is called.")


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
        return GraphQLExtension(fields={"Ticket": TypeField(TicketColour, load, "Its colour.")})

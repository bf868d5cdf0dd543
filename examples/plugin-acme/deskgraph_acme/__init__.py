"""Acme parcels: a plugin for Deskgraph."""

from core.sdk import Permission, Plugin, PluginManifest, hookimpl
from core.sdk.graphql import GraphQLExtension
from deskgraph_acme.account import Account
from deskgraph_acme.rules import LinkParcels, NamesParcels


class AcmePlugin(Plugin):
    manifest = PluginManifest(
        name="acme",
        title="Acme parcels",
        version="1.0.0",
        api=">=1.1,<2",
        summary="Shows which parcels a ticket is about, and asks Acme where they are.",
        license="Apache-2.0",
        scopes=frozenset({"net:out"}),
    )

    @hookimpl
    def register_permissions(self) -> list[Permission]:
        return [Permission("acme.track", "Ask Acme where a parcel is")]

    @hookimpl
    def register_integrations(self) -> list[type[Account]]:
        return [Account]

    @hookimpl
    def register_conditions(self) -> list[type[NamesParcels]]:
        return [NamesParcels]

    @hookimpl
    def register_actions(self) -> list[type[LinkParcels]]:
        return [LinkParcels]

    @hookimpl
    def extend_graphql(self) -> GraphQLExtension:
        from deskgraph_acme.api import EXTENSION

        return EXTENSION

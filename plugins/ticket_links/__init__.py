"""Links between tickets and issues of a tracker elsewhere, such as GitHub's, whose state is followed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.sdk import (
    EventType,
    Every,
    Integration,
    Job,
    Models,
    Permission,
    Plugin,
    PluginManifest,
    Route,
    Subscription,
    hookimpl,
)

if TYPE_CHECKING:
    from core.sdk.graphql import GraphQLExtension

REFRESHED = timedelta(hours=1)


class TicketLinksPlugin(Plugin):
    manifest = PluginManifest(
        name="ticket_links",
        title="Ticket links",
        version="1.0.0",
        api=">=1.0,<2",
        scopes=frozenset({"net:out"}),
        summary="Links tickets to issues of a tracker elsewhere and follows their state.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_permissions(self) -> Iterable[Permission]:
        return [Permission("ticket_links.manage", "Link tickets to issues elsewhere, and unlink them")]

    @hookimpl
    def register_integrations(self) -> Iterable[type[Integration[Any]]]:
        from plugins.ticket_links.tracker import Tracker

        return [Tracker]

    @hookimpl
    def register_models(self) -> Models:
        return Models("plugins.ticket_links.models", "plugins.ticket_links.migrations")

    @hookimpl
    def extend_graphql(self) -> "GraphQLExtension":
        from plugins.ticket_links.api import EXTENSION

        return EXTENSION

    @hookimpl
    def register_jobs(self) -> Iterable[Job]:
        from plugins.ticket_links import following

        return [
            Job("refresh", following.refresh, schedule=Every(REFRESHED), timeout=300),
            Job("look", following.look),
            Job("heard", following.heard),
        ]

    @hookimpl
    def register_routes(self) -> Iterable[Route]:
        from plugins.ticket_links.hearing import hear

        return [Route("/events", hear, methods=("POST",), auth="signature", integration="tracker")]

    @hookimpl
    def register_events(self) -> Iterable[EventType]:
        return [
            EventType("ticket_links.linked", "A ticket was linked to an issue elsewhere"),
            EventType("ticket_links.unlinked", "A ticket was unlinked from an issue elsewhere"),
            EventType(
                "ticket_links.state_changed", "An issue that a ticket is linked to was closed or opened again"
            ),
        ]

    @hookimpl
    def register_subscriptions(self) -> Iterable[Subscription]:
        from plugins.ticket_links import following

        changes = ("ticket.updated", "ticket.deleted", "ticket.restored")
        return [Subscription("ticket_changed", changes, following.ticket_changed)]

"""Notifications as API types, and what hangs of them on the viewer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.annotation import StrawberryAnnotation

from core.kit.context import UserKind
from core.kit.graph import Connection, Count, Info, Node, Request, attach, column, listing, node, one
from core.kit.graph.operators import enum_filter
from core.notifications import kinds, queries
from core.notifications.graphql.enums import NotificationKind

if TYPE_CHECKING:
    from core.identity.graphql import User
    from core.sides.graphql import SideThread
    from core.tickets.graphql import Message, Ticket


@node(
    prefix="ntf",
    table="notifications",
    sight=queries.notification_sight,
    within="user_id",
    description="That the viewer is told of something. Everybody has their own.",
)
class Notification(Node):
    kind: NotificationKind = column(
        "Why.",
        decode=NotificationKind,
        filter=enum_filter(NotificationKind, "Conditions on a notification's kind."),
    )
    ticket: Annotated[Ticket, strawberry.lazy("core.tickets.graphql")] | None = one(
        "ticket_id", "The ticket it is about; null where the viewer sees it no longer.", filter=True
    )
    message: Annotated[Message, strawberry.lazy("core.tickets.graphql")] | None = one(
        "message_id", "What was said, if that is what it tells of."
    )
    side_thread: Annotated[SideThread, strawberry.lazy("core.sides.graphql")] | None = one(
        "thread_id", "The side thread it is about, if it is about one that the viewer is in."
    )
    actor: Annotated[User, strawberry.lazy("core.identity.graphql")] | None = one(
        "actor_id", "Who did it; null for the product itself."
    )
    is_read: bool = column(
        "Whether it was marked as read.", sql="({t}.read_at is not null)", filter="boolean"
    )
    read_at: datetime | None = column("When it was marked as read.")
    created_at: datetime = column("When it was made.", filter="datetime", order="datetime")


@strawberry.type(description="How the viewer is told of one kind of thing.")
class NotificationPreference:
    kind: NotificationKind = strawberry.field(description="The kind.")
    in_app: bool = strawberry.field(description="Whether it is listed and delivered live.")
    mail: bool = strawberry.field(
        description="Whether it is mailed to those who are away and have not read it. Agents only."
    )


async def preferences(request: Request) -> list[NotificationPreference]:
    """The viewer's preferences of every kind."""
    viewer = request.viewer
    found = await queries.preferences_of(viewer.tenant_id, [viewer.user_id])
    may_mail = viewer.kind is UserKind.AGENT
    return [
        NotificationPreference(
            kind=NotificationKind[kind.name],
            in_app=found[viewer.user_id, kind].in_app,
            mail=may_mail and found[viewer.user_id, kind].mail,
        )
        for kind in kinds.NotificationKind
        if kinds.hears(viewer, kind)
    ]


async def unread_count(request: Request) -> Count:
    """How many of the viewer's notifications are unread."""
    counted = await queries.unread_count(request.viewer)
    return Count(value=min(counted, queries.MOST_COUNTED), exact=counted <= queries.MOST_COUNTED)


async def _preferences(info: Info) -> list[NotificationPreference]:
    return await preferences(info.context)


async def _unread_count(info: Info) -> Count:
    return await unread_count(info.context)


def attach_to_viewer() -> None:
    """Give the viewer their notifications."""
    listed = listing(
        Notification,
        "What the viewer is told, newest first; unread with the filter `isRead: {eq: false}`.",
        order=("CREATED_AT",),
        descending=True,
    )
    attach("Viewer", "notifications", StrawberryAnnotation(Connection[Notification] | None), listed)
    counted = strawberry.field(
        resolver=_unread_count, description="How many notifications are unread, counted up to 1000."
    )
    attach("Viewer", "unread_notification_count", StrawberryAnnotation(Count), counted)
    preferred = strawberry.field(
        resolver=_preferences, description="How the viewer is told of each kind of thing."
    )
    attach(
        "Viewer", "notification_preferences", StrawberryAnnotation(list[NotificationPreference]), preferred
    )


attach_to_viewer()

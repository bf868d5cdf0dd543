"""Notifications as they are made, to those who wait for them."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import strawberry

from core.kit.context import Viewer
from core.kit.graph import Count, Info, one
from core.kit.graph.fields import Resume
from core.kit.stream.reading import position_of
from core.kit.stream.subscribers import Interest
from core.notifications.being_there import stay
from core.notifications.graphql.types import Notification, unread_count
from core.notifications.service import CREATED


@strawberry.type(description="That the viewer is told of something, at the moment they are.")
class NotificationAdded:
    event_id: strawberry.Private[UUID]
    viewer: strawberry.Private[Viewer]
    """Who it arrived for, as they were known then."""

    cursor: str = strawberry.field(description="Its place in the stream; `after` it the next one comes.")
    notification: Notification | None = one("notification_id", "The notification, as it is now.")

    @strawberry.field(description="How many of the viewer's are unread now, counted up to 1000.")
    async def unread_notification_count(self, info: Info) -> Count:
        return await unread_count(info.context)


def _mine(viewer: Viewer) -> tuple[str, dict[str, object]]:
    """The events that tell of this viewer's notifications."""
    values = {**viewer.parameters(), "tenant": viewer.tenant_id, "created": CREATED}
    return "e.tenant_id = :tenant and e.type = :created and e.subject_id = :me", values


@strawberry.type
class NotificationSubscription:
    @strawberry.subscription(
        description="The viewer's notifications as they are made. A cursor serves to go on after an interruption of "
        "at most a day; what is older is in `viewer { notifications }`. Who listens is about, and is not mailed."
    )
    async def notification_added(
        self, info: Info, after: Resume = None
    ) -> AsyncGenerator[NotificationAdded | None, None]:
        request, ctx = info.context, info.context.ctx
        position = position_of(after) if after is not None else None
        interest = Interest(_mine, frozenset({CREATED}), ctx.viewer.user_id)
        staying = asyncio.create_task(stay(ctx))
        try:
            async for arrived in request.app.feeds.arrivals(ctx, interest, request.renewal, position):
                made = NotificationAdded.__new__(NotificationAdded)
                made.__dict__.update(
                    event_id=arrived.event.id,
                    viewer=arrived.viewer,
                    cursor=arrived.event.position.cursor,
                    notification_id=UUID(arrived.event.changes["notification_id"]),
                )
                yield made
        finally:
            staying.cancel()

"""Events as they reach those who wait for them: one interface, a type for each thing that happens to tickets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from core.kit.context import Viewer
from core.kit.graph import Info, one
from core.kit.graph.inputs import camel
from core.kit.ids import to_global
from core.kit.stream import StoredEvent
from core.tickets import queries
from core.tickets.events import PUBLIC_CUSTOM, subject_id, told
from core.tickets.graphql.timeline import shown_changes
from core.tickets.graphql.types import Message, Ticket

if TYPE_CHECKING:
    from core.identity.graphql import User

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]
_VALUES = "Attribute to [before, after]; for staff, null for others."


def _values(stored: StoredEvent, viewer: Viewer) -> strawberry.scalars.JSON | None:
    return strawberry.scalars.JSON(shown_changes(stored.changes)) if viewer.is_staff else None


@strawberry.interface(
    description="Something that happened. It never changes; what it was about is read as it is now. New types of event "
    "may appear: select these fields always."
)
class Event:
    event_id: strawberry.Private[UUID]
    viewer: strawberry.Private[Viewer]
    """Who it arrived for, as they were known then."""
    stored: strawberry.Private[StoredEvent]

    id: strawberry.ID = strawberry.field(
        description="The same wherever this event is told, for telling doubles."
    )
    cursor: str = strawberry.field(description="Its place in the stream; `after` it the next one comes.")
    type: str = strawberry.field(description="What happened, as in `ticket.updated`.")
    occurred_at: datetime = strawberry.field(description="When.")
    actor: LazyUser | None = one("actor_id", "Who did it; while one user acts as another, who really acts.")
    on_behalf_of: LazyUser | None = one("on_behalf_of_id", "Whom the actor was acting as (B19).")
    via: str = strawberry.field(description="What it came by.")


@strawberry.type(description="A ticket was opened.")
class TicketCreated(Event):
    ticket: Ticket | None = one(
        "subject_id", "The ticket, as it is now; null once the viewer sees it no more."
    )


@strawberry.type(description="Attributes of a ticket changed.")
class TicketUpdated(Event):
    ticket: Ticket | None = one(
        "subject_id", "The ticket, as it is now; null once the viewer sees it no more."
    )

    @strawberry.field(
        description="Which attributes changed, of those the viewer may hear of, as in `statusId`."
    )
    def changed_fields(self, info: Info) -> list[str]:
        names = self.stored.changes
        if info.context.viewer.is_staff:
            return [camel(name) for name in told(names)]
        public = [each for each in names if each in queries.PUBLIC_CHANGES]
        return ["custom" if each == PUBLIC_CUSTOM else camel(each) for each in public]

    @strawberry.field(description=_VALUES)
    def changes(self, info: Info) -> strawberry.scalars.JSON | None:
        return _values(self.stored, info.context.viewer)


@strawberry.type(description="Tags were put on a ticket or taken off it. For staff.")
class TicketTagged(Event):
    ticket: Ticket | None = one(
        "subject_id", "The ticket, as it is now; null once the viewer sees it no more."
    )

    @strawberry.field(description=_VALUES)
    def changes(self, info: Info) -> strawberry.scalars.JSON | None:
        return _values(self.stored, info.context.viewer)


@strawberry.type(
    description="A ticket was deleted. It arrives only where the viewer may see deleted tickets."
)
class TicketDeleted(Event):
    ticket: Ticket | None = one("subject_id", "The ticket; null once the viewer sees it no more.")


@strawberry.type(description="A deleted ticket came back.")
class TicketRestored(Event):
    ticket: Ticket | None = one(
        "subject_id", "The ticket, as it is now; null once the viewer sees it no more."
    )


@strawberry.type(description="Something was said on a ticket after it was opened.")
class MessageAdded(Event):
    ticket: Ticket | None = one(
        "subject_id", "The ticket, as it is now; null once the viewer sees it no more."
    )
    message: Message | None = one("message_id", "What was said; null once the viewer sees it no more.")


@strawberry.type(description="Any other event.")
class OtherEvent(Event):
    subject_type: str = strawberry.field(description="What kind of thing it was about, as in `user`.")
    subject_id: strawberry.ID | None = strawberry.field(
        description="The global id of what it was about, which may be gone since."
    )


_BY_TYPE: dict[str, type[Event]] = {
    "ticket.created": TicketCreated,
    "ticket.updated": TicketUpdated,
    "ticket.tagged": TicketTagged,
    "ticket.deleted": TicketDeleted,
    "ticket.restored": TicketRestored,
    "message.added": MessageAdded,
}
EVENT_TYPES: tuple[type[Event], ...] = (*_BY_TYPE.values(), OtherEvent)


def event_of(stored: StoredEvent, viewer: Viewer) -> Event:
    """The API's object for an event, for a viewer who may hear of it."""
    cls = _BY_TYPE.get(stored.type, OtherEvent)
    made = cls.__new__(cls)
    values: dict[str, Any] = made.__dict__
    values.update(
        id=to_global("evt", stored.id), cursor=stored.position.cursor, type=stored.type,
        occurred_at=stored.created_at, via=stored.via, actor_id=stored.actor_id,
        on_behalf_of_id=stored.on_behalf_of_id, event_id=stored.id, viewer=viewer, stored=stored,
        subject_id=stored.subject_id,
    )  # fmt: skip
    if cls is MessageAdded:
        said = stored.changes.get("message_id")
        values["message_id"] = UUID(said) if said else None
    if cls is OtherEvent:
        values["subject_type"] = stored.subject_type
        values["subject_id"] = subject_id(stored.subject_type, stored.subject_id)
    return made

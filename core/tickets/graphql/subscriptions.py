"""The stream of events in the API: waited for, or read page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core.kit.context import Viewer
from core.kit.event_types import first_unknown
from core.kit.graph import BadArgument, ExtraFilter, Info, Query
from core.kit.graph.connection import DEFAULT_PAGE
from core.kit.graph.fields import After, Resume
from core.kit.graph.filters import FILTERS, filter_of
from core.kit.graph.paging import page_of
from core.kit.ids import key_of
from core.kit.stream import BEGINNING, Position, load, position_now, read_after
from core.kit.stream.pushing import Events
from core.kit.stream.reading import position_of, seen
from core.kit.stream.subscribers import Interest, Question
from core.tickets import queries
from core.tickets.graphql.events import Event, event_of
from core.tickets.graphql.filters import EXTRAS
from core.tickets.graphql.types import Ticket

extras: dict[str, ExtraFilter] = EXTRAS
TicketFilter = filter_of(Ticket, **extras)
MOST_TYPES = 50
_SCANNED = 500
"""Events that one page looks through at most, seen or not."""

Types = Annotated[
    list[str] | None,
    strawberry.argument(description="Only these of `eventTypes`, as in `ticket.created`; at most 50."),
]


def _position(after: str | None) -> Position | None:
    return position_of(after) if after is not None else None


def _types(types: list[str] | None) -> frozenset[str] | None:
    if types is not None and len(types) > MOST_TYPES:
        raise BadArgument("BAD_FILTER", "At most 50 types of event can be named.")
    unknown = first_unknown(types or ())
    if unknown is not None:
        raise BadArgument(
            "BAD_FILTER",
            "{value} is not a type of event; `eventTypes` lists them.",
            value=unknown[:60] or '""',
        )
    return frozenset(types) if types is not None else None


def _parameters(viewer: Viewer) -> dict[str, object]:
    return {**viewer.parameters(), "tenant": viewer.tenant_id}


def _any_seen(viewer: Viewer) -> tuple[str, dict[str, object]]:
    return queries.stream_sight(viewer, "e"), _parameters(viewer)


def _of_tickets(filter: Any) -> Question:
    """Events of tickets that a viewer sees and that meet a filter as they are when it is asked."""

    def question(viewer: Viewer) -> tuple[str, dict[str, object]]:
        query = Query(viewer=viewer, of_one=True)
        terms = ["e.subject_type = 'ticket'", f"({queries.stream_sight(viewer, 'e')})"]
        if filter:
            met = FILTERS["Ticket"].compile(filter, query, alias="ft")
            terms.append(
                "exists (select 1 from tickets ft where ft.tenant_id = e.tenant_id and ft.id = e.subject_id"
                f" and {met})"
            )
        return " and ".join(terms), {**_parameters(viewer), **query.values}

    return question


@strawberry.type
class TicketSubscription:
    @strawberry.subscription(
        description="What happens to tickets that the viewer sees: all, one, or those that meet a filter. Sight and "
        "filter are asked anew at every event, so a ticket that leaves one's sight stops arriving. Customers hear "
        "of what is public."
    )
    async def ticket_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Only this ticket.")] = None,
        filter: Annotated[
            TicketFilter | None,  # type: ignore[valid-type]
            strawberry.argument(description="Only tickets that meet these conditions, as they are then."),
        ] = None,
        after: Resume = None,
    ) -> AsyncIterator[Event | None]:
        request, position = info.context, _position(after)
        ctx, subject = request.ctx, _ticket_key(id)
        _of_tickets(filter)(ctx.viewer)  # the filter's size, before anything is read
        own = await FILTERS["Ticket"].checked(request, filter) if filter else None
        interest = Interest(_of_tickets(own), subject=subject)
        return Events(request.app.feeds.arrivals(ctx, interest, request.renewal, position), event_of)

    @strawberry.subscription(
        description="Everything that happens and that the viewer may hear of: of tickets what `ticketChanged` tells, "
        "and with the permission `event.read` all the rest."
    )
    async def events(
        self, info: Info, types: Types = None, after: Resume = None
    ) -> AsyncIterator[Event | None]:
        request, position = info.context, _position(after)
        interest = Interest(_any_seen, _types(types))
        return Events(request.app.feeds.arrivals(request.ctx, interest, request.renewal, position), event_of)


def _ticket_key(id: strawberry.ID | None) -> UUID | None:
    if id is None:
        return None
    key = key_of(id, "tkt")
    if key is None:
        raise BadArgument("BAD_ARGUMENT", "`id` is not the id of a ticket.")
    return key


@strawberry.type(description="Some events in the order of the stream.")
class EventPage:
    nodes: list[Event] = strawberry.field(
        description="The events, as many as asked for at most; perhaps none, with more to come."
    )
    end_cursor: str = strawberry.field(description="Where to go on: `after` it the next page begins.")
    has_more: bool = strawberry.field(description="Whether there is more by now.")


@strawberry.type
class EventQuery:
    @strawberry.field(
        description="The place in the stream of events now. Ask for it together with what you show, then subscribe "
        "`after` it: nothing is missed in between."
    )
    async def event_cursor(self, info: Info) -> str | None:
        info.context.ctx  # noqa: B018 - only those who have signed in
        return (await position_now()).cursor

    @strawberry.field(
        description="One event with what it is about, as the stream tells it; null where the viewer may not hear of it."
        " The ids of `auditEvents` and webhooks name it, too."
    )
    async def event(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The event.")]
    ) -> Event | None:
        viewer, key = info.context.viewer, key_of(id, "evt") or key_of(id, "aud")
        if key is None or not await seen([key], *_any_seen(viewer)):
            return None
        return next((event_of(each, viewer) for each in await load([key])), None)

    @strawberry.field(
        description="Events that the viewer may hear of, in the order of the stream, from its beginning or after a "
        "cursor: for those who come and ask instead of waiting. Go on from `endCursor` while `hasMore`."
    )
    async def events(
        self,
        info: Info,
        first: Annotated[
            int, strawberry.argument(description="How many at most; 1 to 100, 20 unless told.")
        ] = DEFAULT_PAGE,
        after: After = None,
        types: Types = None,
    ) -> EventPage | None:
        viewer, page = info.context.viewer, page_of(first, after, None, None)
        return await _page(viewer, page.size, _position(after) or BEGINNING, _types(types))


async def _page(viewer: Viewer, size: int, position: Position, types: frozenset[str] | None) -> EventPage:
    wanted = sorted(types) if types is not None else None
    scanned = await read_after(position, limit=_SCANNED, types=wanted)
    visible = await seen([each.id for each in scanned], *_any_seen(viewer))
    found = [each for each in scanned if each.id in visible]
    kept, more = found[:size], len(found) > size or len(scanned) == _SCANNED
    # All that was looked through lies behind the cursor, seen or not.
    passed = kept if len(found) > size else scanned
    return EventPage(
        nodes=[event_of(each, viewer) for each in kept],
        end_cursor=(passed[-1].position if passed else position).cursor,
        has_more=more,
    )

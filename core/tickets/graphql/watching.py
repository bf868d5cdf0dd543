"""Mutations of who watches a ticket."""

import strawberry

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import key_from, needed_key
from core.tickets import service
from core.tickets.graphql.enums import WatchKind
from core.tickets.graphql.types import Ticket, Watch
from core.tickets.states import WatchKind as Kind

_KIND = (
    "Following and starring are for oneself; CC is for staff to give, and lets the person take part;"
    " the requester takes part anyway, so copying them in does nothing."
)
_USER = "Who; the caller unless told. Others can only be copied in (CC)."


@strawberry.input(description="A standing interest in a ticket.")
class TicketWatchInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")
    kind: WatchKind = strawberry.field(default=WatchKind.FOLLOW, description=_KIND)
    user_id: strawberry.ID | None = strawberry.field(default=None, description=_USER)


@strawberry.input(description="A standing interest to end.")
class TicketUnwatchInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")
    kind: WatchKind = strawberry.field(default=WatchKind.FOLLOW, description=_KIND)
    user_id: strawberry.ID | None = strawberry.field(default=None, description=_USER)


@strawberry.type(description="What `ticketWatch` answers.")
class TicketWatchPayload(Payload):
    watch: Watch | None = one(
        "watch_id", "The interest, new or as it was already; null where a requester would be copied in."
    )
    ticket: Ticket | None = one("ticket_id", "The ticket.")


@strawberry.type(description="What `ticketUnwatch` answers.")
class TicketUnwatchPayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket, if the caller still sees it.")


@strawberry.type
class WatchMutation:
    @mutation("Follow or star a ticket, or copy somebody in.")
    async def ticket_watch(info: Info, input: TicketWatchInput) -> TicketWatchPayload:
        ticket_id, user_id = (
            needed_key(input.ticket_id, "tkt", "ticketId"),
            key_from(input.user_id, "usr", "userId"),
        )
        key = await service.watch(info.context.ctx, ticket_id, Kind(input.kind.name), user_id)
        return TicketWatchPayload.of(watch_id=key, ticket_id=ticket_id)

    @mutation("Stop following or starring a ticket, or take somebody's copy away.")
    async def ticket_unwatch(info: Info, input: TicketUnwatchInput) -> TicketUnwatchPayload:
        ticket_id, user_id = (
            needed_key(input.ticket_id, "tkt", "ticketId"),
            key_from(input.user_id, "usr", "userId"),
        )
        await service.unwatch(info.context.ctx, ticket_id, Kind(input.kind.name), user_id)
        return TicketUnwatchPayload.of(ticket_id=ticket_id)

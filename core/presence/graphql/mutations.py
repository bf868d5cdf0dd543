"""Mutations of presence."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import needed_key
from core.presence import service
from core.presence.graphql.types import PresenceDoing
from core.presence.queries import Doing

if TYPE_CHECKING:
    from core.tickets.graphql import Ticket


@strawberry.input(description="That one is on a ticket.")
class TicketLookInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")
    doing: PresenceDoing = strawberry.field(default=PresenceDoing.VIEWING, description="What one does there.")


@strawberry.input(description="A ticket that one turns away from.")
class TicketLeaveInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")


@strawberry.type(description="What `ticketLook` answers.")
class TicketLookPayload(Payload):
    ticket: Annotated["Ticket", strawberry.lazy("core.tickets.graphql")] | None = one(
        "ticket_id", "The ticket, with `presentUsers` as they are now."
    )


@strawberry.type(description="What `ticketLeave` answers.")
class TicketLeavePayload(Payload):
    ticket: Annotated["Ticket", strawberry.lazy("core.tickets.graphql")] | None = one(
        "ticket_id", "The ticket, with `presentUsers` as they are now."
    )


@strawberry.type
class PresenceMutation:
    @mutation("Say that one is on a ticket; say so again within 30 seconds to stay there. Agents only.")
    async def ticket_look(info: Info, input: TicketLookInput) -> TicketLookPayload:
        ticket_id = needed_key(input.ticket_id, "tkt", "ticketId")
        await service.look(info.context.ctx, ticket_id, Doing(input.doing.name))
        return TicketLookPayload.of(ticket_id=ticket_id)

    @mutation("Say that one has left a ticket, before the 30 seconds are over. Agents only.")
    async def ticket_leave(info: Info, input: TicketLeaveInput) -> TicketLeavePayload:
        ticket_id = needed_key(input.ticket_id, "tkt", "ticketId")
        await service.leave(info.context.ctx, ticket_id)
        return TicketLeavePayload.of(ticket_id=ticket_id)

"""Mutations that hold tickets back, and admit them after all."""

import strawberry

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, needed_key
from core.tickets import service
from core.tickets.graphql.enums import SuspendReason
from core.tickets.graphql.types import Ticket
from core.tickets.states import SuspendReason as Reason


@strawberry.input(description="The ticket to hold back as unfit (F11).")
class TicketSuspendInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    reason: SuspendReason = strawberry.field(description="Why.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The suspended ticket to admit after all.")
class TicketAdmitInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What `ticketSuspend` answers.")
class TicketSuspendPayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket, suspended.")


@strawberry.type(description="What `ticketAdmit` answers.")
class TicketAdmitPayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket with the status it had.")


@strawberry.type
class SuspendMutation:
    @mutation(
        "Hold a ticket back as unfit: it leaves the lists until it is admitted, or purged when nobody cares.",
        permission="ticket.update",
    )
    async def ticket_suspend(info: Info, input: TicketSuspendInput) -> TicketSuspendPayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.suspend_ticket(
            info.context.ctx, ticket_id, Reason(input.reason.name), expected_version=input.expected_version
        )
        return TicketSuspendPayload.of(ticket_id=ticket_id)

    @mutation("Bring a suspended ticket into the lists after all.", permission="ticket.update")
    async def ticket_admit(info: Info, input: TicketAdmitInput) -> TicketAdmitPayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.admit_ticket(info.context.ctx, ticket_id, expected_version=input.expected_version)
        return TicketAdmitPayload.of(ticket_id=ticket_id)

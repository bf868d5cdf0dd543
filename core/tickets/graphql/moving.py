"""Mutations by which tickets pass between groups and agents."""

from typing import Any

import strawberry

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, key_from, needed_key
from core.tickets import service
from core.tickets.graphql.types import Ticket

_GROUP = "The group. Alone it leaves the agent behind, unless its routing finds another (R11)."
_AGENT = "The agent, a member of the group; alone, of the ticket's group."
_NOTE = "A private message that says why, kept with the move."
_NOW = "The ticket as it is now."


@strawberry.input(description="A ticket to give to a group, an agent or both.")
class TicketAssignInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    group_id: strawberry.ID | None = strawberry.field(default=None, description=_GROUP)
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description=_AGENT)
    note: str | None = strawberry.field(default=None, description=_NOTE)
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A ticket to take.")
class TicketClaimInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="A ticket to hand on, with a note that says why (G2).")
class TicketTransferInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    group_id: strawberry.ID | None = strawberry.field(default=None, description=_GROUP)
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description=_AGENT)
    note: str = strawberry.field(description=_NOTE)
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A ticket to give back to the queue of its group (M3).")
class TicketReleaseInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    note: str | None = strawberry.field(default=None, description=_NOTE)
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A ticket in which there is nothing for the desk (M2).")
class TicketInvalidateInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    note: str | None = strawberry.field(default=None, description="A private message that says why.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `ticketAssign` answers.")
class TicketAssignPayload(Payload):
    ticket: Ticket | None = one("ticket_id", _NOW)


@strawberry.type(description="What `ticketClaim` answers.")
class TicketClaimPayload(Payload):
    ticket: Ticket | None = one("ticket_id", _NOW)


@strawberry.type(description="What `ticketTransfer` answers.")
class TicketTransferPayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket as it is now; whoever handed it on still sees it.")


@strawberry.type(description="What `ticketRelease` answers.")
class TicketReleasePayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket as it is now, where the caller sees it.")


@strawberry.type(description="What `ticketInvalidate` answers.")
class TicketInvalidatePayload(Payload):
    ticket: Ticket | None = one("ticket_id", _NOW)


@strawberry.type
class MoveMutation:
    @mutation("Give a ticket to a group or an agent, whoever has it now.", permission="ticket.assign")
    async def ticket_assign(info: Info, input: TicketAssignInput) -> TicketAssignPayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.assign_ticket(
            info.context.ctx,
            ticket_id,
            **_where(input),
            note=input.note,
            expected_version=input.expected_version,
        )
        return TicketAssignPayload.of(ticket_id=ticket_id)

    @mutation(
        "Take a ticket that nobody has. Of two who do so at once one gets it; the other is answered"
        " VersionConflictError, whose message names the first and whose `current` is the ticket.",
        permission="ticket.claim",
    )
    async def ticket_claim(info: Info, input: TicketClaimInput) -> TicketClaimPayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.claim_ticket(info.context.ctx, ticket_id, expected_version=input.expected_version)
        return TicketClaimPayload.of(ticket_id=ticket_id)

    @mutation(
        "Hand a ticket on: one's own with `ticket.claim`, others' with `ticket.assign`; for the note with"
        " `ticket.note`."
    )
    async def ticket_transfer(info: Info, input: TicketTransferInput) -> TicketTransferPayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.transfer_ticket(
            info.context.ctx,
            ticket_id,
            **_where(input),
            note=input.note,
            expected_version=input.expected_version,
        )
        return TicketTransferPayload.of(ticket_id=ticket_id)

    @mutation("Give a ticket back: one's own with `ticket.claim`, others' with `ticket.assign`.")
    async def ticket_release(info: Info, input: TicketReleaseInput) -> TicketReleasePayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.release_ticket(
            info.context.ctx, ticket_id, note=input.note, expected_version=input.expected_version
        )
        return TicketReleasePayload.of(ticket_id=ticket_id)

    @mutation("Solve a ticket as invalid; another status takes it back.", permission="ticket.update")
    async def ticket_invalidate(info: Info, input: TicketInvalidateInput) -> TicketInvalidatePayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.invalidate_ticket(
            info.context.ctx, ticket_id, note=input.note, expected_version=input.expected_version
        )
        return TicketInvalidatePayload.of(ticket_id=ticket_id)


def _where(input: TicketAssignInput | TicketTransferInput) -> dict[str, Any]:
    return {
        "group_id": key_from(input.group_id, "grp", "groupId"),
        "assignee_id": key_from(input.assignee_id, "usr", "assigneeId"),
    }

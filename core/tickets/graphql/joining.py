"""Mutations of what tickets are to each other: merging, splitting, linking."""

import strawberry

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, needed_key
from core.tickets import service
from core.tickets.graphql.enums import TicketLinkKind
from core.tickets.graphql.types import Ticket, TicketLink
from core.tickets.states import LinkKind


@strawberry.input(description="A ticket to merge into another.")
class TicketMergeInput:
    id: strawberry.ID = strawberry.field(description="The ticket that closes.")
    into_id: strawberry.ID = strawberry.field(description="The ticket that goes on.")
    across_requesters: bool = strawberry.field(
        default=False,
        description="Whether that is right although they are of different people: each reads what the other wrote.",
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A message to make a ticket of its own.")
class TicketSplitInput:
    message_id: strawberry.ID = strawberry.field(
        description="The message: one of the customer's side, not the first of its ticket."
    )
    title: str = strawberry.field(description="What the new ticket is about; at most 200 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="What one ticket is to another.")
class TicketLinkInput:
    from_id: strawberry.ID = strawberry.field(description="The ticket that is this to the other.")
    to_id: strawberry.ID = strawberry.field(description="The other one.")
    kind: TicketLinkKind = strawberry.field(
        default=TicketLinkKind.RELATED, description="RELATED, DUPLICATE or CHILD."
    )


@strawberry.input(description="The link to take away.")
class TicketUnlinkInput:
    id: strawberry.ID = strawberry.field(description="The link.")


@strawberry.type(description="What `ticketMerge` answers.")
class TicketMergePayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket that goes on.")


@strawberry.type(description="What `ticketSplit` answers.")
class TicketSplitPayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The new ticket, where the caller sees it.")


@strawberry.type(description="What `ticketLink` answers.")
class TicketLinkPayload(Payload):
    link: TicketLink | None = one("link_id", "The link, new or as it was already.")


@strawberry.type(description="What `ticketUnlink` answers.")
class TicketUnlinkPayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type
class JoinMutation:
    @mutation(
        "Merge a ticket into another: messages, files, watchers, tags and children go there, and it closes for good."
        " Its number and external id lead to the other.",
        permission="ticket.merge",
    )
    async def ticket_merge(info: Info, input: TicketMergeInput) -> TicketMergePayload:
        target = await service.merge_ticket(
            info.context.ctx,
            needed_key(input.id, "tkt", "id"),
            into=needed_key(input.into_id, "tkt", "intoId"),
            across_requesters=input.across_requesters,
            expected_version=input.expected_version,
        )
        return TicketMergePayload.of(ticket_id=target.id)

    @mutation("Make a message a ticket of its own, linked with the one it was on.", permission="ticket.merge")
    async def ticket_split(info: Info, input: TicketSplitInput) -> TicketSplitPayload:
        key = needed_key(input.message_id, "msg", "messageId")
        new = await service.split_ticket(info.context.ctx, key, title=input.title)
        return TicketSplitPayload.of(ticket_id=new.id)

    @mutation("Say what one ticket is to another. Twice is once.", permission="ticket.merge")
    async def ticket_link(info: Info, input: TicketLinkInput) -> TicketLinkPayload:
        key = await service.link_tickets(
            info.context.ctx,
            needed_key(input.from_id, "tkt", "fromId"),
            needed_key(input.to_id, "tkt", "toId"),
            LinkKind(input.kind.name),
        )
        return TicketLinkPayload.of(link_id=key)

    @mutation("Take a link between tickets away.", permission="ticket.merge")
    async def ticket_unlink(info: Info, input: TicketUnlinkInput) -> TicketUnlinkPayload:
        await service.unlink_tickets(info.context.ctx, needed_key(input.id, "tlk", "id"))
        return TicketUnlinkPayload.of(deleted_id=input.id)

"""Mutations of the pool that may open a ticket in the same act."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from core.identity.service.adding import NewUser
from core.kit.context import UserKind
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import IDEMPOTENCY_KEY, key_from, needed_key
from core.tickets import service
from core.tickets.errors import EitherUserOrCustomer
from core.tickets.graphql.types import Ticket

if TYPE_CHECKING:
    from core.identity.graphql import Resource

LazyResource = Annotated["Resource", strawberry.lazy("core.identity.graphql")]
_TICKET = "A ticket of theirs, opened in the same act."


@strawberry.input(
    description="A ticket of a customer of the pool. What else it is to have, `ticketUpdate` sets."
)
class ResourceTicketInput:
    title: str = strawberry.field(description="What it is about, in a line; at most 200 characters.")
    body: str = strawberry.field(description="The first message as plain text; at most 200,000 characters.")
    priority_id: strawberry.ID | None = strawberry.field(default=None, description="How urgent it is.")
    type_id: strawberry.ID | None = strawberry.field(default=None, description="What kind of business it is.")
    group_id: strawberry.ID | None = strawberry.field(
        default=None, description="The agent group to give it to."
    )


@strawberry.input(description="A new customer to save in the pool.")
class ResourceCustomerInput:
    name: str = strawberry.field(description="The name; at most 120 characters.")
    email: str | None = strawberry.field(default=None, description="The e-mail address.")
    mobile: str | None = strawberry.field(default=None, description="The mobile number with its country.")
    external_id: str | None = strawberry.field(
        default=None, description="The id another system knows them by."
    )


@strawberry.input(description="Whom to save in the pool: either somebody known or somebody new.")
class ResourceCreateInput:
    user_id: strawberry.ID | None = strawberry.field(default=None, description="A customer who is here.")
    customer: ResourceCustomerInput | None = strawberry.field(
        default=None, description="A customer to be made."
    )
    ticket: ResourceTicketInput | None = strawberry.field(default=None, description=_TICKET)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Whom to take out of the pool.")
class ResourceClaimInput:
    id: strawberry.ID = strawberry.field(description="A customer of the pool.")
    ticket: ResourceTicketInput | None = strawberry.field(
        default=None, description=_TICKET + " It is the claimer's."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `resourceCreate` answers.")
class ResourceCreatePayload(Payload):
    resource: LazyResource | None = one("resource_id", "The customer in the pool.")
    ticket: Ticket | None = one("ticket_id", "The ticket, if one was opened and the caller may see it.")


@strawberry.type(description="What `resourceClaim` answers.")
class ResourceClaimPayload(Payload):
    resource: LazyResource | None = one("resource_id", "The customer, who is the caller's now.")
    ticket: Ticket | None = one("ticket_id", "The ticket, if one was opened.")


def _new(input: ResourceTicketInput | None) -> service.NewTicket | None:
    if input is None:
        return None
    return service.NewTicket(
        title=input.title,
        body=input.body,
        priority_id=key_from(input.priority_id, "opt", "ticket", "priorityId"),
        type_id=key_from(input.type_id, "opt", "ticket", "typeId"),
        group_id=key_from(input.group_id, "grp", "ticket", "groupId"),
    )


def _customer(input: ResourceCustomerInput) -> NewUser:
    return NewUser(
        kind=UserKind.CUSTOMER,
        name=input.name,
        email=input.email,
        mobile=input.mobile,
        external_id=input.external_id,
    )


@strawberry.type
class ResourceMutation:
    @mutation(
        "Save a customer in the pool, to be taken on later, and perhaps open a ticket of theirs (D8, D12).",
        permission="customer.manage",
    )
    async def resource_create(info: Info, input: ResourceCreateInput) -> ResourceCreatePayload:
        if (input.user_id is None) == (input.customer is None):
            raise EitherUserOrCustomer(path=("userId",))
        who = (
            _customer(input.customer) if input.customer else needed_key(input.user_id or "", "usr", "userId")
        )
        resource_id, draft = await service.add_resource(info.context.ctx, who, _new(input.ticket))
        return ResourceCreatePayload.of(resource_id=resource_id, ticket_id=draft.id if draft else None)

    @mutation(
        "Take a customer out of the pool, and perhaps open a ticket of theirs that is the caller's (M1). Of two who do"
        " so at once, the second is told who was first.",
        permission="ticket.claim",
    )
    async def resource_claim(info: Info, input: ResourceClaimInput) -> ResourceClaimPayload:
        resource_id = needed_key(input.id, "res", "id")
        draft = await service.take_resource(info.context.ctx, resource_id, _new(input.ticket))
        return ResourceClaimPayload.of(resource_id=resource_id, ticket_id=draft.id if draft else None)

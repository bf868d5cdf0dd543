"""Customers of the pool with a ticket in the same act (D8, D12, M1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from core.identity.service.adding import NewUser, create_user
from core.identity.service.pooling import claim_resource, save_resource
from core.kit.context import Context
from core.kit.errors import DomainError, Errors
from core.tickets.service.draft import Draft
from core.tickets.service.moving import claim_ticket
from core.tickets.service.new_ticket import NewTicket
from core.tickets.service.open_ticket import open_ticket


async def add_resource(
    ctx: Context, who: NewUser | UUID, ticket: NewTicket | None = None
) -> tuple[UUID, Draft | None]:
    """Keep a customer in the pool, new or known, and perhaps open a ticket of theirs; gives the resource's key. Needs
    `customer.manage`, and for a ticket `ticket.create`. Raises what `userCreate` and `ticketCreate` do, located below
    `customer` and `ticket`."""
    if isinstance(who, UUID):
        user_id = who
    else:
        with _within("customer"):
            user_id = (await create_user(ctx, who)).id
    resource_id = await save_resource(ctx, user_id)
    if ticket is None:
        return resource_id, None
    with _within("ticket"):
        return resource_id, await open_ticket(ctx, replace(ticket, requester_id=user_id))


async def take_resource(ctx: Context, resource_id: UUID, ticket: NewTicket | None = None) -> Draft | None:
    """Claim a customer of the pool, and perhaps open a ticket of theirs that is the claimer's. Needs `ticket.claim`,
    and for a ticket `ticket.create`. Raises what `ticketCreate` and `ticketClaim` do, located below `ticket`."""
    user_id = await claim_resource(ctx, resource_id)
    if ticket is None:
        return None
    with _within("ticket"):
        opened = await open_ticket(ctx, replace(ticket, requester_id=user_id))
        return await claim_ticket(ctx, opened.id)


@contextmanager
def _within(place: str) -> Iterator[None]:
    """What is refused inside is told at this place of the input."""
    try:
        yield
    except DomainError as error:
        raise error.at(place, *error.path) from None
    except Errors as found:
        raise Errors([each.at(place, *each.path) for each in found.errors]) from None

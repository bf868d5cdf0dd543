"""Who is on a ticket, as it changes; and being there oneself for as long as one waits."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from core.kit.context import Context, Viewer, acting_for
from core.kit.database import is_unavailable
from core.kit.graph import BadArgument, Info, one
from core.kit.ids import key_of, new_id
from core.kit.stream.lookouts import woken_or_due
from core.presence import service
from core.presence.graphql.types import TicketPresence, presence_of
from core.presence.queries import Doing, present_on
from core.tickets.errors import TicketNotFound
from core.tickets.queries import sees_ticket

if TYPE_CHECKING:
    from core.tickets.graphql import Ticket

BEAT_SECONDS = 10.0


@strawberry.type(description="Who is on a ticket now.")
class TicketPresenceChanged:
    event_id: strawberry.Private[UUID]
    viewer: strawberry.Private[Viewer]
    """Who it arrived for, as they were known then."""

    ticket: Annotated[Ticket, strawberry.lazy("core.tickets.graphql")] | None = one(
        "ticket_id", "The ticket."
    )
    present_users: list[TicketPresence] = strawberry.field(
        description="The agents on it, oneself included, at most 50."
    )


@strawberry.type
class PresenceSubscription:
    @strawberry.subscription(
        description="Who is on a ticket: now, and whenever that changes. An agent who waits for it is there "
        "themselves until they stop; `ticketLook` tells what they do. For staff; it ends where the viewer loses "
        "sight of the ticket."
    )
    async def ticket_presence(
        self,
        info: Info,
        ticket_id: Annotated[strawberry.ID, strawberry.argument(description="The ticket.")],
    ) -> AsyncGenerator[TicketPresenceChanged | None, None]:
        request, key, told = info.context, key_of(ticket_id, "tkt"), None
        ctx: Context | None = request.ctx
        if key is None or not (request.viewer.is_staff and await sees_ticket(request.ctx, key)):
            raise BadArgument("BAD_ARGUMENT", "`ticketId` is not the id of a ticket that staff like you see.")
        with request.app.lookouts.on(key) as woken:
            try:
                while ctx is not None and await _beat(ctx, key) and not request.app.lookouts.is_closed:
                    woken.clear()
                    rows = (await present_on(ctx.viewer, [key]))[key]
                    if rows != told:
                        told = rows
                        yield _changed(key, rows, ctx.viewer)
                    await woken_or_due(woken, BEAT_SECONDS)
                    ctx = await request.renew()
            finally:
                await _leave(request.ctx, key)


async def _beat(ctx: Context, ticket_id: UUID) -> bool:
    """Be there for another while, doing what one said one does. False where the viewer sees the ticket no longer."""
    if not service.may_appear(ctx):
        return ctx.viewer.is_staff and await sees_ticket(ctx, ticket_id)
    try:
        await service.look(ctx, ticket_id, Doing.VIEWING, keep=True)
    except TicketNotFound:
        return False
    return True


async def _leave(ctx: Context, ticket_id: UUID) -> None:
    """Whoever is there in another window comes back at once: leaving wakes that one."""
    if service.may_appear(ctx):
        try:
            with acting_for(ctx.tenant_id):
                await service.go(ctx, ticket_id)
        except Exception as error:
            if not is_unavailable(error):  # without a database it expires by itself
                raise


def _changed(ticket_id: UUID, rows: list[Any], viewer: Viewer) -> TicketPresenceChanged:
    made = TicketPresenceChanged.__new__(TicketPresenceChanged)
    made.__dict__.update(
        event_id=new_id(),
        viewer=viewer,
        ticket_id=ticket_id,
        present_users=[presence_of(row) for row in rows],
    )
    return made

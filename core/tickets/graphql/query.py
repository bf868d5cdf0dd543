"""Ticket lists and look-ups."""

from typing import Annotated

import strawberry

from core.kit.graph import Info, listing, load_node, lookup, registry
from core.kit.graph.inputs import only_one
from core.tickets import queries
from core.tickets.graphql.filters import EXTRAS
from core.tickets.graphql.types import Status, Tag, Ticket


@strawberry.type
class TicketQuery:
    @strawberry.field(
        description="A ticket by exactly one of its id, its number and its external id. "
        "Null when there is none for this viewer."
    )
    async def ticket(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="The global id.")] = None,
        number: Annotated[str | None, strawberry.argument(description="The number people quote.")] = None,
        external_id: Annotated[
            str | None, strawberry.argument(description="The id another system knows it by.")
        ] = None,
    ) -> Ticket | None:
        ctx, key = info.context.ctx, None
        by, value = only_one({"id": id, "number": number, "externalId": external_id})
        if by == "id":
            located = registry.locate(value)
            key = located[1] if located and located[0].cls is Ticket else None
        elif by == "externalId":
            key = await queries.key_by_external_id(ctx, value)
        elif (wanted := queries.number_of(value)) is not None:
            key = await queries.key_by_number(ctx, wanted)
        found: Ticket | None = await load_node(info.context, registry.of(Ticket), key)
        return found

    tickets = listing(
        Ticket,
        "Tickets the viewer may see. Only those that are worked on, unless the filter speaks of `state`.",
        order=("UPDATED_AT",),
        descending=True,
        extras=EXTRAS,
        unless_filtered={"state": "{t}.state = 'ACTIVE'"},
    )
    status = lookup(Status, "A status by its id.")
    statuses = listing(Status, "The tenant's statuses in their order.", order=("POSITION",))
    tag = lookup(Tag, "A tag by its id. Tags are for staff.")
    tags = listing(Tag, "The tenant's tags.", order=("NAME",))

"""Ticket lists and look-ups."""

from typing import Annotated
from uuid import UUID

import strawberry

from core.kit.database.sql import KeyBy
from core.kit.graph import Info, found, key_among, listing, lookup
from core.kit.graph.inputs import only_one
from core.tickets import queries
from core.tickets.graphql.filters import EXTRAS
from core.tickets.graphql.types import Status, Tag, Ticket


@strawberry.type
class TicketQuery:
    @found(
        Ticket,
        "A ticket by exactly one of its id, its number and its external id. "
        "Null when there is none for this viewer.",
    )
    async def ticket(
        info: Info,
        id: Annotated[strawberry.ID | None, strawberry.argument(description="The global id.")] = None,
        number: Annotated[str | None, strawberry.argument(description="The number people quote.")] = None,
        external_id: Annotated[
            str | None, strawberry.argument(description="The id another system knows it by.")
        ] = None,
    ) -> UUID | KeyBy | None:
        info.context.viewer  # noqa: B018 - asks for a signed-in caller, whatever is sought
        by, value = only_one({"id": id, "number": number, "externalId": external_id})
        if by == "id":
            return key_among(Ticket, value)
        if by == "externalId":
            return queries.key_by_external_id(value)
        wanted = queries.number_of(value)
        return None if wanted is None else queries.key_by_number(wanted)

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

"""What this plugin adds to the API."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from core.sdk import Rejected
from core.sdk.graphql import (
    Caller,
    GraphQLExtension,
    Parent,
    Payload,
    Ticket,
    TypeField,
    mutation,
    reference,
    ticket_key,
)
from plugins.ticket_links.linking import link, links_of, unlink
from plugins.ticket_links.models import TicketLink

MANAGE = "ticket_links.manage"


@strawberry.enum(description="How an issue elsewhere is.")
class TicketLinksState(Enum):
    OPEN = strawberry.enum_value("OPEN", description="It is worked on, or waits for that.")
    CLOSED = strawberry.enum_value("CLOSED", description="It is done, or given up.")
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="The tracker was not asked yet, or does not say.")


@strawberry.type(description="An issue elsewhere that a ticket is about.")
class TicketLinksLink:
    id: strawberry.ID = strawberry.field(description="Names the link, for `ticketLinksUnlink`.")
    url: str = strawberry.field(description="Where people read the issue.")
    title: str | None = strawberry.field(
        description="What it is called there; null before the tracker was asked."
    )
    state: TicketLinksState = strawberry.field(description="How it was when the tracker was last heard of.")
    checked_at: datetime | None = strawberry.field(
        description="When the tracker was last asked, or told of it."
    )
    created_at: datetime = strawberry.field(description="When it was linked.")


def _shown(each: TicketLink) -> TicketLinksLink:
    return TicketLinksLink(
        id=strawberry.ID(each.id.hex), url=each.url, title=each.title or None, state=TicketLinksState[each.state],
        checked_at=each.checked_at, created_at=each.created_at,
    )  # fmt: skip


async def load_links(caller: Caller, tickets: Sequence[Parent]) -> Sequence[Any]:
    """For staff: what a ticket is about elsewhere is nothing for customers."""
    if not caller.is_staff:
        return [None] * len(tickets)
    found = await links_of([each.key for each in tickets])
    return [[_shown(link) for link in found[each.key]] for each in tickets]


@strawberry.input(description="A ticket and an issue.")
class TicketLinksLinkInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")
    url: str = strawberry.field(description="Address of the issue.")


@strawberry.type(description="What `ticketLinksLink` answers.")
class TicketLinksLinkPayload(Payload):
    link: TicketLinksLink | None = strawberry.field(default=None, description="The link.")
    ticket: Ticket | None = reference("ticket_id", "The ticket.")


@mutation("Link a ticket to an issue elsewhere. Linking twice is linking once.", permission=MANAGE)
async def ticket_links_link(caller: Caller, input: TicketLinksLinkInput) -> TicketLinksLinkPayload:
    key = ticket_key(input.ticket_id)
    if key is None:
        raise Rejected("There is no such ticket.", field="ticketId")
    made = await link(caller, key, input.url)
    return TicketLinksLinkPayload.of(link=_shown(made), ticket_id=made.ticket_id)


@strawberry.input(description="A link to take away.")
class TicketLinksUnlinkInput:
    id: strawberry.ID = strawberry.field(description="The link.")


@strawberry.type(description="What `ticketLinksUnlink` answers.")
class TicketLinksUnlinkPayload(Payload):
    ticket: Ticket | None = reference("ticket_id", "The ticket that it was on.")


@mutation("Unlink a ticket from an issue elsewhere.", permission=MANAGE)
async def ticket_links_unlink(caller: Caller, input: TicketLinksUnlinkInput) -> TicketLinksUnlinkPayload:
    try:
        key = UUID(hex=input.id)
    except ValueError:
        raise Rejected("There is no such link.", field="id") from None
    gone = await unlink(caller, key)
    return TicketLinksUnlinkPayload.of(ticket_id=gone.ticket_id)


EXTENSION = GraphQLExtension(
    fields={
        "Ticket": TypeField(
            list[TicketLinksLink], load_links, "Issues elsewhere that it is about. For staff."
        )
    },
    mutations=[ticket_links_link, ticket_links_unlink],
)

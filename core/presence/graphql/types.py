"""Who is looking at a ticket, as an API type, and as a field of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.annotation import StrawberryAnnotation

from core.kit.graph import Request, attach, batched, one
from core.presence.queries import present_on

if TYPE_CHECKING:
    from core.identity.graphql import User


@strawberry.enum(description="What somebody does on a ticket right now.")
class PresenceDoing(Enum):
    VIEWING = strawberry.enum_value("VIEWING", description="Looks at it.")
    REPLYING = strawberry.enum_value("REPLYING", description="Writes an answer.")


@strawberry.type(description="That an agent is on a ticket right now. Ends 30 seconds after their last sign.")
class TicketPresence:
    user: Annotated[User, strawberry.lazy("core.identity.graphql")] | None = one("user_id", "Who.")
    doing: PresenceDoing = strawberry.field(description="What they do.")
    since: datetime = strawberry.field(description="Since when they are there.")


def presence_of(row: Any) -> TicketPresence:
    """The API's view of a row."""
    made = TicketPresence.__new__(TicketPresence)
    made.__dict__.update(user_id=row["user_id"], doing=PresenceDoing(row["doing"]), since=row["created_at"])
    return made


async def present_users(request: Request, parents: Sequence[Any]) -> Sequence[list[TicketPresence]]:
    """Who is on each of these tickets."""
    found = await present_on(request.viewer, [parent.row_key for parent in parents])
    return [[presence_of(row) for row in found[parent.row_key]] for parent in parents]


def attach_to_ticket() -> None:
    """Give tickets the agents who look at them."""
    made = batched((), present_users, "The agents on it right now, oneself included, at most 50; for staff.")
    attach("Ticket", "present_users", StrawberryAnnotation(list[TicketPresence]), made)


attach_to_ticket()

"""What is found: one interface, a type for each thing that can be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from core.kit.graph import Info, one
from core.search.asking import Asked
from core.search.queries import Hit, texts_of
from core.search.snippets import Part, snippet
from core.search.subjects import MESSAGE, ORGANIZATION, SUBJECTS, TICKET, USER, Subject

if TYPE_CHECKING:
    from core.customers.graphql import Organization
    from core.identity.graphql import User
    from core.tickets.graphql import Message, Ticket


@strawberry.enum(description="What can be found.")
class SearchType(Enum):
    TICKET = strawberry.enum_value("Ticket", description="Tickets, by title, number and external id.")
    MESSAGE = strawberry.enum_value("Message", description="What was said, private notes for those who may.")
    USER = strawberry.enum_value(
        "User", description="People, by name; by address, mobile and external id for those who may read them."
    )
    ORGANIZATION = strawberry.enum_value(
        "Organization", description="Organisations, by name, domain and external id."
    )


@strawberry.type(description="A piece of a snippet. Plain text: escape it as any other.")
class SnippetPart:
    text: str = strawberry.field(description="The text.")
    is_match: bool = strawberry.field(description="Whether it is what was searched for, to be marked.")


@strawberry.interface(
    description="Something that was found. New types may appear: select `snippet` always, the rest by type."
)
class SearchHit:
    asked: strawberry.Private[Asked]
    subject: strawberry.Private[Subject]
    subject_key: strawberry.Private[UUID]

    @strawberry.field(
        description="Why it was found, in a few hundred characters: what it is called, or of a message the piece "
        "around the first match. Empty once it is gone.",
        metadata={"cost": 1},
    )
    async def snippet(self, info: Info) -> list[SnippetPart]:
        asked, subject, viewer = self.asked, self.subject, info.context.viewer

        async def load(keys: list[UUID]) -> Sequence[list[Part]]:
            found = await texts_of(viewer, subject, keys)
            return [snippet(found.get(each, ()), asked.pattern) for each in keys]

        key = ("snippets", subject.name, asked.pattern)
        parts: list[Part] = await info.context.loader(key, load).load(self.subject_key)
        return [SnippetPart(text=each.text, is_match=each.is_match) for each in parts]


@strawberry.type(description="A ticket that was found.")
class TicketHit(SearchHit):
    ticket: Annotated[Ticket, strawberry.lazy("core.tickets.graphql")] | None = one(
        "subject_key", "The ticket; null once it is gone."
    )


@strawberry.type(description="A message that was found.")
class MessageHit(SearchHit):
    message: Annotated[Message, strawberry.lazy("core.tickets.graphql.types")] | None = one(
        "subject_key", "The message; null once it is gone."
    )


@strawberry.type(description="A person who was found.")
class UserHit(SearchHit):
    user: Annotated[User, strawberry.lazy("core.identity.graphql")] | None = one(
        "subject_key", "The person; null once they are gone."
    )


@strawberry.type(description="An organisation that was found.")
class OrganizationHit(SearchHit):
    organization: Annotated[Organization, strawberry.lazy("core.customers.graphql")] | None = one(
        "subject_key", "The organisation; null once it is gone."
    )


_BY_NAME: dict[str, type[SearchHit]] = {
    TICKET.name: TicketHit,
    MESSAGE.name: MessageHit,
    USER.name: UserHit,
    ORGANIZATION.name: OrganizationHit,
}
HIT_TYPES: tuple[type[SearchHit], ...] = tuple(_BY_NAME.values())


def subjects_of(types: Sequence[SearchType] | None) -> list[Subject]:
    """All of them unless some are named."""
    return [each for name, each in SUBJECTS.items() if types is None or SearchType(name) in types]


def hit_of(hit: Hit, asked: Asked) -> SearchHit:
    """The API's object for a hit."""
    cls = _BY_NAME[hit.subject.name]
    made = cls.__new__(cls)
    values: dict[str, Any] = made.__dict__
    values.update(asked=asked, subject=hit.subject, subject_key=hit.key)
    return made

"""What a plugin adds to the API.

The classes that its fields and mutations name are Strawberry's: `strawberry.type`, `strawberry.input`,
`strawberry.enum`. Their names begin with the plugin's, and their values are plain: whatever has to be worked out is
worked out by the functions named here, for all objects of an answer at once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Protocol
from uuid import UUID

import strawberry

from core.kit.graph import Payload, one
from core.kit.ids import key_of
from core.sdk.context import PluginContext

__all__ = [
    "Caller", "GraphQLExtension", "Mutation", "Parent", "Payload", "Ticket", "TypeField", "mutation", "reference",
    "ticket_key",
]  # fmt: skip

if TYPE_CHECKING:
    Ticket = Any
else:
    Ticket = Annotated["Ticket", strawberry.lazy("core.tickets.graphql")]
    """The product's type, for a `reference`."""


class Caller(PluginContext, Protocol):
    """Who asks, and their tenant. Whatever is done is done as they."""

    @property
    def user_id(self) -> UUID: ...

    @property
    def is_staff(self) -> bool:
        """Whether it is an agent or a machine, and not a customer."""
        ...

    @property
    def locale(self) -> str:
        """The language to answer in, as in `zh-Hans`."""
        ...


@dataclass(frozen=True, slots=True)
class Parent:
    """An object that the field is asked for on. `values` holds what the field `needs`, as the caller may see it."""

    key: UUID
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypeField:
    """A field on a type of the product, named as the plugin is, and null wherever the plugin has nothing to say, fails,
    is not enabled, or the caller lacks `permission`.

    `load(caller, parents)` gets all objects of one place in an answer, at most some hundreds, and answers a value for
    each in their order: of `returns`, None, or an exception for one that failed. It has 2 seconds.
    """

    returns: Any
    """A Strawberry type, a scalar, or a list of either."""
    load: Callable[[Caller, Sequence[Parent]], Awaitable[Sequence[Any]]]
    description: str
    needs: Sequence[str] = ()
    """Which of the type's own fields the function reads, by their Python names, as in `created_at`."""
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class Mutation:
    """What `mutation` makes of a function."""

    handler: Callable[[Caller, Any], Awaitable[Payload]]
    description: str
    permission: str | None = None

    @property
    def name(self) -> str:
        return self.handler.__name__


def mutation(
    description: str, *, permission: str | None = None
) -> Callable[[Callable[[Caller, Any], Awaitable[Payload]]], Mutation]:
    """Make a mutation of `async def name(caller: Caller, input: NameInput) -> NamePayload`. It runs in one transaction
    and has 5 seconds; it changes nothing when it raises. What it raises as `Rejected` is told as a user error at its
    `field`, as are AuthFailed and Unreachable. `permission` is needed to call it."""

    def declare(handler: Callable[[Caller, Any], Awaitable[Payload]]) -> Mutation:
        return Mutation(handler, description, permission)

    return declare


def ticket_key(global_id: str) -> UUID | None:
    """The key behind the id of a ticket, as the API has it; None for what is none."""
    return key_of(global_id, "tkt")


def reference(key: str, description: str) -> Any:
    """A field of a payload that leads to an object of the product: the payload is made with its UUID under the name
    `key`. Null where the caller may not see it. Annotate it as `Ticket | None`."""
    return one(key, description)


@dataclass(frozen=True, slots=True)
class GraphQLExtension:
    """All that a plugin adds to the API."""

    fields: Mapping[str, TypeField] = field(default_factory=dict)
    """By the name of the product's type, as in `Ticket`; one for each."""
    mutations: Sequence[Mutation] = ()

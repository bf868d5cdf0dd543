"""The fields a domain writes on the query root: lists of a type, and look-ups of one object."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from core.kit.database import fetch_value
from core.kit.database.sql import KeyBy
from core.kit.graph.connection import Connection
from core.kit.graph.fields import After, Before, First, Last
from core.kit.graph.filters import FILTERS, ExtraFilter, filter_of, mentions
from core.kit.graph.node import NodeType, registry
from core.kit.graph.orders import default_order, order_from, order_of
from core.kit.graph.paging import Order, page_of
from core.kit.graph.reading import ListPlan, Query, given, load_node, read_page
from core.kit.graph.request import Info, Request
from core.kit.graph.sources import Source, declared

Located = tuple[NodeType, UUID]
"""Which object: its type and its key."""

Sought = tuple[NodeType, KeyBy]
"""The same, where a statement says the key."""


@dataclass(frozen=True)
class Listing(Source):
    """A page of one type. `plan(request, **arguments)` says which; it raises what the list refuses."""

    plan: Callable[..., Awaitable[ListPlan]] = field(compare=False)


@dataclass(frozen=True)
class Lookup(Source):
    """One object, or several in a list. `find(request, **arguments)` says which; None for what is not there."""

    find: Callable[..., Awaitable[Located | Sought | Sequence[Located | None] | None]] = field(compare=False)


def listing(
    cls: type[Any],
    description: str,
    *,
    order: Sequence[str],
    descending: bool = False,
    permission: str | None = None,
    extras: Mapping[str, ExtraFilter] | None = None,
    where: str = "true",
    unless_filtered: Mapping[str, str] | None = None,
) -> Any:
    """A root list of a node type with its filter, order and pages. `unless_filtered` maps a field to the SQL condition
    that holds as long as the filter says nothing about that field."""
    target = registry.of(cls)
    Filter = filter_of(cls, **(extras or {}))
    Ordering = order_of(cls)
    default = Order(tuple(order), descending)
    shown = default_order(cls, default)
    usual = unless_filtered or {}

    async def plan(
        request: Request,
        first: int | None = 20,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: Any = UNSET,
        order_by: Any = shown,
    ) -> ListPlan:
        if permission is not None:
            request.require(permission)
        page = page_of(first, after, last, before)
        query = Query(viewer=request.viewer)
        if filter:
            FILTERS[target.name].compile(
                filter, Query(viewer=query.viewer)
            )  # its size, before anything is read
            own = await FILTERS[target.name].checked(request, filter)
            query.conditions.append(FILTERS[target.name].compile(own, query))
        query.conditions += [
            condition.format(t="t") for name, condition in usual.items() if not mentions(filter, name)
        ]
        return ListPlan(target, order_from(order_by, default), page, query, where=where)

    async def resolve(
        info: Info,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Any = UNSET,
        order_by: Any = shown,
    ) -> Any:
        planned = await plan(info.context, first, after, last, before, filter, order_by)
        return await read_page(info.context, planned)

    resolve.__annotations__["filter"] = Annotated[
        Filter | None, strawberry.argument(description="Only those that meet these conditions.")
    ]
    resolve.__annotations__["order_by"] = Annotated[
        list[Ordering] | None,  # type: ignore[valid-type]
        strawberry.argument(description="One or two keys of one direction; ties are broken by id."),
    ]
    resolve.__annotations__["return"] = Connection[cls] | None  # type: ignore[valid-type]
    return declared(Listing(plan), description=description, resolver=resolve)


def lookup(cls: type[Any], description: str) -> Any:
    """A root field that finds one object by its id. Null when there is none for this viewer."""

    async def find(
        info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The global id.")]
    ) -> UUID | None:
        info.context.viewer  # noqa: B018 - asks for a signed-in caller, whatever the id
        return key_among(cls, id)

    return found(cls, description)(find)


def key_among(cls: type[Any], global_id: str) -> UUID | None:
    """The key that a global id names, if it is one of this type."""
    located = registry.locate(global_id)
    return located[1] if located is not None and located[0].cls is cls else None


def found(cls: type[Any], description: str) -> Callable[[Callable[..., Awaitable[UUID | KeyBy | None]]], Any]:
    """A root field from a function `(info, …)` that says which key its arguments mean, or which statement finds it.
    Null when there is none for this viewer."""
    target = registry.of(cls)

    def declare(keyed: Callable[..., Awaitable[UUID | KeyBy | None]]) -> Any:
        async def find(request: Request, **arguments: Any) -> Any:
            key = await keyed(_Asked(request), **arguments)
            return None if key is None else (target, key)

        @wraps(keyed)
        async def resolve(info: Info, **arguments: Any) -> Any:
            key = await keyed(info, **arguments)
            if isinstance(key, KeyBy):
                key = await fetch_value(key.text, given(info.context, **key.values))
            return await load_node(info.context, target, key)

        keyed.__annotations__["return"] = cls | None
        return declared(Lookup(find), description=description, resolver=resolve)

    return declare


@dataclass(frozen=True, slots=True)
class _Asked:
    """As much of `info` as a look-up needs, where no resolver runs."""

    context: Request

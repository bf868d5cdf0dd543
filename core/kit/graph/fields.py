"""The fields a domain writes on its types."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import strawberry

from core.kit.graph.node import NodeType, innermost, registry, row_of
from core.kit.graph.paging import Page, page_of
from core.kit.graph.reading import (
    ListPlan,
    Query,
    load_list,
    load_long,
    load_node,
    many_order,
    read_page_of,
)
from core.kit.graph.request import Info
from core.kit.graph.sources import Batched, Key, Listed, Long, Many, One, declared

First = Annotated[
    int | None, strawberry.argument(description="How many from the front; at most 100, 20 unless told.")
]
After = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the back; at most 100.")]
Resume = Annotated[
    str | None,
    strawberry.argument(description="Only what follows this cursor; from now on where it is left out."),
]
Before = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]


class Target:
    """The type a relation leads to: read from the field's annotation once the schema stands."""

    def __init__(self) -> None:
        self.node_type: NodeType | None = None

    def of(self, info: Info) -> NodeType:
        if self.node_type is None:
            cls = innermost(info._field.type)
            definition = cls.__strawberry_definition__
            mapped = definition.type_var_map or getattr(definition.specialized_type_var_map, "copy", dict)()
            if mapped:
                cls = innermost(next(iter(mapped.values())))
            self.node_type = registry.of(cls)
        return self.node_type


def one(
    column: str,
    description: str,
    *,
    filter: bool = False,
    key: Key | None = None,
    deprecation_reason: str | None = None,
) -> Any:
    """The object whose key stands in `column`. Null when there is none or the viewer may not see it; non-null is for
    what is always there, is never deleted, and is everybody's to see. `key` tells the key in SQL where it depends on
    the viewer; `column` then is a name of its own."""
    target = Target()

    async def resolve(root: Any, info: Info) -> Any:
        found = root.__dict__.get(column)
        return None if found is None else await load_node(info.context, target.of(info), found)

    source = One(column, filter="id" if filter else None, key=key)
    return declared(source, description=description, resolver=resolve, deprecation_reason=deprecation_reason)


def paged(read: Callable[[Any, Info, Page], Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A resolver with the four arguments of pages, from `read(root, info, page)`."""

    async def resolve(
        root: Any,
        info: Info,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        return await read(root, info, page_of(first, after, last, before))

    return resolve


def many(
    by: str, description: str, *, order: tuple[str, ...] = (), descending: bool = False, where: str = "true"
) -> Any:
    """The objects whose `by` column holds our key, as a connection in a fixed order."""
    source = Many(by=by, order=order, descending=descending, where=where)
    target = Target()

    async def read(root: Any, info: Info, page: Page) -> Any:
        node_type = target.of(info)
        plan = ListPlan(node_type, many_order(source), page, Query(), by=by, where=where)
        # Two relations may be declared alike and lead to different types.
        return await read_page_of(info.context, plan, (node_type.name, source, page), root.row_key)

    return declared(source, description=description, resolver=paged(read))


def listed(
    link: str, parent: str, child: str, description: str, *, order: str = "id", where: str = "true"
) -> Any:
    """The objects linked to us, at most 100."""
    source = Listed(link, parent, child, order, where)
    target = Target()

    async def resolve(root: Any, info: Info) -> Any:
        return await load_list(info.context, source, target.of(info), root.row_key)

    return declared(source, description=description, resolver=resolve)


def batched(
    needs: Sequence[str],
    function: Callable[[Any, Sequence[Any]], Awaitable[Sequence[Any]]],
    description: str,
) -> Any:
    """A value that Python works out, for all parents of the answer at once: `function(request, parents)`."""

    async def resolve(root: Any, info: Info) -> Any:
        request = info.context

        async def load(parents: list[Any]) -> Sequence[Any]:
            return await function(request, parents)

        return await request.loader(("batched", function), load, by=row_of).load(root)

    return declared(Batched(needs, function), description=description, resolver=resolve)


def long(description: str, *, weight: int) -> Any:
    """A text of the column with the field's name that may be so long that it is read only where it is asked for. It
    costs `weight` points."""

    async def resolve(root: Any, info: Info) -> Any:
        return await load_long(info.context, registry.of(type(root)), info._field.python_name, root.row_key)

    return declared(Long(weight), description=description, resolver=resolve, cost=weight)


def attach(type_name: str, name: str, annotation: Any, made: Any) -> None:
    """Add a field to a type of another domain. It must be nullable or never fail, and its name must be free."""
    ATTACHED.append((type_name, name, annotation, made))


ATTACHED: list[tuple[str, str, Any, Any]] = []

"""Connections over several types at once, in the order of their ids (which is the order of time)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from core.kit.database import fetch
from core.kit.graph.connection import Connection
from core.kit.graph.fields import paged
from core.kit.graph.node import NodeType, registry
from core.kit.graph.paging import Order, Page, connect
from core.kit.graph.reading import ListPlan, Query, counter, given
from core.kit.graph.request import Info, Request
from core.kit.graph.sources import Merged, declared

BY_ID = Order((), descending=False)
Part = tuple[NodeType, str, str]
"""A type, its column that holds the parent's key, and a condition."""


def merged(parts: Sequence[tuple[str, str, str]], description: str) -> Any:
    """Objects of several types that point back, as one connection by time: names of types, each with its column that
    holds our key and a condition."""
    source = Merged(tuple(parts))

    async def read(root: Any, info: Info, page: Page) -> Any:
        known = [(registry.by_name[name], by, where) for name, by, where in source.parts]
        return await read_union_of(info.context, known, page, root.row_key)

    return declared(source, description=description, resolver=paged(read))


async def read_union_of(request: Request, parts: Sequence[Part], page: Page, parent: UUID) -> Connection[Any]:
    """A page over several types under one parent, read together with its siblings: one statement for each type."""
    plans = [ListPlan(target, BY_ID, page, Query(), by=by, where=where) for target, by, where in parts]

    async def load(parents: list[UUID]) -> Sequence[Connection[Any]]:
        grouped: dict[UUID, list[tuple[Any, ListPlan]]] = {each: [] for each in parents}
        for plan in plans:
            text, values = plan.whole_rows(request.viewer), plan.cursor_values()
            spread = f"select p.id as parent, x.* from unnest(:parents::uuid[]) p(id) cross join lateral ({text}) x"
            for row in await fetch(spread, given(request, parents=list(parents), **values)):
                grouped[row["parent"]].append((row, plan))
        return [_merge(rows, page, _counter(request, key, plans, each)) for each, rows in grouped.items()]

    key = ("union", tuple((target.name, by, where) for target, by, where in parts), page)
    found: Connection[Any] = await request.loader(key, load).load(parent)
    return found


def _merge(
    rows: list[tuple[Any, ListPlan]], page: Page, count: Callable[[int], Awaitable[int]]
) -> Connection[Any]:
    rows.sort(key=lambda each: each[0]["row_key"], reverse=page.backward)
    return connect(
        rows, page, lambda each: each[1].cursor(each[0]), lambda each: each[1].target.build(each[0]), count
    )


def _counter(
    request: Request, key: tuple[object, ...], plans: Sequence[ListPlan], parent: UUID
) -> Callable[[int], Awaitable[int]]:
    async def count(cap: int) -> int:
        parts = [await counter(request, plan, (*key, place), parent)(cap) for place, plan in enumerate(plans)]
        return min(sum(parts), cap)

    return count

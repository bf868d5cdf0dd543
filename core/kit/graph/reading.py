"""Carries declarations out: one statement per relation and level, whatever the number of parents."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import fetch
from core.kit.graph.connection import Connection
from core.kit.graph.node import NodeType
from core.kit.graph.paging import Order, Page, connect, read_cursor, write_cursor
from core.kit.graph.request import AnswerTooLarge, BadArgument, Request
from core.kit.graph.sources import Listed, Many

LARGEST_LIST = 100
MOST_VALUES = 1000
"""In one filter. Each is a condition that PostgreSQL plans and may try on every row."""


@dataclass
class Query:
    """Conditions on one table, and the values they name."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    viewer: Viewer | None = None
    """Whoever asks, for conditions on what not everybody may read."""
    parts: int = 0
    """Of the filter, counted while it is compiled."""

    def value(self, value: object) -> str:
        """A fresh parameter holding this value. Raises BadArgument for more than a thousand."""
        if len(self.values) >= MOST_VALUES:
            raise BadArgument("BAD_FILTER", "A filter names at most {limit} values.", limit=MOST_VALUES)
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def _given(request: Request, **values: object) -> dict[str, object]:
    return {**request.viewer.parameters(), "tenant": request.viewer.tenant_id, **values}


async def load_node(request: Request, node_type: NodeType, key: UUID | None) -> Any:
    """The object with this key if the viewer may see it, else None."""
    if key is None:
        return None

    async def load(keys: list[UUID]) -> Sequence[Any]:
        viewer = request.viewer
        text = (
            f"select {node_type.select(viewer, 't')} from {node_type.table} t"
            f" where t.id = any(:keys) and {node_type.visible(viewer, 't')}"
        )
        rows = await fetch(text, _given(request, keys=list(keys)))
        found = {row["row_key"]: node_type.build(row) for row in rows}
        return [found.get(each) for each in keys]

    return await request.loader(("node", node_type.name), load).load(key)


async def load_long(request: Request, node_type: NodeType, column: str, key: UUID) -> str:
    """A long text of an object that was read already. Raises AnswerTooLarge, and then none was fetched that does not
    fit in the answer any more."""

    async def load(keys: list[UUID]) -> Sequence[Any]:
        # Lengths are summed where the texts lie: what is too much never comes here.
        text = (
            "select x.id, x.total, case when x.total <= :left then x.value end as value from ("
            f"select t.id, t.{column} as value, sum(octet_length(t.{column})) over (order by t.id) as total"
            f" from {node_type.table} t where t.id = any(:keys) and {node_type.visible(request.viewer, 't')}) x"
        )
        rows = await fetch(text, _given(request, keys=list(keys), left=request.long_text_bytes))
        total = max((int(row["total"]) for row in rows), default=0)
        if total > request.long_text_bytes:
            raise AnswerTooLarge
        request.long_text_bytes -= total
        found = {row["id"]: row["value"] for row in rows}
        return [found.get(each, "") for each in keys]

    found: str = await request.loader(("long", node_type.name, column), load).load(key)
    return found


async def load_list(request: Request, source: Listed, target: NodeType, parent: UUID) -> list[Any]:
    """The objects linked to a parent, at most 100."""

    async def load(parents: list[UUID]) -> Sequence[list[Any]]:
        viewer = request.viewer
        text = (
            f"select p.id as parent, x.* from unnest(:parents::uuid[]) p(id) cross join lateral ("
            f"select {target.select(viewer, 't')} from {source.link} l join {target.table} t"
            f" on t.tenant_id = l.tenant_id and t.id = l.{source.child}"
            f" where l.tenant_id = :tenant and l.{source.parent} = p.id and ({source.where.format(t='t')})"
            f" and {target.visible(viewer, 't')} order by t.{source.order}, t.id limit {LARGEST_LIST}) x"
        )
        grouped: dict[UUID, list[Any]] = {each: [] for each in parents}
        for row in await fetch(text, _given(request, parents=list(parents))):
            grouped[row["parent"]].append(target.build(row))
        return [grouped[each] for each in parents]

    key = ("list", source.link, source.parent, source.child, source.where, target.name)
    found: list[Any] = await request.loader(key, load).load(parent)
    return found


@dataclass(frozen=True)
class ListPlan:
    """A page of one type: under a parent, or of the whole tenant."""

    target: NodeType
    order: Order
    page: Page
    query: Query
    by: str | None = None
    where: str = "true"

    def _kinds(self) -> list[str]:
        return [*(self.target.orders[name][1] for name in self.order.columns), "uuid"]

    def _sort(self, viewer: Viewer) -> list[str]:
        return [*(self.target.sort_key(viewer, name, "t") for name in self.order.columns), "t.id"]

    def _conditions(self, request: Request) -> list[str]:
        found = [
            self.target.visible(request.viewer, "t"),
            f"({self.where.format(t='t')})",
            *self.query.conditions,
        ]
        if self.by is not None:
            found.append(f"t.{self.by} = p.id")
        return found

    def _after(self, viewer: Viewer, values: dict[str, object]) -> list[str]:
        if self.page.cursor is None:
            return []
        read = read_cursor(self.order, self.page.cursor, self._kinds())
        names = []
        for place, (value, kind) in enumerate(zip(read, self._kinds(), strict=True)):
            values[f"c{place}"] = value
            # A number of a forged cursor may be larger than the column's type.
            names.append(f":c{place}::int8" if kind == "number" else f":c{place}")
        # A row comparison, so that the index finds the place; the spelled-out OR form would scan up to it.
        sign = "<" if self.order.descending != self.page.backward else ">"
        return [f"({', '.join(self._sort(viewer))}) {sign} ({', '.join(names)})"]

    def rows(self, request: Request) -> tuple[str, dict[str, object]]:
        values = dict(self.query.values)
        conditions = self._conditions(request) + self._after(request.viewer, values)
        direction = "desc" if self.order.descending != self.page.backward else "asc"
        sort = self._sort(request.viewer)
        text = (
            f"select {self.target.select(request.viewer, 't')},"
            f" {', '.join(f'{expression} as sort_{place}' for place, expression in enumerate(sort))}"
            f" from {self.target.table} t where {' and '.join(conditions)}"
            f" order by {', '.join(f'{expression} {direction}' for expression in sort)}"
            f" limit {self.page.limit}"
        )
        return text, values

    def counted(self, request: Request, cap: int) -> str:
        conditions = " and ".join(self._conditions(request))
        return f"select count(*) from (select 1 from {self.target.table} t where {conditions} limit {cap}) c"

    def cursor(self, row: Mapping[str, object]) -> str:
        places = range(len(self._kinds()))
        return write_cursor(self.order, [row[f"sort_{place}"] for place in places])


async def read_page(request: Request, plan: ListPlan) -> Connection[Any]:
    """A page of the tenant's objects of one type."""
    text, values = plan.rows(request)
    rows = await fetch(text, _given(request, **values))

    async def count(cap: int) -> int:
        found = await fetch(plan.counted(request, cap), _given(request, **plan.query.values))
        return int(found[0][0])

    return connect(rows, plan.page, plan.cursor, plan.target.build, count)


async def read_page_of(
    request: Request, plan: ListPlan, key: tuple[object, ...], parent: UUID
) -> Connection[Any]:
    """The page under one parent, read together with the same page of its siblings."""

    async def load(parents: list[UUID]) -> Sequence[Connection[Any]]:
        text, values = plan.rows(request)
        spread = (
            f"select p.id as parent, x.* from unnest(:parents::uuid[]) p(id) cross join lateral ({text}) x"
        )
        grouped: dict[UUID, list[Any]] = {each: [] for each in parents}
        for row in await fetch(spread, _given(request, parents=list(parents), **values)):
            grouped[row["parent"]].append(row)
        return [
            connect(
                grouped[each], plan.page, plan.cursor, plan.target.build, counter(request, plan, key, each)
            )
            for each in parents
        ]

    found: Connection[Any] = await request.loader(("page", *key), load).load(parent)
    return found


def counter(
    request: Request, plan: ListPlan, key: tuple[object, ...], parent: UUID
) -> Callable[[int], Awaitable[int]]:
    """Counts what one parent has up to a cap, together with what its siblings have."""

    async def count(cap: int) -> int:
        async def load(parents: list[UUID]) -> Sequence[int]:
            text = f"select p.id, ({plan.counted(request, cap)}) from unnest(:parents::uuid[]) p(id)"
            rows = await fetch(text, _given(request, parents=list(parents), **plan.query.values))
            found = {row[0]: int(row[1]) for row in rows}
            return [found[each] for each in parents]

        counted: int = await request.loader(("count", cap, *key), load).load(parent)
        return counted

    return count


def many_order(source: Many) -> Order:
    return Order(source.order, source.descending)

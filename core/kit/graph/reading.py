"""Carries declarations out: one statement per relation and level, whatever the number of parents."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import fetch, transaction
from core.kit.database.branches import apart
from core.kit.database.sql import Row
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
    of_one: bool = False
    """Whether it is asked of one row that is found already, again and again, and not of a table."""

    def value(self, value: object) -> str:
        """A fresh parameter holding this value. Raises BadArgument for more than a thousand."""
        if len(self.values) >= MOST_VALUES:
            raise BadArgument("BAD_FILTER", "A filter names at most {limit} values.", limit=MOST_VALUES)
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def given(request: Request, **values: object) -> dict[str, object]:
    """What every statement may name: the viewer's values and the tenant, and these."""
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
        rows = await fetch(text, given(request, keys=list(keys)))
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
        rows = await fetch(text, given(request, keys=list(keys), left=request.long_text_bytes))
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
        for row in await fetch(text, given(request, parents=list(parents))):
            grouped[row["parent"]].append(target.build(row))
        return [grouped[each] for each in parents]

    key = ("list", source.link, source.parent, source.child, source.where, target.name)
    found: list[Any] = await request.loader(key, load).load(parent)
    return found


def _count_of(rows: str, cap: int) -> str:
    return f"select count(*) from ({rows} limit {cap}) c"


@dataclass(frozen=True)
class ListPlan:
    """A page of one type: under a parent, or of the whole tenant."""

    target: NodeType
    order: Order
    page: Page
    query: Query
    by: str | None = None
    where: str = "true"
    alias: str = "t"
    parent: str = "p.id"
    """SQL for the parent's key, where `by` names a column that holds it."""
    mark: str = "c"
    """What the parameters of the cursor begin with."""

    def _kinds(self) -> list[str]:
        return [*(self.target.orders[name][1] for name in self.order.columns), "uuid"]

    def sort(self, viewer: Viewer) -> list[str]:
        """What the list is ordered by: SQL expressions, the key last."""
        keys = (self.target.sort_key(viewer, name, self.alias) for name in self.order.columns)
        return [*keys, f"{self.alias}.id"]

    def _conditions(self, viewer: Viewer, sight: str) -> list[str]:
        where = self.where.format(t=self.alias)
        found = [self.target.where(self.alias, sight), f"({where})", *self.query.conditions]
        if self.by is not None:
            found.append(f"{self.alias}.{self.by} = {self.parent}")
        return found

    def cursor_values(self) -> dict[str, object]:
        """The values that the page's cursor holds, for `rows`. Raises BadArgument for a cursor made elsewhere."""
        if self.page.cursor is None:
            return {}
        read = read_cursor(self.order, self.page.cursor, self._kinds())
        return {f"{self.mark}{place}": value for place, value in enumerate(read)}

    def _after(self, viewer: Viewer) -> list[str]:
        if self.page.cursor is None:
            return []
        # A number of a forged cursor may be larger than the column's type.
        names = [
            f":{self.mark}{place}" + ("::int8" if kind == "number" else "")
            for place, kind in enumerate(self._kinds())
        ]
        # A row comparison, so that the index finds the place; the spelled-out OR form would scan up to it.
        sign = "<" if self.order.descending != self.page.backward else ">"
        return [f"({', '.join(self.sort(viewer))}) {sign} ({', '.join(names)})"]

    def ordering(self, viewer: Viewer) -> str:
        """The ORDER BY clause in which the page's rows come; backward pages come from the end."""
        direction = "desc" if self.order.descending != self.page.backward else "asc"
        return "order by " + ", ".join(f"{expression} {direction}" for expression in self.sort(viewer))

    def rows(self, viewer: Viewer, select: str) -> str:
        """The statement for the page and one row more, with this select list."""
        conditions = self._conditions(viewer, self.target.sight(viewer, self.alias)) + self._after(viewer)
        return (
            f"select {select} from {self.target.table} {self.alias} where {' and '.join(conditions)}"
            f" {self.ordering(viewer)} limit {self.page.limit}"
        )

    def whole_rows(self, viewer: Viewer) -> str:
        """The same with every column of the type and the values that cursors are made of."""
        sort = (f"{each} as sort_{place}" for place, each in enumerate(self.sort(viewer)))
        return self.rows(viewer, f"{self.target.select(viewer, self.alias)}, {', '.join(sort)}")

    def counted(self, viewer: Viewer, cap: int) -> str:
        """The statement that counts up to a cap. Of the whole tenant's list it is for `count_lists` to ask."""
        sight = self.target.sight(viewer, self.alias)
        if self.by is not None:
            # In the order of the list, so that the index that serves its pages serves its count.
            return _count_of(f"{self._found(viewer, sight)} {self.ordering(viewer)}", cap)
        ways = [self._found(viewer, each) for each in apart(sight)]
        if len(ways) > 1:
            ways = [f"({each} limit {cap})" for each in ways]
        return _count_of(" union all ".join(ways), cap)

    def _found(self, viewer: Viewer, sight: str) -> str:
        conditions = " and ".join(self._conditions(viewer, sight))
        return f"select 1 from {self.target.table} {self.alias} where {conditions}"

    def cursor(self, row: Mapping[str, object]) -> str:
        places = range(len(self._kinds()))
        return write_cursor(self.order, [row[f"sort_{place}"] for place in places])


async def read_page(request: Request, plan: ListPlan) -> Connection[Any]:
    """A page of the tenant's objects of one type."""
    values = {**plan.query.values, **plan.cursor_values()}
    rows = await fetch(plan.whole_rows(request.viewer), given(request, **values))

    async def count(cap: int) -> int:
        return (await count_lists(request, [plan], cap))[0]

    return connect(rows, plan.page, plan.cursor, plan.target.build, count)


def joined(texts: Sequence[str]) -> str:
    """One statement for several: the place of the one that a row is of comes first, its place there second."""
    parts = (
        f"select {place} as place, row_number() over () as rank, s.* from ({text}) s"
        for place, text in enumerate(texts)
    )
    return " union all ".join(parts) + " order by 1, 2"


K = TypeVar("K")


def together(keyed: Sequence[tuple[K, ListPlan]]) -> list[list[tuple[K, ListPlan]]]:
    """Plans that can be read by one statement: of one order, naming values of one dictionary."""
    groups: dict[object, list[tuple[K, ListPlan]]] = {}
    for key, plan in keyed:
        groups.setdefault((plan.order, id(plan.query.values)), []).append((key, plan))
    return list(groups.values())


async def read_pages(request: Request, plans: Sequence[ListPlan]) -> list[Connection[Any]]:
    """Pages of several lists of the tenant, those that can be in one statement."""
    found: dict[int, Connection[Any]] = {}
    for keyed in together(list(enumerate(plans))):
        texts = [plan.whole_rows(request.viewer) for _, plan in keyed]
        values = {**keyed[0][1].query.values, **keyed[0][1].cursor_values()}
        rows: list[list[Any]] = [[] for _ in keyed]
        for row in await fetch(joined(texts), given(request, **values)):
            rows[row[0]].append(row)
        for (key, plan), own in zip(keyed, rows, strict=True):
            found[key] = connect(own, plan.page, plan.cursor, plan.target.build, _counter(request, plan))
    return [found[place] for place in range(len(plans))]


MOST_COUNTED = 50
"""Of one statement."""


async def count_lists(request: Request, plans: Sequence[ListPlan], cap: int) -> list[int]:
    """How much each list has, up to a cap; many by one statement."""
    found: dict[int, int] = {}
    for _, group in groupby(
        enumerate(plans), key=lambda each: (id(each[1].query.values), each[0] // MOST_COUNTED)
    ):
        counted = list(group)
        texts = ", ".join(f"({plan.counted(request.viewer, cap)})" for _, plan in counted)
        rows = await _fetch_planned_anew(f"select {texts}", given(request, **counted[0][1].query.values))
        found |= zip((place for place, _ in counted), map(int, rows[0].values()), strict=True)
    return [found[place] for place in range(len(plans))]


FOR_COUNTS = (
    "set local plan_cache_mode = force_custom_plan; set local constraint_exclusion = on;"
    " set local enable_seqscan = off; set local jit = off"
)
"""Counts have no order, for which PostgreSQL may have to read and sort all there is. In turn it expects to meet enough
rows soon, wherever it begins, and would read the table as it lies, other tenants' rows too. Planned for these values,
a way that the list rules out is not gone, and indexes of few among many are found."""


async def _fetch_planned_anew(text: str, values: Mapping[str, object]) -> list[Row]:
    async with transaction(local=FOR_COUNTS):
        return await fetch(text, values)


def _counter(request: Request, plan: ListPlan) -> Callable[[int], Awaitable[int]]:
    async def count(cap: int) -> int:
        async def load(plans: list[ListPlan]) -> Sequence[int]:
            return await count_lists(request, plans, cap)

        key = ("counts", cap, id(plan.query.values))
        counted: int = await request.loader(key, load, by=id).load(plan)
        return counted

    return count


async def read_page_of(
    request: Request, plan: ListPlan, key: tuple[object, ...], parent: UUID
) -> Connection[Any]:
    """The page under one parent, read together with the same page of its siblings."""

    async def load(parents: list[UUID]) -> Sequence[Connection[Any]]:
        values, text = {**plan.query.values, **plan.cursor_values()}, plan.whole_rows(request.viewer)
        spread = (
            f"select p.id as parent, x.* from unnest(:parents::uuid[]) p(id) cross join lateral ({text}) x"
        )
        grouped: dict[UUID, list[Any]] = {each: [] for each in parents}
        for row in await fetch(spread, given(request, parents=list(parents), **values)):
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
            text = f"select p.id, ({plan.counted(request.viewer, cap)}) from unnest(:parents::uuid[]) p(id)"
            rows = await fetch(text, given(request, parents=list(parents), **plan.query.values))
            found = {row[0]: int(row[1]) for row in rows}
            return [found[each] for each in parents]

        counted: int = await request.loader(("count", cap, *key), load).load(parent)
        return counted

    return count


def many_order(source: Many) -> Order:
    return Order(source.order, source.descending)

"""One SELECT of a compiled read: a table, what joins it one to one, and what hangs on each of its rows.

The outermost level gives rows, whose values asyncpg types; those within give JSON arrays, one for each row above.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.graphql.compiled.schema import NotCompilable
from core.kit.context import Viewer
from core.kit.graph.node import NodeType
from core.kit.graph.paging import Page
from core.kit.graph.reading import LARGEST_LIST, ListPlan
from core.kit.graph.sources import Listed

MOST_ARGUMENTS = 100
"""Of one PostgreSQL function, `json_build_array` among them."""

Pages = Sequence[Page]


class Nested(Protocol):
    """An expression in a select list that depends on how the request pages."""

    def sql(self, pages: Pages) -> str: ...


@dataclass(eq=False)
class Level:
    """What is read of one table in one place of a document."""

    node_type: NodeType
    alias: str
    viewer: Viewer
    is_outermost: bool = False
    slots: list[str | Nested] = field(default_factory=list)
    joins: dict[tuple[str, str], str] = field(default_factory=dict)
    _joined: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def slot(self, expression: str) -> int:
        """The place of a value in this level's rows."""
        if expression not in self._places:
            self._places[expression] = len(self.slots)
            self.slots.append(expression)
        return self._places[expression]

    def nest(self, nested: Nested) -> int:
        self.slots.append(nested)
        return len(self.slots) - 1

    def join(self, target: NodeType, key: str, alias: str) -> str:
        """The alias under which the object with this key is joined, if the viewer may see it: `alias`, unless it is
        joined already."""
        known = self.joins.get((target.name, key))
        if known is not None:
            return known
        self.joins[target.name, key] = alias
        if key.startswith("("):
            # Apart: behind row-level security, no index serves a comparison with what a sub-select finds.
            self._joined.append(f" left join lateral {key} {alias}_key(id) on true")
            key = f"{alias}_key.id"
        self._joined.append(
            f" left join {target.table} {alias} on {alias}.id = {key} and {target.visible(self.viewer, alias)}"
        )
        return alias

    def select(self, pages: Pages) -> str:
        """The select list."""
        return ", ".join(each if isinstance(each, str) else each.sql(pages) for each in self.slots)

    @property
    def joined(self) -> str:
        return "".join(self._joined)

    def array(self, inner: str, ordering: str, pages: Pages) -> str:
        """The rows as one JSON array of arrays; null when there are none."""
        if len(self.slots) > MOST_ARGUMENTS:
            raise NotCompilable(f"more than {MOST_ARGUMENTS} values of one {self.node_type.name} in a list")
        return (
            f"(select json_agg(x.j) from (select json_build_array({self.select(pages)}) as j"
            f" from ({inner}) {self.alias}{self.joined} {ordering}) x)"
        )


@dataclass(frozen=True)
class NestedPage:
    """A page under each row: `plan` is its list, `index` its place among the request's pages."""

    level: Level
    plan: ListPlan
    index: int

    def sql(self, pages: Pages) -> str:
        plan, viewer = placed(self.plan, pages[self.index]), self.level.viewer
        return self.level.array(plan.rows(viewer, f"{plan.alias}.*"), plan.ordering(viewer), pages)


@dataclass(frozen=True)
class NestedCount:
    """How many rows a page's list has, up to a cap."""

    plan: ListPlan
    viewer: Viewer
    cap: int

    def sql(self, _pages: Pages) -> str:
        return f"({self.plan.counted(self.viewer, self.cap + 1)})"


@dataclass(frozen=True)
class NestedList:
    """A short list through a link table."""

    level: Level
    source: Listed
    parent: str

    def sql(self, pages: Pages) -> str:
        source, target, t = self.source, self.level.node_type, self.level.alias
        ordering = f"order by {t}.{source.order}, {t}.id"
        inner = (
            f"select {t}.* from {source.link} l join {target.table} {t} on {t}.tenant_id = l.tenant_id"
            f" and {t}.id = l.{source.child} where l.tenant_id = :tenant and l.{source.parent} = {self.parent}"
            f" and ({source.where.format(t=t)}) and {target.visible(self.level.viewer, t)}"
            f" {ordering} limit {LARGEST_LIST}"
        )
        return self.level.array(inner, ordering, pages)


def placed(plan: ListPlan, page: Page) -> ListPlan:
    """The same list at another page."""
    return replace(plan, page=page)

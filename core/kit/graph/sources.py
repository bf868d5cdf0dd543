"""Where a field's value comes from. A domain declares; readers carry it out, now row by row set, later compiled.

column()   a column or an SQL expression of the type's own table
one()      the object a column points to
many()     the objects that point back, as a connection
merged()   the same of several types at once, by time
listed()   a short bounded list through a link table
batched()  Python, all parents of the answer at once
planned()  a page of another type's list that Python plans for each parent
long()     a column of long text, read only where it is asked for
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import strawberry
from strawberry.types import Info as StrawberryInfo
from strawberry.types.field import StrawberryField

from core.kit.context import Viewer

_KEY = "deskgraph"

Guard = Callable[[Viewer, str], str]
"""`(viewer, alias) -> SQL condition` under which a column's value is shown; otherwise it is null."""

Key = Callable[[Viewer, str], str]
"""`(viewer, alias) -> SQL expression` for the key of what a relation leads to."""

Render = Callable[..., Any]
"""`(value, request, **arguments)`: what is answered for a value that was read, without reading more."""


class Source:
    """What all declarations share."""

    def needs(self) -> set[str]:
        """Plain columns of the own table that must be read for this field."""
        return set()


@dataclass(frozen=True)
class Column(Source):
    """A column of the same name unless `sql` gives an expression in which `{t}` is the table. `outside` names the
    column that those who are not staff read in its place, or gives such an expression; `render` makes the answer of
    what was read, which arguments and the caller's language may decide."""

    name: str
    sql: str | None = None
    outside: str | None = None
    guard: Guard | None = None
    decode: Callable[[Any], Any] | None = None
    filter: str | None = None
    order: str | None = None
    render: Render | None = field(default=None, compare=False)

    def expression(self, viewer: Viewer, alias: str) -> str:
        plain = self.plain(viewer, alias)
        condition = self.guard(viewer, alias) if self.guard else "true"
        if condition == "true":
            return plain
        return "null" if condition == "false" else f"case when {condition} then {plain} end"

    def plain(self, viewer: Viewer, alias: str) -> str:
        if self.outside and not viewer.is_staff:
            return self.outside.format(t=alias) if "{t}" in self.outside else f"{alias}.{self.outside}"
        return self.sql.format(t=alias) if self.sql else f"{alias}.{self.name}"


@dataclass(frozen=True)
class One(Source):
    """The object whose key is in `column` of the parent; null when it is not the viewer's to see. Where the key depends
    on the viewer, `key` gives an SQL expression for it, and `column` is only its name."""

    column: str
    filter: str | None = None
    key: Key | None = None

    def needs(self) -> set[str]:
        return set() if self.key else {self.column}

    def expression(self, viewer: Viewer, alias: str) -> str:
        return self.key(viewer, alias) if self.key else f"{alias}.{self.column}"


@dataclass(frozen=True)
class Many(Source):
    """The objects whose `by` column holds the parent's key. In `where`, `{t}` is their table."""

    by: str
    order: tuple[str, ...] = ()
    descending: bool = False
    where: str = "true"


@dataclass(frozen=True)
class Merged(Source):
    """Objects of several types that point back, by time: names of types, their columns that hold the parent's key, and
    conditions in which `{t}` is their table."""

    parts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Listed(Source):
    """Objects through a link table: `link.parent` holds our key, `link.child` theirs. At most 100. In `where`, `{t}` is
    their table."""

    link: str
    parent: str
    child: str
    order: str = "id"
    where: str = "true"


@dataclass(frozen=True)
class Batched(Source):
    """`function(request, parents, **arguments)` gets all parents at once and answers in their order."""

    columns: Sequence[str]
    function: Callable[..., Awaitable[Sequence[Any]]] = field(compare=False)
    computed: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Further attributes of the parents, by the SQL expressions that give them."""

    def needs(self) -> set[str]:
        return {*self.columns, *self.computed}


@dataclass(frozen=True)
class Planned(Source):
    """A page of another type's list under each parent: `plan(request, parents, **arguments)` says which, for all
    parents at once, and raises what it refuses. Plans that name values of the same dictionary are read together."""

    columns: Sequence[str]
    plan: Callable[..., Awaitable[Sequence[Any]]] = field(compare=False)

    def needs(self) -> set[str]:
        return set(self.columns)


@dataclass(frozen=True)
class Long(Source):
    """A text that may be too long to be read with every row of its table. Each costs `weight` points."""

    weight: int


def declared(
    source: Source, *, description: str, resolver: Any = None, cost: int | None = None, **options: Any
) -> Any:
    """A Strawberry field that remembers its source, and what it costs where that is not the usual."""
    metadata = {_KEY: source} if cost is None else {_KEY: source, "cost": cost}
    made = strawberry.field(resolver=resolver, description=description, metadata=metadata, **options)
    return made


def source_of(each: StrawberryField) -> Source | None:
    kept: Mapping[Any, Any] = each.metadata or {}
    return cast("Source | None", kept.get(_KEY))


def column(
    description: str,
    *,
    name: str = "",
    sql: str | None = None,
    outside: str | None = None,
    guard: Guard | None = None,
    decode: Callable[[Any], Any] | None = None,
    filter: str | None = None,
    order: str | None = None,
    render: Render | None = None,
    deprecation_reason: str | None = None,
) -> Any:
    """A value from the type's own table. `filter` names the operators it may be filtered by: id, string, word (a
    text that is in lower case always), number, datetime, boolean, or the name of an enum registered with
    `filters.enum_filter`. `order` makes it a sort key and names its kind: string, number, datetime. `render` makes
    the answer of the value and the request."""
    source = Column(
        name=name,
        sql=sql,
        outside=outside,
        guard=guard,
        decode=decode,
        filter=filter,
        order=order,
        render=render,
    )
    resolver = _rendering(render) if render else None
    return declared(source, description=description, resolver=resolver, deprecation_reason=deprecation_reason)


def _rendering(render: Render) -> Any:
    def resolve(root: Any, info: StrawberryInfo) -> Any:
        return render(root.__dict__[info._field.python_name], info.context)

    return resolve

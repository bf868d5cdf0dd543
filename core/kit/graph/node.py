"""Types that have an id. A type says once which table it is read from and which of its rows a viewer may see;
every way to reach it (by id, by relation, in a list) asks here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from strawberry.types.base import StrawberryContainer

from core.kit.context import Viewer
from core.kit.graph.sources import Batched, Column, One, Source, source_of
from core.kit.ids import split_global, to_global

Sight = Callable[[Viewer, str], str]
"""`(viewer, table alias) -> SQL condition`: which rows this viewer may see. May name `:me`, `:my_groups`,
`:my_organization`. The text depends on the viewer's shape only. The tenant is added by the reader."""

T = TypeVar("T")


@strawberry.interface(
    description="Anything with a global id: `<type prefix>_<32 hex digits>`, never reused, never parsed by clients."
)
class Node:
    id: strawberry.ID = strawberry.field(description="The global id.")


@dataclass(eq=False)
class NodeType:
    """How one type is read."""

    cls: type[Any]
    name: str
    prefix: str
    table: str
    sight: Sight
    tenant_column: str = "tenant_id"
    is_few: bool = False
    """A tenant has so few of them that a list may read them all."""
    within: str | None = None
    """A column that sight fixes to one value, so that indexes may lead with it."""
    columns: dict[str, Column] = field(default_factory=dict)
    relations: dict[str, One] = field(default_factory=dict)
    orders: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Order name to SQL expression and kind. Every one is not null and served by an index that starts with it."""
    needs: set[str] = field(default_factory=set)

    def adopt(self, attribute: str, source: Source) -> None:
        """Take a declared field into account; plugins' and other domains' additions come the same way."""
        if isinstance(source, Column):
            source = source if source.name else replace(source, name=attribute)
            self.columns[attribute] = source
            if source.order and source.guard:
                raise ValueError(f"{self.name}.{attribute} is not everybody's to read, so it orders no list")
            if source.order:
                self.orders[attribute.upper()] = (source.sql or f"{{t}}.{source.name}", source.order)
        if isinstance(source, One):
            self.relations[attribute] = source
        if isinstance(source, Batched):
            self.columns |= {name: Column(name=name, sql=sql) for name, sql in source.computed.items()}
        self.needs.update(source.needs())

    def select(self, viewer: Viewer, alias: str) -> str:
        """The select list: every declared column, and the plain columns that relations start from."""
        parts = [f"{alias}.id as row_key"]
        parts += [f"{column.expression(viewer, alias)} as {name}" for name, column in self.columns.items()]
        parts += [f"{alias}.{name} as {name}" for name in sorted(self.needs - self.columns.keys() - {"id"})]
        parts += [f"{one.key(viewer, alias)} as {one.column}" for one in self.relations.values() if one.key]
        return ", ".join(parts)

    def sort_key(self, viewer: Viewer, order: str, alias: str) -> str:
        """The SQL expression that an order of this name sorts by, for this viewer."""
        column = self.columns.get(order.lower())
        if column is not None and column.order:
            return column.plain(viewer, alias)
        return self.orders[order][0].format(t=alias)

    def visible(self, viewer: Viewer, alias: str) -> str:
        return self.where(alias, self.sight(viewer, alias))

    def where(self, alias: str, sight: str) -> str:
        """The tenant's rows in this sight, which is the viewer's or a part of it."""
        return f"{alias}.{self.tenant_column} = :tenant and ({sight})"

    def reached(self, viewer: Viewer, key: str) -> str:
        """A key as this viewer meets it: null where they may not see the row it names. `key` is an SQL expression."""
        sight = self.sight(viewer, "seen")
        if sight == "true":
            return key
        if sight == "false":
            return "null::uuid"
        return f"(select seen.id from {self.table} seen where seen.id = {key} and {self.visible(viewer, 'seen')})"

    def target_of(self, attribute: str) -> "NodeType":
        """The type that a relation leads to; known once the schema stands."""
        fields = self.cls.__strawberry_definition__.fields
        return registry.of(innermost(next(each.type for each in fields if each.python_name == attribute)))

    def build(self, row: Any) -> Any:
        """An object of the type from a row, without the cost of its constructor."""
        cls: Any = self.cls
        made = cls.__new__(cls)
        values = made.__dict__
        for name, value in row.items():
            column = self.columns.get(name)
            values[name] = (
                column.decode(value) if column is not None and column.decode and value is not None else value
            )
        values["id"] = to_global(self.prefix, row["row_key"])
        return made


def innermost(annotation: Any) -> Any:
    """The class within optional, list and connection wrappers of a resolved Strawberry type."""
    while isinstance(annotation, StrawberryContainer):
        annotation = annotation.of_type
    if hasattr(annotation, "resolve_type"):
        annotation = annotation.resolve_type()
    return annotation


def row_of(loaded: Any) -> UUID:
    """The key of the row that an object was built from. It tells objects apart for loaders; `id` would not, since
    Python gives it again once an object is gone."""
    key: UUID = loaded.row_key
    return key


class Registry:
    """Every type with an id, by name and by prefix."""

    def __init__(self) -> None:
        self.by_name: dict[str, NodeType] = {}
        self.by_prefix: dict[str, NodeType] = {}

    def __iter__(self) -> Iterator[NodeType]:
        return iter(self.by_name.values())

    def add(self, node_type: NodeType) -> None:
        """Raises ValueError when another type has the name or the prefix."""
        if node_type.name in self.by_name or node_type.prefix in self.by_prefix:
            raise ValueError(f"{node_type.name} ({node_type.prefix}) is registered already")
        self.by_name[node_type.name] = node_type
        self.by_prefix[node_type.prefix] = node_type

    def of(self, cls: type[Any]) -> NodeType:
        return self.by_name[cls.__name__]

    def locate(self, global_id: str) -> tuple[NodeType, UUID] | None:
        """Which type and key a global id names, or None for what is not an id of ours."""
        parts = split_global(global_id)
        found = self.by_prefix.get(parts[0]) if parts else None
        return (found, parts[1]) if found and parts else None


registry = Registry()


def node(
    *,
    prefix: str,
    table: str,
    sight: Sight,
    description: str,
    orders: Mapping[str, tuple[str, str]] | None = None,
    tenant_column: str = "tenant_id",
    is_few: bool = False,
    within: str | None = None,
) -> Callable[[type[T]], type[T]]:
    """Declare a type with an id. `orders` adds sort keys that are not fields: name to SQL expression and kind
    (string, number, datetime). `is_few` says that a tenant has a few hundred at most, `within` names a column that
    sight fixes to one value; of all others, what lists are ordered by and relations they are filtered by must be served
    by an index, or the server does not start."""

    def declare(cls: type[T]) -> type[T]:
        made: Any = strawberry.type(cls, description=description)
        node_type = NodeType(
            cls=made, name=made.__name__, prefix=prefix, table=table, sight=sight, tenant_column=tenant_column,
            is_few=is_few, within=within,
        )  # fmt: skip
        node_type.orders.update(orders or {})
        for each in made.__strawberry_definition__.fields:
            source = source_of(each)
            if source is not None:
                node_type.adopt(each.python_name, source)
        registry.add(node_type)
        return made  # type: ignore[no-any-return]

    return declare

"""From what a document selects to SQL and generated Python: one walk over the selection, guided by the declarations.

The walk fills levels (what SQL reads) and writes expressions (what Python builds of a row `r`). A field it cannot read
is left to graphql-core for each object, and noted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from tortoise import fields as columns

from core.graphql.compiled.arguments import Given, given_by
from core.graphql.compiled.completing import completer
from core.graphql.compiled.fills import BatchedFill, Fill, LongFill, PlainFill
from core.graphql.compiled.leaves import NAMES, as_answered, as_typed
from core.graphql.compiled.level import Level, NestedCount, NestedList, NestedPage
from core.graphql.compiled.pages import NAMES as PAGE_NAMES
from core.graphql.compiled.pages import Cursors
from core.graphql.compiled.schema import Declarations, NotCompilable
from core.graphql.compiled.selection import Fields, Selection
from core.kit.context import Viewer
from core.kit.graph.connection import LARGEST_COUNT
from core.kit.graph.node import NodeType, registry
from core.kit.graph.paging import Order, Page
from core.kit.graph.reading import ListPlan, Query, many_order
from core.kit.graph.sources import Batched, Column, Listed, Long, Many, Merged, One

BY_ID = Order((), descending=False)
_ANY_PAGE = Page(size=0, backward=False, cursor=None)


@dataclass
class Built:
    """What the walk found: generated functions and what they name, and what each request brings."""

    constants: dict[str, object] = field(default_factory=lambda: {**NAMES, **PAGE_NAMES})
    functions: list[str] = field(default_factory=list)
    paged: list[tuple[Given, ListPlan]] = field(default_factory=list)
    """The connections within, by their place among the request's pages."""
    arguments: list[Given] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    caps: list[int] = field(default_factory=list)
    """Of the outermost connection's counts, one statement each."""
    longs: int = 0
    """How many long texts are read inline."""
    notes: list[str] = field(default_factory=list)
    """What graphql-core answers object by object, and why."""


class Planner:
    """Walks one root field's selection for one shape of viewer."""

    def __init__(self, declarations: Declarations, selection: Selection, viewer: Viewer) -> None:
        self._declarations = declarations
        self._selection = selection
        self._viewer = viewer
        self._numbers = count(1)
        self.built = Built()

    # --- names of the generated code ------------------------------------------------------------

    def _bind(self, value: object) -> str:
        name = f"v{next(self._numbers)}"
        self.built.constants[name] = value
        return name

    def _function(self, head: str, *lines: str) -> str:
        """Write a function and return its name. `head` is its parameters."""
        name = f"f{next(self._numbers)}"
        self.built.functions.append("\n".join([f"def {name}({head}):", *(f"    {line}" for line in lines)]))
        return name

    def _given(self, definition: GraphQLField, node: FieldNode) -> Given:
        return given_by(self._declarations, self._selection, definition, node)

    def _alias(self) -> str:
        return f"t{next(self._numbers)}"

    # --- objects --------------------------------------------------------------------------------

    def object(
        self,
        level: Level,
        alias: str,
        node_type: NodeType,
        object_type: GraphQLObjectType,
        fields: Fields,
    ) -> str:
        """An expression for the answer's object, from a row `r` of the level."""
        here = _Place(level, alias, node_type, object_type)
        parts: list[str] = []
        holds: list[str] = []
        for name, details in self._selection.within(object_type, fields).items():
            value = self._field(here, name, details, holds)
            parts.append(f"{name!r}: {value}")
        made = "{" + ", ".join(parts) + "}"
        for hold in holds:
            made = f"{hold}({made}, r)"
        return made

    def built_object(self, level: Level, object_type: GraphQLObjectType, fields: Fields) -> str:
        """A generated function that makes the object of a row of this level."""
        return self._function(
            "r", f"return {self.object(level, level.alias, level.node_type, object_type, fields)}"
        )

    def _field(self, here: "_Place", name: str, details: Fields, holds: list[str]) -> str:
        node = details[0].node
        if node.name.value == "__typename":
            return repr(here.object_type.name)
        definition = here.object_type.fields[node.name.value]
        try:
            return self._read(here, name, definition, details, holds)
        except NotCompilable as reason:
            self.built.notes.append(f"{here.object_type.name}.{node.name.value}: {reason}")
            fill = PlainFill(name, here.object_type, details)
            holds.append(self._hold(fill, self._whole(here)))
            return "None"

    def _read(
        self, here: "_Place", name: str, definition: GraphQLField, details: Fields, holds: list[str]
    ) -> str:
        declared = self._declarations.field(definition)
        source = self._declarations.source(definition)
        if declared is None:
            raise NotCompilable("not declared by a domain")
        if source is None and declared.python_name == "id":
            return self._id(here)
        match source:
            case Column():
                column = here.node_type.columns[declared.python_name]
                return self._column(here, column, definition, details[0].node)
            case One():
                return self._one(here, source, definition, details)
            case Many():
                return self._many(here, source, definition, details)
            case Listed():
                return self._listed(here, source, definition, details)
            case Merged():
                return self._merged(here, source, definition, details)
            case Long():
                return self._long(here, name, declared.python_name, holds)
            case Batched():
                return self._batched(here, name, source, definition, details, holds)
        raise NotCompilable("worked out object by object")

    def _id(self, here: "_Place") -> str:
        key = here.key()
        prefix = here.node_type.prefix
        text = f"{key}.replace('-', '')" if here.is_json else f"{key}.hex"
        return f"'{prefix}_' + {text}"

    def _column(self, here: "_Place", column: Column, definition: GraphQLField, node: FieldNode) -> str:
        expression = column.expression(self._viewer, here.alias)
        stored = self._stored(here.node_type, column)
        reference = here.value(_as_text(expression, stored))
        if column.render is not None:
            self.built.arguments.append(self._given(definition, node))
            given = f"arguments[{len(self.built.arguments) - 1}]"
            rendered = f"{self._bind(column.render)}({reference}, request, **{given})"
            value = f"(None if {reference} is None else {rendered})" if _is_nullable(definition) else rendered
        elif is_leaf_type(get_nullable_type(definition.type)) or column.decode:
            value = as_answered(
                reference, definition.type, stored, column.decode, self._bind, is_json=here.is_json
            )
        else:
            raise NotCompilable("a column of no plain value")
        is_certain = stored is not None and not stored.null and not column.guard
        return value if _is_nullable(definition) or is_certain else f"need({value})"

    def _stored(self, node_type: NodeType, column: Column) -> columns.Field[Any] | None:
        if column.sql:
            return None
        name = column.outside if column.outside and not self._viewer.is_staff else column.name
        return self._declarations.column(node_type.table, name)

    # --- relations ------------------------------------------------------------------------------

    def _target(self, definition: GraphQLField) -> tuple[NodeType, GraphQLObjectType]:
        found = self._declarations.node_type(definition.type)
        if found is None:
            raise NotCompilable("leads to no type with an id")
        object_type = self._declarations.core.type_map[found.name]
        assert isinstance(object_type, GraphQLObjectType)
        return found, object_type

    def _one(self, here: "_Place", source: One, definition: GraphQLField, details: Fields) -> str:
        target, object_type = self._target(definition)
        key = source.expression(self._viewer, here.alias)
        alias, _ = here.level.join(target, key, self._alias())
        made = self.object(here.level, alias, target, object_type, details)
        seen = f"r[{here.level.slot(f'{alias}.id')}]"
        return f"({made} if {seen} is not None else {'None' if _is_nullable(definition) else 'bail()'})"

    def _listed(self, here: "_Place", source: Listed, definition: GraphQLField, details: Fields) -> str:
        target, object_type = self._target(definition)
        level = Level(target, self._alias(), self._viewer)
        made = self.object(level, level.alias, target, object_type, details)
        rows = here.nested(NestedList(level, source, f"{here.alias}.id"))
        return f"[{made} for r in {rows}]"

    def _many(self, here: "_Place", source: Many, definition: GraphQLField, details: Fields) -> str:
        target, _ = self._target(_nodes_of(definition))
        level = Level(target, self._alias(), self._viewer)
        plan = self._planned(here, target, level.alias, many_order(source), source.by, source.where)
        index = self._paged(definition, details, plan)
        rows = here.nested(NestedPage(level, plan, index))
        cursors = Cursors(plan, level, self._viewer)
        made = self.page(_connection_of(definition), details, level, cursors, [plan], here)
        return f"{made}({rows}, pages[{index}], r)"

    def _merged(self, here: "_Place", source: Merged, definition: GraphQLField, details: Fields) -> str:
        levels, plans, rows = [], [], []
        index = len(self.built.paged)
        for name, by, where in source.parts:
            target = registry.by_name[name]
            level = Level(target, self._alias(), self._viewer)
            plan = self._planned(here, target, level.alias, BY_ID, by, where, index=index)
            levels.append(level)
            plans.append(plan)
        self._paged(definition, details, plans[0])
        for level, plan in zip(levels, plans, strict=True):
            level.slot(f"{level.alias}.id")  # the first, by which they are merged
            rows.append(here.nested(NestedPage(level, plan, index)))
        made = self.merged_page(_connection_of(definition), details, levels, plans, here)
        return f"{made}(merged([{', '.join(rows)}], pages[{index}]), pages[{index}], r)"

    def _planned(
        self,
        here: "_Place",
        target: NodeType,
        alias: str,
        order: Order,
        by: str,
        where: str,
        *,
        index: int | None = None,
    ) -> ListPlan:
        mark = f"n{len(self.built.paged) if index is None else index}c"
        return ListPlan(
            target,
            order,
            _ANY_PAGE,
            Query(),
            by=by,
            where=where,
            alias=alias,
            parent=f"{here.alias}.id",
            mark=mark,
        )

    def _paged(self, definition: GraphQLField, details: Fields, plan: ListPlan) -> int:
        self.built.paged.append((self._given(definition, details[0].node), plan))
        return len(self.built.paged) - 1

    # --- connections ----------------------------------------------------------------------------

    def page(
        self,
        connection: GraphQLObjectType,
        fields: Fields,
        level: Level,
        cursors: Cursors,
        counted: Sequence[ListPlan],
        above: "_Place | None",
    ) -> str:
        """A generated function `(rows, page, up)` for a connection over one type. `up` is the row above."""
        target = level.node_type
        object_type = self._declarations.core.type_map[target.name]
        assert isinstance(object_type, GraphQLObjectType)

        def item(details: Fields) -> str:
            return self.object(level, level.alias, target, object_type, details)

        cursor = self._bind(cursors) if self._needs_cursors(connection, fields) else ""
        if cursor:
            cursors.take_slots()
        body = self._connection(connection, fields, item, cursor, counted, above)
        return self._function("rows, page, up", "rows, more = cut(rows, page)", f"return {body}")

    def merged_page(
        self,
        connection: GraphQLObjectType,
        fields: Fields,
        levels: Sequence[Level],
        plans: Sequence[ListPlan],
        above: "_Place",
    ) -> str:
        """The same over several types. An item is `(part, row)`."""

        def item(details: Fields) -> str:
            made = []
            for level in levels:
                object_type = self._declarations.core.type_map[level.node_type.name]
                assert isinstance(object_type, GraphQLObjectType)
                expression = self.object(level, level.alias, level.node_type, object_type, details)
                made.append(self._function("r", f"return {expression}"))
            return f"({', '.join(made)})[r[0]](r[1])"

        needs = self._needs_cursors(connection, fields)
        body = self._connection(connection, fields, item, "merged_cursor" if needs else "", plans, above)
        return self._function("rows, page, up", "rows, more = cut(rows, page)", f"return {body}")

    def _needs_cursors(self, connection: GraphQLObjectType, fields: Fields) -> bool:
        selected = self._selection.within(connection, fields).values()
        within = [
            each.node.name.value
            for details in selected
            if details[0].node.name.value in ("edges", "pageInfo")
            for each in self._all_within(connection, details)
        ]
        return any(name in ("cursor", "startCursor", "endCursor") for name in within)

    def _all_within(self, connection: GraphQLObjectType, details: Fields) -> Fields:
        object_type = _object_in(connection.fields[details[0].node.name.value].type)
        return [each for found in self._selection.within(object_type, details).values() for each in found]

    def _connection(
        self,
        connection: GraphQLObjectType,
        fields: Fields,
        item: Any,
        cursor: str,
        counted: Sequence[ListPlan],
        above: "_Place | None",
    ) -> str:
        parts = []
        for name, details in self._selection.within(connection, fields).items():
            match details[0].node.name.value:
                case "__typename":
                    value = repr(connection.name)
                case "nodes":
                    value = f"[{item(details)} for r in rows]"
                case "edges":
                    value = self._edges(connection, details, item, cursor)
                case "pageInfo":
                    value = self._page_info(connection, details, cursor)
                case "totalCount":
                    value = self._total(connection, details, counted, above)
                case other:
                    raise NotCompilable(f"a connection has no {other} of its own")
            parts.append(f"{name!r}: {value}")
        return "{" + ", ".join(parts) + "}"

    def _edges(self, connection: GraphQLObjectType, details: Fields, item: Any, cursor: str) -> str:
        edge = _object_in(connection.fields["edges"].type)
        parts = []
        for name, inner in self._selection.within(edge, details).items():
            value = {"__typename": repr(edge.name), "cursor": f"{cursor}(r)"}.get(inner[0].node.name.value)
            parts.append(f"{name!r}: {value or item(inner)}")
        return "[{" + ", ".join(parts) + "} for r in rows]"

    def _page_info(self, connection: GraphQLObjectType, details: Fields, cursor: str) -> str:
        info = _object_in(connection.fields["pageInfo"].type)
        known = {
            "__typename": repr(info.name),
            "hasNextPage": "(page.cursor is not None if page.backward else more)",
            "hasPreviousPage": "(more if page.backward else page.cursor is not None)",
            "startCursor": f"({cursor}(rows[0]) if rows else None)",
            "endCursor": f"({cursor}(rows[-1]) if rows else None)",
        }
        found = self._selection.within(info, details)
        return (
            "{"
            + ", ".join(f"{name!r}: {known[each[0].node.name.value]}" for name, each in found.items())
            + "}"
        )

    def _total(
        self,
        connection: GraphQLObjectType,
        details: Fields,
        counted: Sequence[ListPlan],
        above: "_Place | None",
    ) -> str:
        definition, node = connection.fields["totalCount"], details[0].node
        if self._selection.has_variables(node):
            raise NotCompilable("the cap of a count is a variable")
        given = self._declarations.arguments(definition, node, self._selection.variables)
        cap = min(LARGEST_COUNT, max(1, given.get("max", 1000)))
        made = _object_in(definition.type)
        known = {"__typename": repr(made.name), "value": f"min(n, {cap})", "exact": f"n <= {cap}"}
        selected = self._selection.within(made, details)
        body = (
            "{"
            + ", ".join(f"{name!r}: {known[each[0].node.name.value]}" for name, each in selected.items())
            + "}"
        )
        places = [self._count(plan, cap, above) for plan in counted]
        return f"{self._function('n', f'return {body}')}({' + '.join(f'up[{place}]' for place in places)})"

    def _count(self, plan: ListPlan, cap: int, above: "_Place | None") -> int:
        if above is not None:
            return above.level.nest(NestedCount(plan, self._viewer, cap))
        self.built.caps.append(cap)
        return len(self.built.caps) - 1

    # --- what is filled in afterwards -----------------------------------------------------------

    def _long(self, here: "_Place", name: str, column: str, holds: list[str]) -> str:
        self.built.longs += 1
        text = f"{here.alias}.{column}"
        reference = here.value(f"case when octet_length({text}) <= :inline then {text} end")
        made = self._function("r", f"return {here.typed_key()}")
        index = self._fill(LongFill(name, here.node_type, column))
        holds.append(
            self._function(
                "answer, r",
                f"if answer[{name!r}] is None: held[{index}].append((answer, {made}(r)))",
                "return answer",
            )
        )
        return reference

    def _batched(
        self,
        here: "_Place",
        name: str,
        source: Batched,
        definition: GraphQLField,
        details: Fields,
        holds: list[str],
    ) -> str:
        complete = completer(self._declarations, self._selection, definition.type, details)
        self.built.arguments.append(self._given(definition, details[0].node))
        fill = BatchedFill(name, source.function, complete, len(self.built.arguments) - 1)
        holds.append(self._hold(fill, self._parent(here, source.needs())))
        return "None"

    def _fill(self, fill: Fill) -> int:
        self.built.fills.append(fill)
        return len(self.built.fills) - 1

    def _hold(self, fill: Fill, parent: str) -> str:
        index = self._fill(fill)
        return self._function("answer, r", f"held[{index}].append((answer, {parent}(r)))", "return answer")

    def _whole(self, here: "_Place") -> str:
        """A generated function that makes the object as `NodeType.build` would."""
        node_type = here.node_type
        relations = {one.column: one for one in node_type.relations.values() if one.key}
        return self._parent(here, {*node_type.columns, *node_type.needs, *relations} - {"id"})

    def _parent(self, here: "_Place", names: set[str]) -> str:
        node_type = here.node_type
        values = {"row_key": here.typed_key(), "id": self._id(here)}
        for name in sorted(names):
            values[name] = self._attribute(here, name)
        made = self._bind(node_type.cls)
        pairs = ", ".join(f"{name!r}: {value}" for name, value in values.items())
        return self._function(
            "r", f"made = {made}.__new__({made})", f"made.__dict__.update({{{pairs}}})", "return made"
        )

    def _attribute(self, here: "_Place", name: str) -> str:
        node_type = here.node_type
        column = node_type.columns.get(name)
        if column is None:
            keyed: Mapping[str, One] = {one.column: one for one in node_type.relations.values() if one.key}
            if name in keyed:
                return here.typed(keyed[name].expression(self._viewer, here.alias), columns.UUIDField())
            stored: columns.Field[Any] | None = self._declarations.column(node_type.table, name)
            return here.typed(_as_text(f"{here.alias}.{name}", stored), stored)
        stored = self._stored(node_type, column)
        reference = here.typed(_as_text(column.expression(self._viewer, here.alias), stored), stored)
        if column.decode is None:
            return reference
        return f"(None if {reference} is None else {self._bind(column.decode)}({reference}))"


@dataclass(frozen=True)
class _Place:
    """Where the walk is: an object of a type, under an alias of a level."""

    level: Level
    alias: str
    node_type: NodeType
    object_type: GraphQLObjectType

    @property
    def is_json(self) -> bool:
        return not self.level.is_outermost

    def value(self, expression: str) -> str:
        return "None" if expression == "null" else f"r[{self.level.slot(expression)}]"

    def typed(self, expression: str, column: "columns.Field[Any] | None") -> str:
        return as_typed(self.value(expression), column, is_json=self.is_json)

    def key(self) -> str:
        return self.value(f"{self.alias}.id")

    def typed_key(self) -> str:
        return self.typed(f"{self.alias}.id", columns.UUIDField())

    def nested(self, nested: Any) -> str:
        place = self.level.nest(nested)
        return f"(r[{place}] or ())" if self.is_json else f"(loads(r[{place}]) if r[{place}] else ())"


def _as_text(expression: str, stored: "columns.Field[Any] | None") -> str:
    return f"{expression}::text" if isinstance(stored, columns.JSONField) else expression


def _is_nullable(definition: GraphQLField) -> bool:
    return not is_non_null_type(definition.type)


def _object_in(type_: Any) -> GraphQLObjectType:
    while not isinstance(type_, GraphQLObjectType):
        type_ = type_.of_type
    return type_


def _connection_of(definition: GraphQLField) -> GraphQLObjectType:
    return _object_in(definition.type)


def _nodes_of(definition: GraphQLField) -> GraphQLField:
    nodes: GraphQLField = _connection_of(definition).fields["nodes"]
    return nodes

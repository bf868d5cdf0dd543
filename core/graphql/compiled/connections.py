"""Connections: the generated function that makes one of its rows, and what of it is selected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType

from core.graphql.compiled.arguments import constant_arguments, given_by
from core.graphql.compiled.level import Level, NestedCount
from core.graphql.compiled.pages import Cursors
from core.graphql.compiled.schema import NotCompilable
from core.graphql.compiled.selection import Fields
from core.graphql.compiled.walk import Objects, Place, Walk
from core.kit.graph.connection import cap_of
from core.kit.graph.reading import ListPlan
from core.kit.graph.request import BadArgument


def page(
    objects: Objects,
    connection: GraphQLObjectType,
    fields: Fields,
    level: Level,
    cursors: Cursors,
    plan: ListPlan,
    above: Place | None,
) -> str:
    """A generated function `(rows, page, up)` for a connection over one type. `up` is the row above, of a list on the
    root the counts."""
    walk, cursor = objects.walk, ""
    if _needs_cursors(walk, connection, fields):
        cursors.take_slots()
        cursor = walk.bind(cursors)

    def item(details: Fields) -> str:
        return objects.object(level, level.alias, level.node_type, details)

    if above is None:
        walk.built.has_rows = bool(_selected(walk, connection, fields) & {"nodes", "edges", "pageInfo"})
    return _Connection(walk, connection, item, cursor, (plan,), above).function(fields)


def merged_page(
    objects: Objects,
    connection: GraphQLObjectType,
    fields: Fields,
    levels: Sequence[Level],
    plans: Sequence[ListPlan],
    above: Place,
) -> str:
    """The same over several types. An item is `(part, row)`."""
    walk = objects.walk

    def item(details: Fields) -> str:
        made = (objects.object(level, level.alias, level.node_type, details) for level in levels)
        functions = [walk.function("r", f"return {each}") for each in made]
        return f"({', '.join(functions)})[r[0]](r[1])"

    return _Connection(walk, connection, item, "merged_cursor", plans, above).function(fields)


def object_in(type_: Any) -> GraphQLObjectType:
    """The object type within non-null and list wrappers."""
    while not isinstance(type_, GraphQLObjectType):
        type_ = type_.of_type
    return type_


def _selected(walk: Walk, type_: GraphQLObjectType, fields: Fields) -> set[str]:
    return {each[0].node.name.value for each in walk.selection.within(type_, fields).values()}


def _needs_cursors(walk: Walk, connection: GraphQLObjectType, fields: Fields) -> bool:
    for details in walk.selection.within(connection, fields).values():
        name = details[0].node.name.value
        if name in ("edges", "pageInfo"):
            within = _selected(walk, object_in(connection.fields[name].type), details)
            if within & {"cursor", "startCursor", "endCursor"}:
                return True
    return False


@dataclass(frozen=True)
class _Connection:
    """The code for what is selected of one connection: over `rows`, the `page` and `more`."""

    walk: Walk
    type: GraphQLObjectType
    item: Callable[[Fields], str]
    cursor: str
    counted: Sequence[ListPlan]
    above: Place | None

    def function(self, fields: Fields) -> str:
        parts = {
            name: self._part(details)
            for name, details in self.walk.selection.within(self.type, fields).items()
        }
        return self.walk.function("rows, page, up", "rows, more = cut(rows, page)", f"return {_dict(parts)}")

    def _part(self, details: Fields) -> str:
        match details[0].node.name.value:
            case "__typename":
                return repr(self.type.name)
            case "nodes":
                return f"[{self.item(details)} for r in rows]"
            case "edges":
                return f"[{self._edge(details)} for r in rows]"
            case "pageInfo":
                return self._page_info(details)
            case "totalCount":
                return self._total(details)
            case other:
                raise NotCompilable(f"a connection has no {other} of its own")

    def _edge(self, details: Fields) -> str:
        edge, cursor = object_in(self.type.fields["edges"].type), f"{self.cursor}(r)"
        selected = self.walk.selection.within(edge, details)
        known = {"__typename": repr(edge.name), "cursor": cursor}
        return _dict(
            {name: known.get(each[0].node.name.value) or self.item(each) for name, each in selected.items()}
        )

    def _page_info(self, details: Fields) -> str:
        is_beyond = "page.cursor is not None"
        return self._values(
            object_in(self.type.fields["pageInfo"].type),
            details,
            {
                "hasNextPage": f"({is_beyond} if page.backward else more)",
                "hasPreviousPage": f"(more if page.backward else {is_beyond})",
                "startCursor": f"({self.cursor}(rows[0]) if rows else None)",
                "endCursor": f"({self.cursor}(rows[-1]) if rows else None)",
            },
        )

    def _total(self, details: Fields) -> str:
        definition = self.type.fields["totalCount"]
        known = {"value": "min(n, cap)", "exact": "n <= cap"}
        made = self.walk.function(
            "n, cap", f"return {self._values(object_in(definition.type), details, known)}"
        )
        node = details[0].node
        if self.above is None:
            return f"{made}(*up[{self._count(definition, node)}])"
        try:
            cap = cap_of(**constant_arguments(self.walk.declarations, self.walk.selection, definition, node))
        except BadArgument as refusal:
            # Refused where the list is reached, and only then.
            raise NotCompilable(str(refusal)) from refusal
        counts = [NestedCount(plan, self.walk.viewer, cap) for plan in self.counted]
        return f"{made}({' + '.join(f'up[{self.above.level.nest(each)}]' for each in counts)}, {cap})"

    def _count(self, definition: GraphQLField, node: FieldNode) -> int:
        caps = self.walk.built.caps
        caps.append(given_by(self.walk.declarations, self.walk.selection, definition, node))
        return len(caps) - 1

    def _values(self, type_: GraphQLObjectType, details: Fields, known: Mapping[str, str]) -> str:
        selected = self.walk.selection.within(type_, details)
        told = {"__typename": repr(type_.name), **known}
        return _dict({name: told[each[0].node.name.value] for name, each in selected.items()})


def _dict(parts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {value}" for name, value in parts.items()) + "}"

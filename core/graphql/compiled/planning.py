"""From what a document selects to SQL and generated Python: one walk over the selection, guided by the declarations.

The walk fills levels (what SQL reads) and writes expressions (what Python builds of a row `r`). A field it cannot read
is left to graphql-core for each object, and noted.
"""

from graphql import GraphQLField, get_nullable_type, is_leaf_type, is_non_null_type
from tortoise import fields as columns

from core.graphql.compiled import connections, parents, relations, sublists
from core.graphql.compiled.fills import PlainFill
from core.graphql.compiled.leaves import as_answered
from core.graphql.compiled.level import Level
from core.graphql.compiled.pages import Cursors
from core.graphql.compiled.parents import as_text, stored_in
from core.graphql.compiled.schema import NotCompilable
from core.graphql.compiled.selection import Fields
from core.graphql.compiled.walk import Place, Walk
from core.kit.graph.node import NodeType
from core.kit.graph.reading import ListPlan
from core.kit.graph.sources import Batched, Column, Listed, Long, Many, Merged, One, Planned


class Planner:
    """Writes the reader of one root field, or of one object."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def entry_of_page(self, definition: GraphQLField, fields: Fields, level: Level, plan: ListPlan) -> str:
        """The generated function `(rows, page, counts)` of a list."""
        cursors = Cursors(plan, level, self.walk.viewer)
        connection = connections.object_in(definition.type)
        entry = connections.page(self, connection, fields, level, cursors, plan, None)
        if not level.slots:  # nothing but how many there are, or that there are more
            level.slot(f"{level.alias}.id")
        return entry

    def entry_of_object(self, level: Level, fields: Fields) -> str:
        """The generated function `(row)` of one object. Its key is the first of its row."""
        level.slot(f"{level.alias}.id")
        made = self.object(level, level.alias, level.node_type, fields)
        return self.walk.function("r", f"return {made}")

    def object(self, level: Level, alias: str, node_type: NodeType, fields: Fields) -> str:
        """Python for the answer's object, from a row `r` of the level."""
        here = Place(level, alias, node_type, self.walk.object_type(node_type))
        parts: list[str] = []
        holds: list[str] = []
        for name, details in self.walk.selection.within(here.object_type, fields).items():
            parts.append(f"{name!r}: {self._field(here, name, details, holds)}")
        made = "{" + ", ".join(parts) + "}"
        for hold in holds:
            made = f"{hold}({made}, r)"
        return made

    def _field(self, here: Place, name: str, details: Fields, holds: list[str]) -> str:
        """Python for a field's value. What is filled in later is null until then, and `holds` keeps its answer."""
        called = details[0].node.name.value
        if called == "__typename":
            return repr(here.object_type.name)
        try:
            return self._read(here, name, here.object_type.fields[called], details, holds)
        except NotCompilable as reason:
            self.walk.built.notes.append(f"{here.object_type.name}.{called}: {reason}")
            fill = PlainFill(name, here.object_type, details)
            holds.append(self.walk.hold(fill, parents.whole(self.walk, here)))
            return "None"

    def _read(
        self, here: Place, name: str, definition: GraphQLField, details: Fields, holds: list[str]
    ) -> str:
        declared = self.walk.declarations.field(definition)
        if declared is None:
            raise NotCompilable("not declared by a domain")
        source, attribute = self.walk.declarations.source(definition), declared.python_name
        if source is None and attribute == "id":
            return here.global_id()
        match source:
            case Column():
                return self._column(here, here.node_type.columns[attribute], definition, details)
            case One():
                return relations.one(self, here, source, definition, details)
            case Many():
                return relations.many(self, here, source, definition, details)
            case Listed():
                return relations.listed(self, here, source, definition, details)
            case Merged():
                return relations.merged(self, here, source, definition, details)
            case Long():
                value, hold = parents.long(self.walk, here, name, attribute)
                holds.append(hold)
                return value
            case Planned():
                holds.append(sublists.planned(self.walk, here, name, source, definition, details, Planner))
                return "None"
            case Batched():
                holds.append(parents.batched(self.walk, here, name, source, definition, details))
                return "None"
        raise NotCompilable("worked out object by object")

    def _column(self, here: Place, column: Column, definition: GraphQLField, details: Fields) -> str:
        stored = stored_in(self.walk, here.node_type, column)
        reference = here.value(as_text(column.expression(self.walk.viewer, here.alias), stored))
        if column.render is not None:
            value = self._rendered(reference, column, definition, details)
        elif is_leaf_type(get_nullable_type(definition.type)) or column.decode:
            value = as_answered(
                reference, definition.type, stored, column.decode, self.walk.bind, is_json=here.is_json
            )
        else:
            raise NotCompilable("a column of no plain value")
        is_certain = isinstance(stored, columns.Field) and not stored.null and not column.guard
        return f"need({value})" if is_non_null_type(definition.type) and not is_certain else value

    def _rendered(self, reference: str, column: Column, definition: GraphQLField, details: Fields) -> str:
        given = f"arguments[{self.walk.argued(definition, details)}]"
        rendered = f"{self.walk.bind(column.render)}({reference}, request, **{given})"
        if is_non_null_type(definition.type):
            return rendered
        return f"(None if {reference} is None else {rendered})"

"""What is filled in after the rows were read: long texts, batched values, and what only graphql-core can answer. Each
needs something of the object it belongs to."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLField
from tortoise import fields as columns

from core.graphql.compiled.completing import completer
from core.graphql.compiled.fills import BatchedFill, LongFill
from core.graphql.compiled.selection import Fields
from core.graphql.compiled.walk import Place, Walk
from core.kit.graph.node import NodeType
from core.kit.graph.sources import Batched, Column, One

Stored = columns.Field[Any] | None
"""What the models say of a value; None where SQL works it out."""


def long(walk: Walk, here: Place, name: str, column: str) -> tuple[str, str]:
    """A long text that comes with its row if it is short enough; and what keeps the answer otherwise."""
    walk.built.longs += 1
    text = f"{here.alias}.{column}"
    reference = here.value(f"case when octet_length({text}) <= :inline then {text} end")
    index = walk.fill(LongFill(name, here.node_type, column))
    hold = walk.function(
        "answer, r",
        f"if answer[{name!r}] is None: held[{index}].append((answer, {here.key()}))",
        "return answer",
    )
    return reference, hold


def batched(
    walk: Walk, here: Place, name: str, source: Batched, definition: GraphQLField, details: Fields
) -> str:
    """What keeps the answer until the function was asked for all."""
    complete = completer(walk.declarations, walk.selection, definition.type, details)
    fill = BatchedFill(name, source.function, complete, walk.argued(definition, details))
    return walk.hold(fill, parent_of(walk, here, source.needs()))


def whole(walk: Walk, here: Place) -> str:
    """A generated function `(row)` that makes the object as `NodeType.build` does."""
    return parent_of(walk, here, {*here.node_type.columns, *here.node_type.needs, *_keyed(here)} - {"id"})


def stored_in(walk: Walk, node_type: NodeType, column: Column) -> Stored:
    """The table's column that a declared one reads for this viewer."""
    if column.sql:
        return None
    is_outside = column.outside is not None and not walk.viewer.is_staff
    return walk.declarations.column(
        node_type.table, column.outside if is_outside and column.outside else column.name
    )


def as_text(expression: str, stored: Stored) -> str:
    """JSON is read as text, wherever it stands."""
    return f"{expression}::text" if isinstance(stored, columns.JSONField) else expression


def parent_of(walk: Walk, here: Place, names: set[str]) -> str:
    values = {"row_key": here.key(), "id": here.global_id()}
    values |= {name: _attribute(walk, here, name) for name in sorted(names)}
    made, pairs = (
        walk.bind(here.node_type.cls),
        ", ".join(f"{name!r}: {value}" for name, value in values.items()),
    )
    return walk.function(
        "r", f"made = {made}.__new__({made})", f"made.__dict__.update({{{pairs}}})", "return made"
    )


def _keyed(here: Place) -> Mapping[str, One]:
    """Relations whose keys SQL works out, by the names these have."""
    return {one.column: one for one in here.node_type.relations.values() if one.key}


def _attribute(walk: Walk, here: Place, name: str) -> str:
    column, keyed = here.node_type.columns.get(name), _keyed(here)
    if column is not None:
        stored = stored_in(walk, here.node_type, column)
        value = here.typed(as_text(column.expression(walk.viewer, here.alias), stored), stored)
        decode = column.decode
        return f"(None if {value} is None else {walk.bind(decode)}({value}))" if decode else value
    if name in keyed:
        return here.typed(keyed[name].expression(walk.viewer, here.alias), columns.UUIDField())
    stored = walk.declarations.column(here.node_type.table, name)
    return here.typed(as_text(f"{here.alias}.{name}", stored), stored)

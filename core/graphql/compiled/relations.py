"""Relations: what is joined to a row, and what hangs on it."""

from graphql import GraphQLField, is_non_null_type

from core.graphql.compiled import connections
from core.graphql.compiled.level import Level, NestedList, NestedPage
from core.graphql.compiled.pages import Cursors
from core.graphql.compiled.schema import NotCompilable
from core.graphql.compiled.selection import Fields
from core.graphql.compiled.walk import Objects, Place, Walk
from core.kit.graph.node import NodeType, registry
from core.kit.graph.paging import Order, Page
from core.kit.graph.reading import ListPlan, Query, many_order
from core.kit.graph.sources import Listed, Many, Merged, One
from core.kit.graph.union import BY_ID

_ANY_PAGE = Page(size=0, backward=False, cursor=None)


def one(objects: Objects, here: Place, source: One, definition: GraphQLField, details: Fields) -> str:
    """The object a key leads to: joined, if the viewer may see it."""
    walk = objects.walk
    target = _target(walk, definition)
    alias = here.level.join(target, source.expression(walk.viewer, here.alias), walk.alias())
    made = objects.object(here.level, alias, target, details)
    otherwise = "bail()" if is_non_null_type(definition.type) else "None"
    return f"({made} if r[{here.level.slot(f'{alias}.id')}] is not None else {otherwise})"


def listed(objects: Objects, here: Place, source: Listed, definition: GraphQLField, details: Fields) -> str:
    """A short list through a link table."""
    walk = objects.walk
    level = Level(_target(walk, definition), walk.alias(), walk.viewer)
    made = objects.object(level, level.alias, level.node_type, details)
    return f"[{made} for r in {here.nested(NestedList(level, source, f'{here.alias}.id'))}]"


def many(objects: Objects, here: Place, source: Many, definition: GraphQLField, details: Fields) -> str:
    """A connection of what points back."""
    walk = objects.walk
    connection = connections.object_in(definition.type)
    level = Level(_target(walk, connection.fields["nodes"]), walk.alias(), walk.viewer)
    index = len(walk.built.paged)
    plan = _plan(here, level, many_order(source), source.by, source.where, index)
    walk.built.paged.append((walk.given(definition, details), plan))
    rows = here.nested(NestedPage(level, plan, index))
    cursors = Cursors(plan, level, walk.viewer)
    made = connections.page(objects, connection, details, level, cursors, plan, here)
    return f"{made}({rows}, pages[{index}], r)"


def merged(objects: Objects, here: Place, source: Merged, definition: GraphQLField, details: Fields) -> str:
    """A connection of what points back of several types, by their ids."""
    walk = objects.walk
    connection, index = connections.object_in(definition.type), len(walk.built.paged)
    levels = [Level(registry.by_name[name], walk.alias(), walk.viewer) for name, _, _ in source.parts]
    plans = [
        _plan(here, level, BY_ID, by, where, index)
        for level, (_, by, where) in zip(levels, source.parts, strict=True)
    ]
    walk.built.paged.append((walk.given(definition, details), plans[0]))
    rows = []
    for level, plan in zip(levels, plans, strict=True):
        level.slot(f"{level.alias}.id")  # the first of its row, by which they are merged
        rows.append(here.nested(NestedPage(level, plan, index)))
    made = connections.merged_page(objects, connection, details, levels, plans, here)
    return f"{made}(merged([{', '.join(rows)}], pages[{index}]), pages[{index}], r)"


def _target(walk: Walk, definition: GraphQLField) -> NodeType:
    found = walk.declarations.node_type(definition.type)
    if found is None:
        raise NotCompilable("leads to no type with an id")
    return found


def _plan(here: Place, level: Level, order: Order, by: str, where: str, index: int) -> ListPlan:
    return ListPlan(
        level.node_type, order, _ANY_PAGE, Query(), by=by, where=where,
        alias=level.alias, parent=f"{here.alias}.id", mark=f"n{index}c",
    )  # fmt: skip

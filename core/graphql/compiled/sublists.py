"""Lists that Python plans for each object they hang on: compiled like a list on the root, and read after the object."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from graphql import GraphQLField

from core.graphql.compiled import connections, parents
from core.graphql.compiled.fills import ListFill
from core.graphql.compiled.level import Level
from core.graphql.compiled.reader import ROOT, Reader
from core.graphql.compiled.schema import NotCompilable
from core.graphql.compiled.selection import Fields
from core.graphql.compiled.walk import Place, Walk
from core.kit.graph.paging import Order, Page
from core.kit.graph.reading import ListPlan, Query
from core.kit.graph.sources import Planned


class Pages(Protocol):
    """Who writes the reader of a list."""

    def __init__(self, walk: Walk) -> None: ...

    @property
    def walk(self) -> Walk: ...

    def entry_of_page(
        self, definition: GraphQLField, fields: Fields, level: Level, plan: ListPlan
    ) -> str: ...


def planned(
    walk: Walk,
    here: Place,
    name: str,
    source: Planned,
    definition: GraphQLField,
    details: Fields,
    planner: Callable[[Walk], Pages],
) -> str:
    """What keeps the answer until the object's list is planned and read. Raises NotCompilable."""
    connection = connections.object_in(definition.type)
    target = walk.declarations.node_type(connection.fields["nodes"].type)
    if target is None:
        raise NotCompilable("leads to no type with an id")

    def compile_(plan: ListPlan) -> Reader:
        made = planner(Walk(walk.declarations, walk.selection, walk.viewer))
        level = Level(plan.target, ROOT, walk.viewer, is_outermost=True)
        entry = made.entry_of_page(definition, details, level, replace(plan, query=Query()))
        return Reader(level, made.walk.built, entry)

    fill = ListFill(name, source.plan, compile_, walk.argued(definition, details))
    # Now, since nothing may turn out to be impossible while an answer is built.
    fill.reader(ListPlan(target, Order((), descending=False), Page(0, False, None), Query()))
    return walk.hold(fill, parents.parent_of(walk, here, source.needs()))

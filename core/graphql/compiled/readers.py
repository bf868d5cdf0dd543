"""The readers of one operation: compiled when first needed, kept beside the document they were made from."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from graphql import GraphQLField
from graphql.execution.values import VariableValues

from core.graphql.compiled.arguments import Given, given_by
from core.graphql.compiled.level import Level
from core.graphql.compiled.planning import Planner
from core.graphql.compiled.reader import ROOT, Reader
from core.graphql.compiled.schema import Declarations, NotCompilable
from core.graphql.compiled.selection import Fields, Selection, directive_variables
from core.graphql.compiled.walk import Walk
from core.graphql.prepared import PreparedOperation
from core.kit.context import Viewer
from core.kit.graph.node import NodeType
from core.kit.graph.reading import ListPlan, Query

T = TypeVar("T")

_NOBODY = UUID(int=0)
_MOST = 100
"""Of what is kept of one operation: for shapes of viewers, values of directives' variables, orders."""


class Readers:
    """What is compiled of one operation, as one request's directives and one shape of viewer have it."""

    def __init__(
        self,
        declarations: Declarations,
        operation: PreparedOperation,
        variables: VariableValues,
        viewer: Viewer,
    ) -> None:
        self._declarations = declarations
        self._plans = operation.plans
        acted_as = viewer.impersonator_id is not None
        self.selection = Selection(declarations.core, operation, variables)
        self._directives = _directives(operation, variables)
        self._shape = (viewer.kind, viewer.scope, viewer.permissions, acted_as, self._directives)

    @property
    def _viewer(self) -> Viewer:
        """Text is written for the shape alone: nobody's own values could get into what others are served with."""
        kind, scope, permissions, acted_as, _ = self._shape
        return Viewer(
            _NOBODY, _NOBODY, kind, scope, permissions, impersonator_id=_NOBODY if acted_as else None
        )

    def root(self) -> dict[str, Fields]:
        """The root fields that are selected."""
        return self.kept("root", self.selection.root)

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """What is made once for these values of the directives' variables."""
        return self._once((name, self._directives), make)

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        # The document keeps its nodes, and the document keeps what is compiled: their ids do not come again.
        if key not in self._plans:
            made = make()
            if len(self._plans) >= _MOST:
                self._plans.clear()
            self._plans[key] = made
        found: T = self._plans[key]
        return found

    def given(self, definition: GraphQLField, fields: Fields) -> Given:
        """The arguments of a root field. Raises GraphQLError."""
        node = fields[0].node
        return self._once(
            ("given", id(node)), lambda: given_by(self._declarations, self.selection, definition, node)
        )

    def of_list(self, definition: GraphQLField, fields: Fields, plan: ListPlan) -> Reader | None:
        """A page of a root list in this order; None where it cannot be compiled."""
        return self._reader(fields, plan.order, lambda: self.made_for_list(definition, fields, plan))

    def of_object(self, node_type: NodeType, fields: Fields) -> Reader | None:
        """One object, or several, of a type."""
        return self._reader(fields, node_type.name, lambda: self.made_for_object(node_type, fields))

    def _reader(self, fields: Fields, extra: object, compile_: Callable[[], Reader]) -> Reader | None:
        def make() -> Reader | None:
            try:
                return compile_()
            except NotCompilable:
                return None

        return self._once((*self._shape, extra, *(id(each.node) for each in fields)), make)

    def _planner(self, viewer: Viewer) -> Planner:
        return Planner(Walk(self._declarations, self.selection, viewer))

    def made_for_list(self, definition: GraphQLField, fields: Fields, plan: ListPlan) -> Reader:
        """The same, made anew. Raises NotCompilable. What this request filters by is none of it."""
        viewer = self._viewer
        planner, level = self._planner(viewer), Level(plan.target, ROOT, viewer, is_outermost=True)
        entry = planner.entry_of_page(definition, fields, level, replace(plan, query=Query()))
        return Reader(level, planner.walk.built, entry)

    def made_for_object(self, node_type: NodeType, fields: Fields) -> Reader:
        """The same, made anew. Raises NotCompilable."""
        viewer = self._viewer
        planner, level = self._planner(viewer), Level(node_type, ROOT, viewer, is_outermost=True)
        entry = planner.entry_of_object(level, fields)
        return Reader(level, planner.walk.built, entry)


def _directives(operation: PreparedOperation, variables: VariableValues) -> tuple[Any, ...]:
    names = operation.plans.get("directives")
    if names is None:
        names = operation.plans["directives"] = directive_variables(operation)
    return tuple(variables.coerced.get(name) for name in names)

"""The readers of one operation: compiled when first needed, kept beside the document they were made from."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLField, OperationType
from graphql.execution.values import VariableValues

from core.graphql.compiled.arguments import Given, given_by
from core.graphql.compiled.level import Level
from core.graphql.compiled.planning import Planner
from core.graphql.compiled.reader import ROOT, Reader
from core.graphql.compiled.schema import Declarations, NotCompilable
from core.graphql.compiled.selection import Fields, Selection, directive_variables
from core.graphql.compiled.walk import Walk
from core.graphql.documents import PreparedOperation
from core.kit.context import Viewer
from core.kit.graph.node import NodeType
from core.kit.graph.reading import ListPlan

_MOST = 64
"""Readers of one operation: shapes of viewers, values of directives' variables, orders."""


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
        self._viewer = viewer
        self.selection = Selection(declarations.core, operation, variables)
        self._key = (
            viewer.kind, viewer.scope, viewer.permissions, _directives(operation, variables),
        )  # fmt: skip

    def root(self) -> dict[str, Fields]:
        """The root fields that are selected."""
        key = ("root", self._key[-1])
        if key not in self._plans:
            self._plans[key] = self.selection.root()
        found: dict[str, Fields] = self._plans[key]
        return found

    def given(self, definition: GraphQLField, fields: Fields) -> Given:
        """The arguments of a root field. Raises GraphQLError."""
        node = fields[0].node
        key = ("given", id(node))
        if key not in self._plans:
            self._plans[key] = given_by(self._declarations, self.selection, definition, node)
        found: Given = self._plans[key]
        return found

    def of_list(self, definition: GraphQLField, fields: Fields, plan: ListPlan) -> Reader | None:
        """A page of a root list in this order; None where it cannot be compiled."""
        return self._kept(fields, plan.order, lambda: self._list(definition, fields, plan))

    def of_object(self, node_type: NodeType, fields: Fields) -> Reader | None:
        """One object, or several, of a type."""
        return self._kept(fields, node_type.name, lambda: self._object(node_type, fields))

    def _kept(self, fields: Fields, extra: object, compile_: Callable[[], Reader]) -> Reader | None:
        # The document keeps its nodes, and the document keeps what is compiled: their ids do not come again.
        key = (*self._key, extra, *(id(each.node) for each in fields))
        if key not in self._plans:
            if len(self._plans) >= _MOST:
                self._plans.clear()
            try:
                self._plans[key] = compile_()
            except NotCompilable:
                self._plans[key] = None
        found: Reader | None = self._plans[key]
        return found

    def _planner(self) -> Planner:
        return Planner(Walk(self._declarations, self.selection, self._viewer))

    def _list(self, definition: GraphQLField, fields: Fields, plan: ListPlan) -> Reader:
        planner, level = self._planner(), Level(plan.target, ROOT, self._viewer, is_outermost=True)
        entry = planner.entry_of_page(definition, fields, level, plan)
        return Reader(level, planner.walk.built, entry)

    def _object(self, node_type: NodeType, fields: Fields) -> Reader:
        planner, level = self._planner(), Level(node_type, ROOT, self._viewer, is_outermost=True)
        entry = planner.entry_of_object(level, fields)
        return Reader(level, planner.walk.built, entry)


def _directives(operation: PreparedOperation, variables: VariableValues) -> tuple[Any, ...]:
    names = operation.plans.get("directives")
    if names is None:
        names = operation.plans["directives"] = directive_variables(operation)
    return tuple(variables.coerced.get(name) for name in names)


def is_query(operation: PreparedOperation) -> bool:
    return operation.kind is OperationType.QUERY

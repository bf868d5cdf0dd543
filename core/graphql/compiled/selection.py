"""What a document selects, collected by graphql-core's own rules: fragments, aliases, merging, `@skip`, `@include`."""

from collections.abc import Iterator
from typing import Any

from graphql import FieldNode, GraphQLObjectType, GraphQLSchema, VariableNode
from graphql.execution.collect_fields import FieldDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from graphql.language import ArgumentNode, DirectiveNode, Node, Visitor, visit

from core.graphql.prepared import PreparedOperation

Fields = list[FieldDetails]
"""The nodes of one response key, merged."""


class Selection:
    """One operation as the variables of its directives leave it."""

    def __init__(
        self, schema: GraphQLSchema, operation: PreparedOperation, variables: VariableValues
    ) -> None:
        self._schema = schema
        self.operation = operation
        self.variables = variables

    def root(self) -> dict[str, Fields]:
        root_type = self._schema.get_root_type(self.operation.kind)
        assert root_type is not None, "the operation was validated"
        found = collect_fields(
            self._schema, self.operation.document.fragments, self.variables, root_type, self.operation.node
        )
        return found.grouped_field_set

    def within(self, object_type: GraphQLObjectType, fields: Fields) -> dict[str, Fields]:
        """What is selected of an object of this type, by response key, in the order of the answer."""
        found = collect_subfields(
            self._schema,
            self.operation.document.fragments,
            self.variables,
            self.operation.node,
            object_type,
            fields,
        )
        return found.grouped_field_set

    def has_variables(self, node: FieldNode) -> bool:
        """Whether an argument of the field depends on the request."""
        return any(True for _ in _variables_in(node.arguments or ()))


def _variables_in(nodes: Any) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, VariableNode):
            yield node.name.value
        elif isinstance(node, ArgumentNode):
            yield from _variables_in([node.value])
        else:
            yield from _variables_in(getattr(node, "values", None) or ())
            yield from _variables_in([each.value for each in getattr(node, "fields", None) or ()])


class _DirectiveVariables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.names.update(_variables_in(node.arguments or ()))


def directive_variables(operation: PreparedOperation) -> tuple[str, ...]:
    """The variables on which it depends what is selected."""
    found = _DirectiveVariables()
    nodes: list[Node] = [operation.node, *operation.document.fragment_definitions.values()]
    for node in nodes:
        visit(node, found)
    return tuple(sorted(found.names))

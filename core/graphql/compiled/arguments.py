"""A field's arguments: read once where the document says them all, else anew for each request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField
from graphql.execution.values import VariableValues

from core.graphql.compiled.schema import Declarations, NotCompilable
from core.graphql.compiled.selection import Selection


@dataclass(frozen=True)
class Given:
    """The arguments of one field of a document."""

    declarations: Declarations
    definition: GraphQLField
    node: FieldNode
    constant: Mapping[str, Any] | None

    def read(self, variables: VariableValues) -> Mapping[str, Any]:
        """As the field's Python code gets them. Raises GraphQLError as the specification says."""
        if self.constant is not None:
            return self.constant
        return self.declarations.arguments(self.definition, self.node, variables)


def given_by(
    declarations: Declarations, selection: Selection, definition: GraphQLField, node: FieldNode
) -> Given:
    """Raises GraphQLError for what the document says that cannot be."""
    constant = None
    if not selection.has_variables(node):
        constant = declarations.arguments(definition, node, selection.variables)
    return Given(declarations, definition, node, constant)


def constant_arguments(
    declarations: Declarations, selection: Selection, definition: GraphQLField, node: FieldNode
) -> Mapping[str, Any]:
    """Arguments that the document says all. Raises NotCompilable where a variable decides one."""
    given = given_by(declarations, selection, definition, node)
    if given.constant is None:
        raise NotCompilable(f"an argument of {node.name.value} is a variable")
    return given.constant

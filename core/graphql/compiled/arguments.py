"""A field's arguments: read once where the document says them all, else anew for each request; what variables pass
on as it is, without asking graphql-core."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLField, VariableNode
from graphql.execution.values import VariableValues

from core.graphql.compiled.schema import Declarations, NotCompilable
from core.graphql.compiled.selection import Selection


@dataclass(frozen=True, slots=True)
class Passed:
    """Arguments of which each is said by the document or is a variable, of a type that needs no conversion."""

    fixed: Mapping[str, Any]
    variables: tuple[tuple[str, str], ...]
    """Names of Python's parameters, and of the variables."""

    def read(self, coerced: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """None where a variable is null or left out, of which graphql-core knows what it means."""
        values = dict(self.fixed)
        for name, variable in self.variables:
            value = coerced.get(variable)
            if value is None:
                return None
            values[name] = value
        return values


@dataclass(frozen=True)
class Given:
    """The arguments of one field of a document."""

    declarations: Declarations
    definition: GraphQLField
    node: FieldNode
    constant: Mapping[str, Any] | None
    passed: Passed | None = None

    def read(self, variables: VariableValues) -> Mapping[str, Any]:
        """As the field's Python code gets them. Raises GraphQLError as the specification says."""
        if self.constant is not None:
            return self.constant
        if self.passed is not None and (values := self.passed.read(variables.coerced)) is not None:
            return values
        return self.declarations.arguments(self.definition, self.node, variables)


def given_by(
    declarations: Declarations, selection: Selection, definition: GraphQLField, node: FieldNode
) -> Given:
    """Raises GraphQLError for what the document says that cannot be."""
    if not selection.has_variables(node):
        constant = declarations.arguments(definition, node, selection.variables)
        return Given(declarations, definition, node, constant)
    return Given(declarations, definition, node, None, _passed_by(declarations, selection, definition, node))


def _passed_by(
    declarations: Declarations, selection: Selection, definition: GraphQLField, node: FieldNode
) -> Passed | None:
    by_variable = {
        each.name.value: each.value.name.value
        for each in node.arguments or ()
        if isinstance(each.value, VariableNode)
    }
    names = {name: declarations.passed_on(definition, name) for name in by_variable}
    fixed_node = FieldNode(
        name=node.name,
        alias=node.alias,
        arguments=tuple(each for each in node.arguments or () if each.name.value not in by_variable),
        directives=node.directives,
        loc=node.loc,
    )
    if None in names.values() or selection.has_variables(fixed_node):
        return None
    fixed = GraphQLField(
        definition.type,
        {name: each for name, each in definition.args.items() if name not in by_variable},
        extensions=definition.extensions,
    )
    try:
        said = declarations.arguments(fixed, fixed_node, selection.variables)
    except GraphQLError:  # which whoever reads the arguments is told
        return None
    return Passed(said, tuple((str(names[name]), variable) for name, variable in by_variable.items()))


def constant_arguments(
    declarations: Declarations, selection: Selection, definition: GraphQLField, node: FieldNode
) -> Mapping[str, Any]:
    """Arguments that the document says all. Raises NotCompilable where a variable decides one."""
    given = given_by(declarations, selection, definition, node)
    if given.constant is None:
        raise NotCompilable(f"an argument of {node.name.value} is a variable")
    return given.constant

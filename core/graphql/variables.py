"""An operation's variables: plain values of plain types are taken as they are, everything else goes to graphql-core.

graphql-core works out each variable's type anew at every request. For a look-up that was a twentieth of all work.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    get_nullable_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

from core.graphql.errors import Code
from core.graphql.prepared import PreparedOperation
from core.graphql.refusals import MAX_ERRORS, RefusedByCore

_NONE = VariableValues({}, {})
_PLAN = "variables"
_LARGEST_INT = 2**31 - 1

Plain = tuple[str, GraphQLVariableSignature, Callable[[Any], bool]]
"""A variable's name, its signature, and whether a value is what graphql-core would make of it."""


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_int(value: object) -> bool:
    return type(value) is int and -_LARGEST_INT <= value <= _LARGEST_INT


def _is_boolean(value: object) -> bool:
    return type(value) is bool


_STAYING: Mapping[Any, Callable[[Any], bool]] = {
    GraphQLString: _is_text,
    GraphQLID: _is_text,
    GraphQLInt: _is_int,
    GraphQLBoolean: _is_boolean,
}


def coerced(
    schema: GraphQLSchema, operation: PreparedOperation, given: dict[str, Any], *, hide_suggestions: bool
) -> VariableValues:
    """The variables' values, as the specification coerces them. Raises RefusedByCore: BAD_VARIABLES."""
    if not operation.node.variable_definitions:
        return _NONE
    if _PLAN not in operation.plans:
        operation.plans[_PLAN] = _plain(schema, operation)
    plain: list[Plain] | None = operation.plans[_PLAN]
    if plain is not None and all(stays(given.get(name)) for name, _, stays in plain):
        return VariableValues(
            {name: VariableValueSource(signature, given[name]) for name, signature, _ in plain},
            {name: given[name] for name, _, _ in plain},
        )
    values = get_variable_values(
        schema,
        operation.node.variable_definitions,
        given,
        max_errors=MAX_ERRORS,
        hide_suggestions=hide_suggestions,
    )
    if isinstance(values, list):
        raise RefusedByCore(Code.BAD_VARIABLES, values)
    return values


def _plain(schema: GraphQLSchema, operation: PreparedOperation) -> list[Plain] | None:
    """The variables, where all of them are of plain types; else None."""
    found: list[Plain] = []
    for node in operation.node.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if not isinstance(signature, GraphQLVariableSignature):
            return None
        stays = _STAYING.get(get_nullable_type(signature.type))
        if stays is None:
            return None
        found.append((signature.name, signature, stays))
    return found

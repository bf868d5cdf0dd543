"""What is taken without asking graphql-core is what graphql-core would have made of it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values

from core.graphql.guard import OperationAnalysis
from core.graphql.prepared import ParsedDocument, PreparedOperation
from core.graphql.refusals import RefusedByCore
from core.graphql.variables import coerced

SCHEMA = build_schema("""
  enum Colour { RED }
  input Size { width: Int! }
  type Query { all(text: String, id: ID, number: Int, yes: Boolean, part: Float, colour: Colour, size: Size,
    list: [String!]): Boolean }
""")
TYPES = [
    "String", "String!", "ID", "ID!", "Int", "Int!", "Boolean", "Boolean!", "Float", "Colour", "Size", "[String!]",
    'String = "none"', "Int = 5", "Int! = 5",
]  # fmt: skip
MISSING = object()
VALUES: list[Any] = [
    MISSING, None, "", "text", "é", 0, 5, -5, 2**31 - 1, -(2**31), 2**31, 1.0, 1.5, True, False, "RED", "BLUE",
    {"width": 1}, {"width": True}, {}, [], ["a"], ["a", None],
]  # fmt: skip


def prepared(head: str) -> PreparedOperation:
    document = parse(f"query({head}) {{ __typename }}")
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    analysis: OperationAnalysis = None  # type: ignore[assignment]  # which nothing here asks for
    return PreparedOperation(operation, analysis, ParsedDocument(head, document))


def told(values: VariableValues | list[str]) -> object:
    """What can be compared: types that wrap others are made anew at each look."""
    if isinstance(values, list):
        return values
    sources = {
        name: (str(each.signature.type), each.signature.name, repr(each.value))
        for name, each in values.sources.items()
    }
    return sources, {name: (type(value), value) for name, value in values.coerced.items()}


def by_core(operation: PreparedOperation, given: dict[str, Any]) -> VariableValues | list[str]:
    definitions = operation.node.variable_definitions or ()
    found = get_variable_values(SCHEMA, definitions, given)
    return [error.message for error in found] if isinstance(found, list) else found


def by_us(operation: PreparedOperation, given: dict[str, Any]) -> VariableValues | list[str]:
    try:
        return coerced(SCHEMA, operation, given, hide_suggestions=False)
    except RefusedByCore as refused:
        return [str(entry["message"]).partition(": ")[2] for entry in refused.entries()]


@pytest.mark.parametrize("type_", TYPES)
def test_each_value_is_coerced_as_graphql_core_does(type_: str) -> None:
    operation = prepared(f"$v: {type_}, $other: ID!")
    for value in VALUES:
        given = {"other": "x"} if value is MISSING else {"v": value, "other": "x"}
        assert told(by_us(operation, given)) == told(by_core(operation, given)), value


def test_what_nobody_declared_is_left_out() -> None:
    operation = prepared("$v: String!")

    given = {"v": "a", "more": 1}
    assert told(by_us(operation, given)) == told(by_core(operation, given))


def test_plain_values_are_not_handed_to_graphql_core(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = prepared("$v: String!, $number: Int")
    monkeypatch.delattr("core.graphql.variables.get_variable_values")

    assert coerced(SCHEMA, operation, {"v": "a", "number": 3}, hide_suggestions=False).coerced == {
        "v": "a",
        "number": 3,
    }

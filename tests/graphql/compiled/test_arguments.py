"""Arguments that variables pass on as they are, are what graphql-core and Strawberry make of them."""

from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values

from core.graphql.compiled.arguments import Given, given_by
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Selection
from core.graphql.prepared import ParsedDocument, PreparedOperation
from core.graphql.schema import build_schema

DECLARATIONS = Declarations(build_schema())
FIELDS = DECLARATIONS.core.query_type.fields  # type: ignore[union-attr]  # there are queries


def read(document: str, **values: Any) -> tuple[Given, Any, Any]:
    """A root field's arguments in full, as they are read, and as the libraries make them."""
    node = parse(document)
    (operation,) = node.definitions
    assert isinstance(operation, OperationDefinitionNode)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    variables = get_variable_values(DECLARATIONS.core, operation.variable_definitions or (), values)
    assert not isinstance(variables, list)
    prepared = PreparedOperation(operation, None, ParsedDocument(document, node))  # type: ignore[arg-type]  # without an analysis
    selection = Selection(DECLARATIONS.core, prepared, variables)
    definition = FIELDS[field.name.value]
    given = given_by(DECLARATIONS, selection, definition, field)
    return given, given.read(variables), DECLARATIONS.arguments(definition, field, variables)


@pytest.mark.parametrize(
    ("document", "values"),
    [
        ("query($id: ID!) { node(id: $id) { id } }", {"id": "tkt_1"}),
        ("query($number: String!) { ticket(number: $number) { id } }", {"number": "7"}),
        (
            "query($n: Int, $after: String) { tickets(first: $n, after: $after) { nodes { id } } }",
            {"n": 7, "after": "x"},
        ),
        (
            "query($n: Int) { tickets(first: $n, filter: {state: {eq: ACTIVE}}) { nodes { id } } }",
            {"n": 7},
        ),
    ],
)
def test_they_are_passed_on(document: str, values: dict[str, Any]) -> None:
    given, ours, theirs = read(document, **values)

    assert given.passed is not None
    assert ours == theirs


@pytest.mark.parametrize("values", [{}, {"n": None}])
def test_of_null_and_nothing_the_libraries_know_what_they_mean(values: dict[str, Any]) -> None:
    _, ours, theirs = read("query($n: Int) { tickets(first: $n) { nodes { id } } }", **values)

    assert ours == theirs


@pytest.mark.parametrize(
    ("document", "values"),
    [
        ("query($f: TicketFilter) { tickets(filter: $f) { nodes { id } } }", {"f": {"text": "a"}}),
        ("query($t: String!) { tickets(filter: {text: $t}) { nodes { id } } }", {"t": "a"}),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["tkt_1"]}),
    ],
)
def test_what_something_is_made_of_goes_to_the_libraries(document: str, values: dict[str, Any]) -> None:
    given, ours, theirs = read(document, **values)

    assert given.passed is None
    assert ours == theirs

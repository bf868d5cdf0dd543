"""The schema keeps to its rules, and each rule is broken once by a bad sample."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from graphql import GraphQLSchema, build_schema

from core.kit.graph import registry
from tests.schema import rules

Rule = Callable[[GraphQLSchema], Iterator[str]]
TODAY = date.today()


def on_time(schema: GraphQLSchema) -> Iterator[str]:
    """Deprecations, as of today."""
    return rules.deprecations(schema, TODAY)


RULES: list[Rule] = [
    rules.connection_arguments,
    rules.connection_types,
    rules.cursors_are_text,
    rules.descriptions,
    rules.filters_find_what_is_empty,
    rules.ids_are_ids,
    rules.lists_hold_no_nulls,
    rules.mutation_shape,
    rules.named_for_what_they_are,
    rules.nullable_roots,
    on_time,
]

BAD: list[tuple[Rule, str, list[str]]] = [
    (
        rules.descriptions,
        'type Query { a(b: B): E }\n"input"\ninput B { c: Int }\n"enum"\nenum E { F }',
        [
            "Query has no description",
            "Query.a has no description",
            "Query.a(b) has no description",
            "B.c has no description",
            "E.F has no description",
        ],
    ),
    (
        rules.filters_find_what_is_empty,
        """type Query { a: A } type A { b: Int c: Int d: Int! } input AFilter { b: BFilter c: CFilter d: BFilter
        and: [AFilter] } input BFilter { eq: Int } input CFilter { eq: Int isNull: Boolean }""",
        ["AFilter.b has no isNull"],
    ),
    (
        rules.nullable_roots,
        "type Query { a: Int b: Int! } type Mutation { c: Int! } type Subscription { d: Int! }",
        ["b is never null", "c is never null", "d is never null"],
    ),
    (
        rules.mutation_shape,
        """type Query { a: Int } input BInput { c: Int } type UserError { code: Int }
        type DPayload { userErrors: [UserError] e: Int! }
        type Mutation { b(input: BInput): Int  d(input: BInput!): DPayload }""",
        [
            "b takes {'input': 'BInput'}, not input: BInput!",
            "b answers Int, not BPayload",
            "d takes {'input': 'BInput!'}, not input: DInput!",
            "DPayload has no userErrors: [UserError!]!",
            "DPayload.e is never null, even when refused",
        ],
    ),
    (
        lambda schema: rules.deprecations(schema, date(2026, 11, 23)),
        """type Query {
          a: Int @deprecated(reason: "Old.")
          b: Int @deprecated(reason: "Use a. Removal after 2026-11-22.")
          c: Int @deprecated(reason: "Use a. Removal after 2026-11-23.")
        }""",
        ["Query.a does not say: Removal after YYYY-MM-DD.", "Query.b was to be removed after 2026-11-22"],
    ),
    (
        rules.connection_types,
        """type Query { a: AConnection } type A { b: Int } type Count { value: Int }
        type AConnection { edges: [AEdge]! totalCount: Int } type AEdge { cursor: Int! node: A! }""",
        [
            "AConnection has no edges: [AEdge!]!",
            "AConnection has no nodes: [A!]!",
            "AConnection has no pageInfo: PageInfo!",
            "AConnection has no totalCount: Count",
            "AEdge has no cursor: String!",
        ],
    ),
    (
        rules.connection_arguments,
        """type AConnection { a: Int } input O { a: Int } type Query {
          bare: AConnection
          much(first: Int = 1000, after: String, last: Int, before: String): AConnection
          open(first: Int, after: String, last: Int, before: String, orderBy: [O!]): AConnection
          good(first: Int = 20, after: String, last: Int, before: String, orderBy: [O!] = [{a: 1}]): AConnection
        }""",
        [
            "Query.bare has no argument first: Int",
            "Query.bare has no argument after: String",
            "Query.bare has no argument last: Int",
            "Query.bare has no argument before: String",
            "Query.much shows no default of first between 1 and 100",
            "Query.open shows no default of first between 1 and 100",
            "Query.open shows no default of orderBy",
        ],
    ),
    (
        rules.cursors_are_text,
        "scalar Cursor type Query { endCursor: Cursor startCursor: String }",
        ["there is a type Cursor", "Query.endCursor is no String"],
    ),
    (
        rules.named_for_what_they_are,
        "input Thing { a: Int } type Query { a(b: Thing): BFilter } type BFilter { a: Int }",
        ["Thing does not end in Input, Filter, Order or Selection", "BFilter is no input"],
    ),
    (
        rules.ids_are_ids,
        "type Query { id: String paid: Int userId(groupIds: [String!]): ID externalId: String }",
        ["Query.id is of type String", "Query.userId(groupIds) is of type String"],
    ),
    (
        rules.lists_hold_no_nulls,
        "type Query { nodes: [Int] a: [Int]! b: [Int!] }",
        ["Query.a may hold nulls"],
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_schema_keeps_to_its_rules(schema: GraphQLSchema, rule: Rule) -> None:
    assert list(rule(schema)) == []


@pytest.mark.parametrize(("rule", "text", "complaints"), BAD)
def test_a_rule_finds_what_breaks_it(rule: Rule, text: str, complaints: list[str]) -> None:
    assert list(rule(build_schema(text))) == complaints


def test_what_has_an_id_is_found_by_it(schema: GraphQLSchema) -> None:
    assert list(rules.nodes_of(schema, set(registry.by_name))) == []


def test_what_is_not_registered_is_found_out() -> None:
    schema = build_schema("interface Node { id: ID! } type A implements Node { id: ID! } type Query { a: A }")

    assert list(rules.nodes_of(schema, {"B"})) == [
        "A implements Node but is not registered",
        "B is registered but does not implement Node",
    ]


def test_prefixes_of_ids_are_three_letters_and_nobody_elses() -> None:
    assert list(rules.prefixes([(each.name, each.prefix) for each in registry])) == []


def test_bad_prefixes_are_found_out() -> None:
    assert list(rules.prefixes([("A", "tkt"), ("B", "tkt"), ("C", "Ab1")])) == [
        "B and A share the prefix tkt",
        "C has the prefix Ab1",
    ]

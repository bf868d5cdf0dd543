"""Limits on what one document may ask for, and the cost formula."""

import time

import pytest
from graphql import get_introspection_query, parse

from core.graphql.guard import GuardLimits, analyse
from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client
from tests.graphql.edge.schema import schema

LIMITS = GuardLimits(max_depth=12, max_aliases=60, max_root_fields=20, max_mutations=5, max_operations=25)


def chain(levels: int) -> str:
    """Fragments that spread the next one twice: 2^levels spreads."""
    links = [f"fragment A{n} on Node {{ ...A{n + 1} ... {{ ...A{n + 1} }} }}" for n in range(levels)]
    return "{ node(id: 1) { ...A0 } } " + " ".join(links) + f" fragment A{levels} on Node {{ x: id }}"


def tree(levels: int) -> str:
    """Fragments that select two fields over the next one: 2^levels fields."""
    links = [
        f"fragment A{n} on Author {{ a: friends(first: 1) {{ ...A{n + 1} }} b: friends(first: 1) {{ ...A{n + 1} }} }}"
        for n in range(levels)
    ]
    return "{ node(id: 1) { ...A0 } } " + " ".join(links) + f" fragment A{levels} on Author {{ id }}"


def cost(document: str, **variables: object) -> int:
    measured = analyse(schema._schema, parse(document), LIMITS, introspection_price=1.0)
    return measured[0][1].cost(variables)


@pytest.mark.parametrize(
    ("document", "points"),
    [
        ("{ hello }", 1),
        ("{ node(id: 1) { id } }", 1),
        ("{ a: node(id: 1) { id } b: node(id: 2) { id } }", 2),
        ("{ tickets { nodes { id } } }", 20),
        ("{ tickets(first: 7) { nodes { id } } }", 7),
        ("{ tickets(last: 9) { nodes { id } } }", 9),
        ("{ tickets(first: 3, last: 9) { nodes { id } } }", 9),
        ("{ tickets(first: 10) { edges { node { id } } pageInfo { hasNextPage } } }", 10),
        ("{ tickets(first: 10) { edges { node { id } } nodes { id } } }", 20),
        ("{ tickets(first: 10) { nodes { messages { nodes { id } } } } }", 10 * (1 + 20)),
        ("{ tickets(first: 10) { nodes { messages(first: 2) { nodes { author { id } } } } } }", 10 * (1 + 2 * 2)),
        ("{ tickets(first: 0) { nodes { id } } }", 1),
        ("{ tickets(first: -5) { nodes { id } } }", 1),
        ("{ tickets(first: 2) { nodes { summary } } }", 2 * (1 + 7)),
        ("{ nodes(ids: [1, 2, 3]) { id } }", 3),
        ("{ nodes(ids: 500) { id } }", 1),
        ("{ node(id: 1) { ... on Author { friends { friends { id } } } } }", 1 + 3 * (1 + 3)),
        ("{ node(id: 1) { ... on Message { tags { id } } } }", 1 + 2),
        ("{ node(id: 1) { ... on Author { friends { id } } ... on Message { author { id } } } }", 1 + 3),
        ("{ tickets(first: 4) { ...P } } fragment P on TicketConnection { nodes { id } }", 4),
        (
            "{ a: tickets(first: 4) { ...P } b: tickets(first: 5) { ...P } } "
            "fragment P on TicketConnection { nodes { id } }",
            9,
        ),
        ("{ ...A ...A } fragment A on Query { node(id: 1) { id } }", 1),
        ("{ node(id: 1) @skip(if: true) { id } }", 1),
        ("{ tickets(first: 8) @include(if: false) { nodes { id } } node(id: 1) { id } }", 1),
        ("mutation { write }", 10),
        ("mutation { a: write b: write ...M } fragment M on Mutation { c: write }", 30),
    ],
)  # fmt: skip
def test_the_cost_follows_the_formula(document: str, points: int) -> None:
    assert cost(document) == points


def test_the_cost_follows_the_variables() -> None:
    document = "query($n: Int, $ids: [ID!]!) { tickets(first: $n) { nodes { id } } nodes(ids: $ids) { id } }"

    assert cost(document, n=3, ids=["a", "b"]) == 5
    assert cost(document, n=30, ids=[]) == 30
    assert cost(document, ids=["a"]) == 21
    assert cost(document, n=None, ids=["a"]) == 21


def test_what_a_variable_leaves_out_costs_nothing() -> None:
    document = (
        "query($all: Boolean!) { tickets(first: 9) @include(if: $all) { nodes { id } } ...M @skip(if: $all) } \
        fragment M on Query { node(id: 1) { id } }"
    )

    assert (cost(document, all=True), cost(document, all=False)) == (9, 1)


async def test_a_default_of_the_operation_counts() -> None:
    answer = await Client().ask("query($n: Int = 33) { tickets(first: $n) { nodes { id } } }")

    assert answer.json["extensions"]["cost"]["requested"] == 33


async def test_an_operation_that_costs_too_much_names_what_drives_it() -> None:
    client = Client()

    answer = await client.ask(
        "{ hello tickets(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }"
    )

    assert answer.json["errors"][0]["extensions"] == {
        "code": "TOO_COSTLY",
        "cost": 10_100,
        "limit": 5000,
        "field": "tickets.nodes.messages.nodes",
    }
    assert client.contexts.opened == []


async def test_defaults_of_the_schema_count_in_recursive_lists() -> None:
    document = "{ node(id: 1) { ... on Author { " + "friends { " * 8 + "id" + " }" * 8 + " } } }"

    answer = await Client().ask(document)

    assert answer.codes == ["TOO_COSTLY"]
    assert answer.json["errors"][0]["extensions"]["cost"] == sum(3**level for level in range(9))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ node(id: 1) { ... on Author { " + "friends(first: 1) { " * 11 + "id" + " }" * 11 + " } } }", "TOO_DEEP"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(61)) + " }", "TOO_MANY_ALIASES"),
        ("{ " + " ".join(f"a{n}: hello" for n in range(21)) + " }", "TOO_MANY_ROOT_FIELDS"),
        ("mutation { " + " ".join(f"a{n}: write" for n in range(6)) + " }", "TOO_MANY_MUTATIONS"),
        (" ".join(f"query Q{n} {{ hello }}" for n in range(26)), "TOO_MANY_OPERATIONS"),
        ("{ nodes(ids: [" + "1 " * 2000 + "]) { id } }", "DOCUMENT_TOO_LARGE"),
        ("{ hello }" + "#\n" * 1500, "DOCUMENT_TOO_LARGE"),
        ("{ hello }" + " " * 100_001, "DOCUMENT_TOO_LARGE"),
        ("{ hello" + " @skip(if: false)" * 3 + " }", "VALIDATION_FAILED"),
        ("{ echo(value: " + "[" * 300 + "]" * 300 + ") }", "DOCUMENT_TOO_LARGE"),
        ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }", "VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "VALIDATION_FAILED"),
        ("{ ...Missing }", "VALIDATION_FAILED"),
        ("{ hello @defer { id } }", "VALIDATION_FAILED"),
    ],
)  # fmt: skip
async def test_a_document_over_a_limit_is_refused_and_nothing_runs(document: str, code: str) -> None:
    client = Client()

    answer = await client.ask(document)

    assert set(answer.codes) == {code}
    assert client.contexts.opened == []


@pytest.mark.parametrize(
    "limit", [("max_depth", 3), ("max_aliases", 1), ("max_root_fields", 2), ("max_cost", 19)]
)
async def test_a_document_at_a_limit_is_served(limit: tuple[str, int]) -> None:
    name, value = limit
    document = "{ a: hello tickets(first: 19) { nodes { id } } }"

    assert (await Client(EdgeOptions(**{name: value})).ask(document)).status == 200  # type: ignore[arg-type]
    assert (await Client(EdgeOptions(**{name: value - 1})).ask(document)).status == 400  # type: ignore[arg-type]


async def test_depth_is_counted_through_fragments() -> None:
    document = (
        "{ ...A } fragment A on Query { tickets(first: 1) { ...B } } "
        "fragment B on TicketConnection { nodes { id } }"
    )

    assert (await Client(EdgeOptions(max_depth=3)).ask(document)).status == 200
    assert (await Client(EdgeOptions(max_depth=2)).ask(document)).codes == ["TOO_DEEP"]


async def test_limits_are_told_before_variables_are_looked_at() -> None:
    document = "query($n: Int!) { tickets(first: $n) { nodes { id } } }"

    assert (await Client(EdgeOptions(max_depth=2)).ask(document, n="many")).codes == ["TOO_DEEP"]
    assert (await Client().ask(document, n="many")).codes == ["BAD_VARIABLES"]


@pytest.mark.parametrize("document", [chain(40), tree(40)])
def test_fragments_that_double_are_measured_in_linear_time(document: str) -> None:
    node = parse(document)
    started = time.process_time()

    measured = analyse(schema._schema, node, GuardLimits(12, 100, 20, 5, 25), introspection_price=1.0)
    points = measured[0][1].cost({})

    assert time.process_time() - started < 0.5
    assert points in (1, 10**9 + 1, 10**9)


@pytest.mark.parametrize("document", [chain(40), tree(40), chain(150)])
async def test_fragments_that_double_are_answered_at_once(document: str) -> None:
    started = time.process_time()

    await Client(EdgeOptions(max_aliases=1000, max_depth=1000)).ask(document)

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "selections",
    [
        "hello " * 1900,
        " ".join(f'hello(name: "{n}")' for n in range(280)),
        " ".join(f"unknown{n}" for n in range(1900)),
    ],
)  # fmt: skip
async def test_validation_of_a_hostile_document_is_bounded(selections: str) -> None:
    started = time.process_time()

    answer = await Client().ask(f"{{ {selections} }}")

    assert set(answer.codes) == {"VALIDATION_FAILED"}
    assert time.process_time() - started < 4


async def test_the_full_introspection_query_is_served_and_costs_a_fifth_of_the_limit() -> None:
    answer = await Client().ask(get_introspection_query(input_value_deprecation=True))

    assert answer.data["__schema"]["queryType"]["name"] == "Query"
    assert 990 <= answer.json["extensions"]["cost"]["requested"] <= 1000


async def test_introspection_repeated_under_aliases_is_too_costly() -> None:
    parts = " ".join(f"t{n}: types {{ fields {{ args {{ type {{ name }} }} }} }}" for n in range(50))

    assert (await Client().ask(f"{{ __schema {{ {parts} }} }}")).codes == ["TOO_COSTLY"]

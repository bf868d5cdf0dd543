"""What a viewer may not read, no filter and no order tells them: generated over every filter of every list."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from core.kit.graph.filters import FILTERS
from core.testing import Person
from tests.isolation.conftest import Pair
from tests.isolation.planting import Planted
from tests.isolation.selection import root_fields, schema

CHECKED_ELSEWHERE = {
    "email": "test_between_customers guesses at addresses",
    "customField": "asks for the right to read them, tests/fields/test_filters.py",
    "watchedByMe": "speaks of the viewer's own watches only",
    "watchedByMeAs": "speaks of the viewer's own watches only",
    "transferredByMe": "speaks of what the viewer did",
    "dueIn": "speaks of dueAt, which everybody reads who sees the ticket",
    "callbackIn": "speaks of callbackAt, which everybody reads who sees the ticket",
    "role": "tests/identity/test_people.py asks as a customer",
    "group": "tests/identity/test_people.py asks as a customer",
    "domain": "who sees an organisation reads its domains",
    "text": "tests/search/test_sight.py searches as a customer",
    "number": "everybody who sees a ticket reads its number",
}
"""Filters that are on no field of the same name and type, and why they give nothing away."""


def lists() -> dict[str, GraphQLObjectType]:
    """Root lists with a filter, and the type in them."""
    found = {}
    for name, field in root_fields().items():
        if "filter" in field.args:
            connection = get_named_type(field.type)
            assert isinstance(connection, GraphQLObjectType)
            found[name] = get_named_type(connection.fields["nodes"].type)
    return found


def filters(name: str) -> dict[str, GraphQLInputObjectType]:
    kind = get_named_type(root_fields()[name].args["filter"].type)
    assert isinstance(kind, GraphQLInputObjectType)
    return {
        each: get_named_type(member.type)
        for each, member in kind.fields.items()
        if each not in ("and", "or", "not")
    }


def relations() -> Iterator[tuple[str, str]]:
    """A list and a filter on what its objects lead to."""
    for name, kind in lists().items():
        for member, operators in filters(name).items():
            if member != "id" and operators.name in ("IDFilter", "TagsFilter"):
                assert member in kind.fields, f"{name}: {member} is no field"
                yield name, member


async def _related(person: Person, name: str, member: str) -> dict[str, set[str]]:
    """Of each object in a list, what the person reads in the relation."""
    answer = await person.ask(f"{{ {name}(first: 100) {{ nodes {{ id {member} {{ id }} }} }} }}")
    nodes: list[dict[str, Any]] = (answer.body.get("data", {}).get(name) or {"nodes": []})["nodes"]
    read = {each["id"]: each[member] for each in nodes}
    return {
        key: {each["id"] for each in (value if isinstance(value, list) else [value]) if each}
        for key, value in read.items()
    }


async def _filtered(person: Person, name: str, member: str, condition: str) -> set[str]:
    answer = await person.ask(
        f"{{ {name}(first: 100, filter: {{{member}: {{{condition}}}}}) {{ nodes {{ id }} }} }}"
    )
    return {each["id"] for each in answer.data[name]["nodes"]}


def _viewers(planted: Planted) -> list[Person]:
    return [planted.desk.customer, planted.rival, planted.desk.agent]


@pytest.mark.parametrize(("name", "member"), list(relations()))
async def test_a_filter_on_a_relation_finds_what_the_viewer_reads_there(
    pair: Pair, name: str, member: str
) -> None:
    planted = pair.ours
    everything = await _related(planted.desk.founder, name, member)
    wanted = {each for ids in everything.values() for each in ids}
    operator = "any" if filters(name)[member].name == "TagsFilter" else "in"
    for person in _viewers(planted):
        seen = await _related(person, name, member)
        if not seen:
            continue  # a list that shows them nothing
        for key in wanted:
            found = await _filtered(person, name, member, f'{operator}: ["{key}"]')
            assert found == {each for each, ids in seen.items() if key in ids}
        if operator == "in":
            there = await _filtered(person, name, member, "isNull: false")
            assert there == {each for each, ids in seen.items() if ids}
            others = await _filtered(person, name, member, f"notIn: {_ids(wanted)}")
            assert others == {each for each, ids in seen.items() if not ids & wanted}


def _ids(keys: set[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in sorted(keys)) + "]"


async def test_customers_meet_relations_that_are_hidden_from_them(pair: Pair) -> None:
    """Else the test above would ask nothing."""
    founder, customer = pair.ours.desk.founder, pair.ours.desk.customer
    for member in ("group", "tags"):
        theirs = await _related(customer, "tickets", member)
        all_of_it = await _related(founder, "tickets", member)
        assert theirs and all(not ids for ids in theirs.values())
        assert all(all_of_it[key] for key in theirs)


@pytest.mark.parametrize("name", sorted(lists()))
def test_every_other_filter_is_on_what_is_read_there(name: str) -> None:
    kind = lists()[name]
    others = {
        member
        for member, operators in filters(name).items()
        if operators.name not in ("IDFilter", "TagsFilter") and member not in CHECKED_ELSEWHERE
    }
    compiled = FILTERS[kind.name]

    assert {member for member in others if member not in kind.fields} == set()
    assert set(compiled.extras) <= {
        "tags",
        "email",
        "custom_field",
        "watchers",
        "watched_by_me",
        "watched_by_me_as",
        "transferred_by_me",
        "due_in",
        "callback_in",
        "domain",
        "role",
        "group",
        "number",
        "text",
    }


@pytest.mark.parametrize("kind", sorted(each.name for each in lists().values()))
def test_no_list_is_ordered_by_what_only_some_may_read(kind: str) -> None:
    from core.kit.graph import registry

    node_type = registry.by_name[kind]
    guarded = {name.upper() for name, column in node_type.columns.items() if column.guard}

    assert guarded.isdisjoint(node_type.orders)
    assert schema().type_map[kind] is not None

"""Every mutation that takes an `idempotencyKey`: sent again it answers the same and does nothing; with another input it
is refused."""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type, is_leaf_type

from core.testing import Desk
from tests.callers.collected import all_samples, mutation_names, schema
from tests.callers.rows import changed, digest


def _fields(name: str) -> tuple[GraphQLInputObjectType, GraphQLObjectType]:
    root = schema().mutation_type
    assert root is not None
    given, payload = (
        get_named_type(root.fields[name].args["input"].type),
        get_named_type(root.fields[name].type),
    )
    assert isinstance(given, GraphQLInputObjectType) and isinstance(payload, GraphQLObjectType)
    return given, payload


KEYED = [name for name in mutation_names() if "idempotencyKey" in _fields(name)[0].fields]


def document(name: str) -> str:
    """The mutation, asking which objects it gave."""
    given, payload = _fields(name)
    asked = [
        member if is_leaf_type(get_named_type(field.type)) else f"{member} {{ id }}"
        for member, field in payload.fields.items()
        if member != "userErrors"
    ]
    errors = "userErrors { code path }"
    return f"mutation($input: {given.name}!) {{ {name}(input: $input) {{ {' '.join(asked)} {errors} }} }}"


def test_what_creates_takes_a_key() -> None:
    creating = {name for name in mutation_names() if name.endswith(("Create", "Add", "Invite", "Reply"))}

    # Their secrets are shown once and kept nowhere; those of an instance are not kept even as part of a digest. Whoever
    # founds a helpdesk is nobody yet whose key it could be; its slug makes it one.
    keyless = {"apiTokenCreate", "webhookCreate", "pluginInstanceCreate", "tenantCreate"}
    assert creating - set(KEYED) == keyless


@pytest.mark.parametrize("name", KEYED)
async def test_a_repeated_request_answers_the_same_and_does_nothing(name: str, desk: Desk) -> None:
    sample = all_samples()[name]
    caller = desk.people[sample.allowed]
    given = {**await sample.make(desk), "idempotencyKey": "9d1c"}
    first = await caller.ask(document(name), input=given)
    assert any(first.payload(name).values())
    before = await digest(desk.tenant_id)

    again = await caller.ask(document(name), input=given)

    assert again.data == first.data
    assert changed(before, await digest(desk.tenant_id)) == []


OTHERWISE: dict[str, dict[str, Any]] = {
    "ticketBulkUpdate": {"onError": "ROLL_BACK_ALL"},
    "ticketExport": {"format": "XLSX"},
    "resourceCreate": {"customer": {"name": "Li"}},
    "tenantExport": {"format": "CSV"},
}
"""Another input where no text, no yes and no id says one."""


def _another(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """A change that makes it another input: a longer text, else a yes for a no, else another id."""
    kinds = {member: str(field.type).rstrip("!") for member, field in _fields(name)[0].fields.items()}
    texts = [member for member in given if kinds[member] == "String" and member != "idempotencyKey"]
    if texts:
        return {texts[0]: f"{given[texts[0]]}x"}
    if name in OTHERWISE:
        return OTHERWISE[name]
    switch = next((member for member, kind in kinds.items() if kind == "Boolean"), None)
    if switch:
        return {switch: not given.get(switch, False)}
    named = next(member for member in given if kinds[member] == "ID")
    return {named: given[named][:-1] + ("1" if given[named][-1] == "0" else "0")}


@pytest.mark.parametrize("name", KEYED)
async def test_a_key_is_not_used_for_another_input(name: str, desk: Desk) -> None:
    sample = all_samples()[name]
    caller = desk.people[sample.allowed]
    given = {**await sample.make(desk), "idempotencyKey": "9d1c"}
    (await caller.ask(document(name), input=given)).payload(name)
    before = await digest(desk.tenant_id)

    refused = await caller.ask(document(name), input={**given, **_another(name, given)})

    assert refused.refusals(name) == [("CONFLICT", ["idempotencyKey"])]
    assert changed(before, await digest(desk.tenant_id)) == []

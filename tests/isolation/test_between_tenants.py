"""Nothing of one tenant is in any answer to another, whatever is asked."""

import asyncio
from collections.abc import Iterable

import orjson
import pytest
from graphql import GraphQLInputObjectType, get_named_type, get_nullable_type, is_list_type

from core.kit.graph import registry
from core.testing import Answer
from tests.isolation.conftest import Pair
from tests.isolation.rows import every_key, global_ids, keys
from tests.isolation.selection import everything, root_fields, root_selection

LOOKED_UP = sorted(name for name, field in root_fields().items() if "id" in field.args and name != "node")
LISTED = sorted(name for name, field in root_fields().items() if {"first", "filter"} <= field.args.keys())
ARGUMENTLESS = sorted(set(root_fields()) - set(LOOKED_UP) - {"node", "nodes"})
CALLERS = ("founder", "agent", "customer")


async def test_both_desks_have_rows_in_every_table(pair: Pair) -> None:
    for planted in (pair.ours, pair.theirs):
        empty = [table for table, found in (await keys(planted.desk.tenant_id)).items() if not found]
        assert empty == [], f"tests/isolation/planting.py leaves these tables empty: {empty}"


@pytest.mark.requirement("A3")
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("role", CALLERS)
@pytest.mark.parametrize("name", ARGUMENTLESS)
async def test_a_deep_selection_shows_nothing_of_the_other_tenant(pair: Pair, name: str, role: str) -> None:
    answer = await pair.ours.desk.people[role].ask(root_selection(name))

    assert answer.status == 200, answer.body
    assert "INTERNAL" not in answer.codes
    await assert_nothing_of(pair.theirs.word, await every_key(pair.theirs.desk.tenant_id), answer)


@pytest.mark.parametrize("name", LISTED)
async def test_the_founder_does_see_what_is_theirs(pair: Pair, name: str) -> None:
    """Else the test above would pass on empty answers."""
    text = _text(await pair.ours.desk.founder.ask(root_selection(name)))

    assert pair.ours.word in text


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("role", CALLERS)
@pytest.mark.parametrize("kind", sorted(each.name for each in registry))
async def test_no_id_of_the_other_tenant_leads_anywhere(pair: Pair, kind: str, role: str) -> None:
    caller, ids = pair.ours.desk.people[role], (await global_ids(pair.theirs.desk.tenant_id))[kind]
    assert ids

    for several in _chunks(ids, 100):
        answer = await caller.ask(
            f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {kind} {everything(kind, 2)} }} }}",
            ids=several,
        )
        assert answer.data["nodes"] == [None] * len(several)
    for single in ids[:3]:
        answer = await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=single)
        assert answer.data["node"] is None


async def test_ones_own_ids_do_lead_somewhere(pair: Pair) -> None:
    """Else the test above would pass on ids that no type has."""
    desk = pair.ours.desk
    ids = await global_ids(desk.tenant_id)

    for kind, found in ids.items():
        answer = await desk.founder.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=found[:100])
        assert any(answer.data["nodes"]) or kind in UNREACHABLE, kind


UNREACHABLE = {"JobFile", "Notification", "Upload"}
"""Seen by nobody but whom it tells or is for, or who announced it."""


@pytest.mark.parametrize("role", CALLERS)
@pytest.mark.parametrize("name", LOOKED_UP)
async def test_no_look_up_finds_the_other_tenants(pair: Pair, name: str, role: str) -> None:
    caller = pair.ours.desk.people[role]
    ids = [each for found in (await global_ids(pair.theirs.desk.tenant_id)).values() for each in found]

    for several in _chunks(ids, 200):
        fields = " ".join(f'a{number}: {name}(id: "{each}") {{ id }}' for number, each in enumerate(several))
        answer = await caller.ask(f"{{ {fields} }}")
        assert set(answer.data.values()) == {None}


async def test_no_other_key_finds_the_other_tenants(pair: Pair) -> None:
    ours, theirs = pair.ours.desk, pair.theirs
    emails = [theirs.text("secret", theirs.desk.agent.email), theirs.rival.email, theirs.desk.customer.email]

    for email in emails:
        answer = await ours.founder.ask("query($email: String!) { user(email: $email) { id } }", email=email)
        assert answer.data["user"] is None
    answer = await ours.founder.ask(
        "query($id: String!) { user(externalId: $id) { id } }",
        id=f"{theirs.word}-secret-{theirs.desk.agent.key}",
    )
    assert answer.data["user"] is None
    answer = await ours.founder.ask('{ ticket(number: "1") { title } }')
    assert answer.data["ticket"]["title"].startswith(pair.ours.word)


def _filter_type(name: str) -> GraphQLInputObjectType:
    found = get_named_type(root_fields()[name].args["filter"].type)
    assert isinstance(found, GraphQLInputObjectType)
    return found


def _id_conditions(name: str) -> list[tuple[str, str]]:
    """`(member, operator)` of each condition on ids that a root list's filter takes."""
    filter_type = _filter_type(name)
    found = []
    for member, field in filter_type.fields.items():
        operators = get_named_type(field.type)
        if member in ("and", "or", "not") or not isinstance(operators, GraphQLInputObjectType):
            continue
        found += [
            (member, operator)
            for operator, each in operators.fields.items()
            if get_named_type(each.type).name == "ID" and operator not in ("notIn", "none")
        ]
    return found


@pytest.mark.parametrize(
    ("name", "member", "operator"), [(name, *each) for name in LISTED for each in _id_conditions(name)]
)
async def test_no_filter_on_an_id_of_the_other_tenant_matches(
    pair: Pair, name: str, member: str, operator: str
) -> None:
    founder, ids = pair.ours.desk.founder, await global_ids(pair.theirs.desk.tenant_id)
    filter_type = _filter_type(name)
    operators = get_named_type(filter_type.fields[member].type)
    assert isinstance(operators, GraphQLInputObjectType)
    is_list = is_list_type(get_nullable_type(operators.fields[operator].type))
    answered = "nodes { id } totalCount { value }"
    query = f"query($filter: {filter_type.name}) {{ {name}(filter: $filter) {{ {answered} }} }}"

    for found in ids.values():
        given: object = found[:200] if is_list else found[0]
        filter = {member: {operator: given}}
        for asked in (filter, {"and": [filter]}, {"or": [filter]}, {"not": {"not": filter}}):
            answer = await founder.ask(query, filter=asked)
            assert answer.data[name] == {"nodes": [], "totalCount": {"value": 0}}


def _text_conditions(name: str) -> list[str]:
    filter_type = _filter_type(name)
    return [member for member, field in filter_type.fields.items() if str(field.type) == "StringFilter"]


@pytest.mark.parametrize("name", LISTED)
async def test_no_filter_on_a_text_of_the_other_tenant_matches(pair: Pair, name: str) -> None:
    founder = pair.ours.desk.founder
    for member in _text_conditions(name):
        for operator in ("contains", "startsWith"):
            condition = f"{{{member}: {{{operator}: $text}}}}"
            query = f"query($text: String!) {{ {name}(filter: {condition}) {{ nodes {{ id }} }} }}"
            answer = await founder.ask(query, text=pair.theirs.word)
            assert answer.data[name]["nodes"] == []


@pytest.mark.parametrize("name", LISTED)
async def test_a_cursor_of_the_other_tenant_shows_only_ones_own(pair: Pair, name: str) -> None:
    page = "nodes { id } pageInfo { endCursor }"
    query = f"query($after: String) {{ {name}(first: 100, after: $after) {{ {page} }} }}"
    theirs = await pair.theirs.desk.founder.ask(query)
    cursor = theirs.data[name]["pageInfo"]["endCursor"]
    assert cursor

    answer = await pair.ours.desk.founder.ask(query, after=cursor)

    await assert_nothing_of(pair.theirs.word, await every_key(pair.theirs.desk.tenant_id), answer)


async def test_interleaved_requests_of_two_tenants_stay_apart(pair: Pair) -> None:
    """The tenant is told to each connection when it is handed out: none may carry another request's."""
    query = (
        "{ viewer { tenant { id } user { id } } tickets { nodes { id title } } groups { nodes { name } } }"
    )

    async def ask(planted_is_ours: bool) -> None:
        planted, stranger = (pair.ours, pair.theirs) if planted_is_ours else (pair.theirs, pair.ours)
        answer = await planted.desk.founder.ask(query)
        assert answer.data["viewer"]["tenant"]["id"] == f"tnt_{planted.desk.tenant_id.hex}"
        assert len(answer.data["tickets"]["nodes"]) == 2
        assert stranger.word not in _text(answer)

    await asyncio.gather(*(ask(number % 2 == 0) for number in range(200)))


async def assert_nothing_of(word: str, hidden_keys: Iterable[str], answer: Answer) -> None:
    text = _text(answer)
    assert word not in text, _around(text, word)
    for key in hidden_keys:
        assert key not in text, _around(text, key)


def _text(answer: Answer) -> str:
    return orjson.dumps(answer.body).decode()


def _around(text: str, found: str) -> str:
    place = text.index(found)
    return text[max(0, place - 300) : place + 100]


def _chunks(values: list[str], size: int) -> list[list[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]

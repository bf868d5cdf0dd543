"""Within one desk: a customer sees nothing of another customer, of private notes, of how the desk works."""

from collections.abc import Iterator

import orjson
import pytest

from core.kit.graph import registry
from core.kit.ids import to_global
from core.testing import Answer
from tests.isolation.conftest import Pair
from tests.isolation.planting import HIDDEN_KINDS, Planted
from tests.isolation.rows import global_ids
from tests.isolation.selection import everything, root_selection
from tests.isolation.test_between_tenants import ARGUMENTLESS, LISTED


def _assert_hidden(planted: Planted, answer: Answer) -> None:
    text = orjson.dumps(answer.body).decode()
    for hidden in _hidden(planted):
        place = text.find(hidden)
        assert place < 0, text[max(0, place - 400) : place + 60]


def _hidden(planted: Planted) -> Iterator[str]:
    yield from (f"{planted.word}-{kind}" for kind in HIDDEN_KINDS)
    yield from (key.hex for key in planted.hidden)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", ARGUMENTLESS)
async def test_a_deep_selection_shows_a_customer_nothing_hidden(pair: Pair, name: str) -> None:
    answer = await pair.ours.desk.customer.ask(root_selection(name))

    assert answer.status == 200
    assert "INTERNAL" not in answer.codes
    _assert_hidden(pair.ours, answer)


@pytest.mark.parametrize("name", ["tickets", "viewer", "users", "organizations"])
async def test_a_customer_does_see_what_is_theirs(pair: Pair, name: str) -> None:
    """Else the test above would pass on empty answers."""
    answer = await pair.ours.desk.customer.ask(root_selection(name))

    assert f"{pair.ours.word}-mine" in orjson.dumps(answer.body).decode()


@pytest.mark.parametrize("name", LISTED)
async def test_the_founder_does_see_what_is_hidden_from_customers(pair: Pair, name: str) -> None:
    """Else the canaries would not be where they could be seen."""
    if name in ("statuses", "options", "customFields"):
        return  # everybody may read these
    text = orjson.dumps((await pair.ours.desk.founder.ask(root_selection(name))).body).decode()

    assert any(hidden in text for hidden in _hidden(pair.ours))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", sorted(each.name for each in registry))
async def test_no_id_of_something_hidden_leads_a_customer_anywhere(pair: Pair, kind: str) -> None:
    planted, caller = pair.ours, pair.ours.desk.customer
    ids = (await global_ids(planted.desk.tenant_id))[kind]
    hidden = {to_global(registry.by_name[kind].prefix, key) for key in planted.hidden}
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on {kind} {everything(kind)} }} }}"

    answer = await caller.ask(query, ids=ids[:100])

    seen = {each["id"] for each in answer.data["nodes"] if each is not None}
    assert seen.isdisjoint(hidden)
    _assert_hidden_but_asked(planted, answer, ids)


def _assert_hidden_but_asked(planted: Planted, answer: Answer, ids: list[str]) -> None:
    assert len(answer.data["nodes"]) == len(ids[:100])
    _assert_hidden(planted, answer)


async def test_a_customer_cannot_count_or_guess_what_is_hidden(pair: Pair) -> None:
    """Filters and totals keep to what the customer sees."""
    planted, customer = pair.ours, pair.ours.desk.customer
    for kind in HIDDEN_KINDS:
        answer = await customer.ask(
            "query($t: String!) { tickets(filter: {title: {contains: $t}}) { totalCount { value } nodes { id } } }",
            t=f"{planted.word}-{kind}",
        )
        assert answer.data["tickets"] == {"totalCount": {"value": 0}, "nodes": []}
    answer = await customer.ask("{ tickets { totalCount { value } } }")
    assert answer.data["tickets"]["totalCount"]["value"] == 1


@pytest.mark.parametrize("operator", ["contains", "startsWith", "eq"])
@pytest.mark.parametrize("member", ["email", "name", "externalId"])
async def test_a_customer_learns_no_address_by_guessing(pair: Pair, member: str, operator: str) -> None:
    planted = pair.ours
    guesses = {
        "email": planted.text("secret", planted.desk.agent.email),
        "name": planted.text("rival", ""),
        "externalId": planted.text("secret", str(planted.desk.agent.key)),
    }
    query = f"query($t: String!) {{ users(filter: {{{member}: {{{operator}: $t}}}}) {{ nodes {{ id }} }} }}"

    answer = await planted.desk.customer.ask(query, t=guesses[member])

    if answer.codes == ["VALIDATION_FAILED"]:
        return  # no such filter
    assert answer.data["users"]["nodes"] == []


async def test_a_customer_reaches_a_ticket_of_another_by_no_number(pair: Pair) -> None:
    numbers = " ".join(f'n{number}: ticket(number: "{number}") {{ title }}' for number in range(1, 10))

    answer = await pair.ours.desk.customer.ask(f"{{ {numbers} }}")

    found = [each["title"] for each in answer.data.values() if each]
    assert found == [pair.ours.text("mine", "title")]

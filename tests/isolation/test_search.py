"""Search finds everything of one's own by the canary, and nothing else of anybody's."""

from typing import Any

import orjson
import pytest

from core.testing import Answer, Person
from tests.isolation.conftest import Pair
from tests.isolation.selection import everything
from tests.isolation.test_between_customers import _assert_hidden

FIND = f"query($query: String!) {{ search(query: $query, first: 100) {everything('SearchHitConnection')} }}"


async def _found(person: Person, word: str) -> Answer:
    return await person.served.ask(FIND, {"query": word}, token=person.token)


def _text(answer: Answer) -> str:
    assert answer.status == 200
    assert "INTERNAL" not in answer.codes
    return orjson.dumps(answer.body).decode()


def _kinds(answer: Answer) -> set[Any]:
    return {each["__typename"] for each in answer.body["data"]["search"]["nodes"]}


@pytest.mark.usefixtures("way")
async def test_another_desk_finds_nothing_of_ours(pair: Pair) -> None:
    answer = await _found(pair.theirs.desk.founder, pair.ours.word)

    assert answer.body["data"]["search"]["nodes"] == []
    assert pair.ours.word not in _text(answer)


@pytest.mark.usefixtures("way")
async def test_a_customer_finds_their_own_and_nothing_hidden(pair: Pair) -> None:
    answer = await _found(pair.ours.desk.customer, pair.ours.word)

    _assert_hidden(pair.ours, answer)
    assert f"{pair.ours.word}-mine" in _text(answer)
    assert _kinds(answer) == {"TicketHit", "MessageHit", "UserHit", "OrganizationHit"}


async def test_the_founder_finds_what_is_hidden_from_customers(pair: Pair) -> None:
    text = _text(await _found(pair.ours.desk.founder, pair.ours.word))

    assert all(f"{pair.ours.word}-{kind}" in text for kind in ("mine", "rival", "secret", "shared"))


@pytest.mark.parametrize("kind", ["rival", "secret"])
async def test_a_customer_who_knows_a_hidden_text_does_not_find_it(pair: Pair, kind: str) -> None:
    for what in ("title", "body", "company", "domain", "ticket"):
        answer = await _found(pair.ours.desk.customer, f"{pair.ours.word}-{kind}-{what}")
        assert answer.body["data"]["search"]["nodes"] == [], what

"""GraphQL on the pages fits the schema, and what is said to run does, with the answers shown."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLError, parse, validate

from core.demo import cast
from core.demo.load import _load_desk as load_desk
from core.testing import Answer, Desk
from core.testing.serving import Served
from docs._build.fields import schema
from tests.docs.conftest import PAGES
from tests.docs.playing import Ask, BadExample, Stage, differences, examples
from tests.docs.reading import fences
from tests.exchange.working import finish
from tests.search.finding import index

PLAYED = [
    name for name, text in PAGES.items() if name != "CONTRIBUTING.md" and any(True for _ in examples(text))
]


def unfit(text: str) -> list[str]:
    """What does not fit the schema in the GraphQL of a page."""
    told = []
    for each in fences(text):
        # What a plugin adds is not in the product's own schema; the page's own test asks for it.
        if each.language != "graphql" or each.option("plugin"):
            continue
        try:
            errors = validate(schema(), parse(each.text))
        except GraphQLError as error:
            errors = [error]
        told += [f"line {each.line}: {error.message}" for error in errors]
    return told


def _asker(served: Served, token: str, desk: Desk | None = None) -> Ask:
    """As the bearer of a token. A search and a look at a job come after what a worker would have done by then."""

    async def ask(query: str, variables: Mapping[str, Any]) -> Answer:
        if desk is not None and ("search(" in query or "text:" in query):
            await index(desk)
        if desk is not None and "job(" in query:
            await finish(desk)
        return await served.ask(query, dict(variables), token=token)

    return ask


def _visitor(served: Served, slug: str) -> Ask:
    async def ask(query: str, variables: Mapping[str, Any]) -> Answer:
        return await served.ask(query, dict(variables), host=f"{slug}.{served.settings.base_domain}")

    return ask


@pytest.fixture
def stage(desk: Desk) -> Stage:
    """The people of a fresh desk."""
    askers = {role: _asker(desk.served, person.token, desk) for role, person in desk.people.items()}
    return Stage({**askers, "visitor": _visitor(desk.served, desk.slug)})


@pytest.fixture
async def demo(app: Served) -> AsyncIterator[Stage]:
    """The first desk of the demo, whole, under a name of its own."""
    told = replace(cast.DESKS[0], slug=f"aurora-{secrets.token_hex(4)}")
    keys = await load_desk(told, lambda _progress: None)
    askers = {key.role: _asker(app, key.token) for key in keys}
    founder = next(key for key in keys if key.role == "founder")
    yield Stage(
        {**askers, "visitor": _visitor(app, told.slug)},
        secrets={"email": founder.person.email, "password": founder.password},
    )


def test_graphql_fits_the_schema(text: str) -> None:
    assert unfit(text) == []


@pytest.mark.parametrize("name", [name for name in PLAYED if name != "README.md"])
async def test_examples_are_answered_as_shown(name: str, stage: Stage) -> None:
    assert await stage.play(PAGES[name]) > 0


async def test_the_readme_is_answered_by_the_demo_as_shown(demo: Stage) -> None:
    assert await demo.play(PAGES["README.md"]) == 6


def test_the_readme_names_people_of_the_demo() -> None:
    assert "*Mei Tanaka*" in PAGES["README.md"]
    assert cast.STAFF[0][:2] == ("admin", "Mei Tanaka")
    assert [desk.slug for desk in cast.DESKS] == ["aurora", "aurora-asia"]


def test_graphql_that_does_not_fit_is_found() -> None:
    assert unfit("```graphql\n{ viewer { name } }\n```") == [
        "line 1: Cannot query field 'name' on type 'Viewer'."
    ]
    assert unfit("```graphql\n{ viewer\n```")[0].startswith("line 1: Syntax Error")


def test_another_answer_is_found() -> None:
    shown = {"a": {"id": "tkt_…", "at": "…", "n": [1, 2]}}

    assert differences(shown, {"a": {"id": "tkt_0", "at": "now", "n": [1, 2]}}) == []
    assert differences(shown, {"a": {"id": "usr_0", "at": None, "n": [1, 3]}}) == [
        ".a.id is 'usr_0', not 'tkt_…'",
        ".a.at is None, not '…'",
        ".a.n[1] is 3, not 2",
    ]
    assert differences({"a": 1}, {"b": 1}) == ["data has ['b'], not ['a']"]
    assert differences({"a": 1}, {"a": True}) == [".a is True, not 1"]


async def test_a_page_with_a_wrong_answer_fails(stage: Stage) -> None:
    page = "```graphql run=agent\n{ viewer { ticketScope } }\n```\n"
    page += '```json\n{ "viewer": { "ticketScope": "ALL" } }\n```\n'

    with pytest.raises(AssertionError, match=r"line 1: \.viewer\.ticketScope is 'GROUP', not 'ALL'"):
        await stage.play(page)


async def test_an_example_that_cannot_run_is_refused(stage: Stage) -> None:
    query = "```graphql run=agent\n{ viewer { locale } }\n```\n"

    with pytest.raises(BadExample, match="no answer follows"):
        await stage.play(query)
    with pytest.raises(BadExample, match="nobody is called ghost"):
        await stage.play(query.replace("agent", "ghost") + "```json\n{}\n```\n")
    with pytest.raises(BadExample, match="no id like grp_… was shown"):
        stage.filled({"id": "grp_…"})

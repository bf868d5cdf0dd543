"""Values that cannot be read: what asks for them is answered as by graphql-core; what does not is answered."""

import pytest

from core.testing.desks import make_desk
from core.testing.serving import Served
from tests.graphql.compiled.asking import alike
from tests.graphql.compiled.breaking import MISREAD, breach
from tests.graphql.compiled.desks import Scene, Stage, callers_of
from tests.graphql.compiled.filling import fill
from tests.graphql.compiled.values import Values

ASKED = [
    ("source", "{ tickets(first: 100) { nodes { id source } } }"),
    (
        "source",
        "{ groups { nodes { name } } tickets(first: 100) { nodes { source } } statuses { nodes { id } } }",
    ),
    ("sender", "{ tickets(first: 100) { nodes { id messages { nodes { sender } } } } }"),
    ("sender", "{ tickets(first: 100) { nodes { id lastMessage { sender } } } }"),
    ("kind", "{ customFields(first: 100) { nodes { kind } } }"),
    ("kind", "{ tickets(first: 100) { nodes { id customFields { field { kind } } } } }"),
    ("problem", "{ webhooks { nodes { deliveries { nodes { problem } } } } }"),
    (
        "changes",
        "{ tickets(first: 100) { nodes { timeline { nodes { ... on TicketEvent { changes } } } } } }",
    ),
]


@pytest.fixture(scope="session")
async def mended(app: Served) -> Scene:
    """A filled desk whose rows are broken for one test at a time."""
    desk = await make_desk(app)
    await fill(desk)
    return Scene("mended", desk, Values(), await callers_of(desk))


def _url(app: Served) -> str:
    assert app.settings.database_url is not None
    return app.settings.database_url.get_secret_value()


@pytest.mark.parametrize(("broken", "text"), ASKED)
async def test_what_cannot_be_read_is_told_as_graphql_core_tells_it(
    app: Served, stage: Stage, mended: Scene, broken: str, text: str
) -> None:
    breaking, mending = MISREAD[broken]
    await breach(mended.desk, _url(app), [breaking])
    try:
        for caller in ("own_agent", "customer", "founder"):
            answered = await alike(stage, text, scene=mended, caller=caller)
    finally:
        await breach(mended.desk, _url(app), [mending])

    assert answered.result.errors, "the founder sees all of it"


async def test_what_does_not_ask_for_it_is_answered(app: Served, stage: Stage, mended: Scene) -> None:
    both, founder = stage.both, mended.callers["founder"]
    operation = both.prepared("{ tickets(first: 100) { nodes { title messages { nodes { bodyText } } } } }")
    variables = both.coerced(operation, {})
    assert variables is not None
    await breach(mended.desk, _url(app), [MISREAD["source"][0], MISREAD["sender"][0]])

    try:
        result = await both.run(both.compiled, operation, variables, founder)
    finally:
        await breach(mended.desk, _url(app), [MISREAD["source"][1], MISREAD["sender"][1]])

    assert result.errors is None
    assert len(result.data["tickets"]["nodes"]) > 10

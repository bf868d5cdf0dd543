"""What the two ways are compared on: a filled desk, one like it whose rows are broken, and people of every sight."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.app import saved_queries
from core.graphql.schema import build_schema
from core.identity.queries import find_bearer
from core.identity.tokens import hash_of
from core.runtime import Runtime, plugins_of
from core.testing import Desk
from core.testing.desks import make_desk
from core.testing.serving import Served
from tests.graphql.compiled.breaking import UNANSWERABLE, breach
from tests.graphql.compiled.comparing import Both, Caller
from tests.graphql.compiled.filling import fill
from tests.graphql.compiled.values import Values, harvest

PEOPLE = ("founder", "admin", "agent", "group_agent", "own_agent", "customer", "mate", "helper")
LOCALES = ("en", "zh-Hans", "de")


@dataclass(frozen=True)
class Scene:
    """One desk as documents are written for it, and who asks."""

    name: str
    desk: Desk
    values: Values
    callers: dict[str, Caller]


@dataclass(frozen=True)
class Stage:
    """Everything that runs compare on."""

    both: Both
    whole: Scene
    broken: Scene


async def caller_of(desk: Desk, name: str, locale: str = "en") -> Caller:
    """As the door would let them in."""
    token = desk.people[name].token
    assert token is not None, "everybody of a desk is let in"
    found = await find_bearer(hash_of(token), datetime.now(UTC))
    assert found is not None
    return Caller(name, found.viewer, locale)


async def callers_of(desk: Desk) -> dict[str, Caller]:
    """Everybody of a filled desk, in several languages."""
    return {
        name: await caller_of(desk, name, LOCALES[place % len(LOCALES)]) for place, name in enumerate(PEOPLE)
    }


async def _scene(both: Both, name: str, desk: Desk, other: Desk) -> Scene:
    callers = await callers_of(desk)

    async def ask(text: str, variables: dict[str, Any]) -> Any:
        operation = both.prepared(text)
        coerced = both.coerced(operation, variables)
        assert coerced is not None
        result = await both.run(both.plain, operation, coerced, callers["founder"])
        assert not result.errors, (text, result.errors)
        return result.data

    return Scene(name, desk, await harvest(both.core, desk.tenant_id, other.tenant_id, ask), callers)


@asynccontextmanager
async def staged(app: Served) -> AsyncIterator[Stage]:
    """The desks, filled."""
    plugins = plugins_of(app.settings)
    schema = build_schema(plugins)
    runtime = Runtime.of(app.settings, saved_queries(app.settings, schema), plugins)
    both = Both(schema, runtime)
    desk, other = await make_desk(app), await make_desk(app)
    await fill(desk)
    await fill(other)
    stage = Stage(both, await _scene(both, "whole", desk, other), await _scene(both, "broken", other, desk))
    url = app.settings.database_url
    assert url is not None
    await breach(other, url.get_secret_value(), UNANSWERABLE)
    try:
        yield stage
    finally:
        await runtime.feeds.aclose()
        await runtime.lookouts.aclose()

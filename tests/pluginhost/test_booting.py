"""The server starts whatever plugins do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from core.app import create_app
from core.pluginhost import PluginsFailed
from core.testing import Desk
from settings import InvalidSettings, Settings
from tests.pluginhost.test_loading import BROKEN, DROPPED
from tests.pluginhost.writing import put, source

QUERY = "{ viewer { user { id } } }"


@asynccontextmanager
async def started(settings: Settings, **changes: object) -> AsyncIterator[httpx2.AsyncClient]:
    """A second application beside the one that holds the database open."""
    app = create_app(settings.model_copy(update=changes))
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://desk.localhost"
    ) as http:
        yield http


@pytest.fixture
def everything_broken(tmp_path: Path) -> Path:
    for number, (text, *_) in enumerate(BROKEN.values()):
        put(tmp_path, f"broken{number}", text)
    for number, (body, _) in enumerate(DROPPED.values()):
        name = f"hook{number}"
        put(
            tmp_path,
            name,
            source(name, f"    @hookimpl\n    def register_permissions(self):\n        {body}\n"),
        )
    return tmp_path


@pytest.mark.parametrize(("safe", "status"), [(False, "degraded"), (True, "ok")])
async def test_it_serves_with_everything_broken(
    desk: Desk, settings: Settings, everything_broken: Path, safe: bool, status: str
) -> None:
    async with started(settings, plugins_path=everything_broken, plugins_safe_mode=safe) as http:
        health = await http.get("/healthz")
        answer = await http.post(
            "/graphql", json={"query": QUERY}, headers={"authorization": f"Bearer {desk.agent.token}"}
        )

    assert (health.status_code, health.json()) == (200, {"status": status})
    assert answer.json()["data"] == {"viewer": {"user": {"id": desk.agent.id}}}


def test_it_does_not_start_without_what_is_required(settings: Settings, everything_broken: Path) -> None:
    with pytest.raises(PluginsFailed):
        create_app(
            settings.model_copy(update={"plugins_path": everything_broken, "plugins_required": ["broken0"]})
        )


async def test_founders_hold_what_a_plugin_brings(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    put(tmp_path, "brings")
    query = "{ viewer { permissions } }"

    async with started(settings, plugins_path=tmp_path) as http:
        answers = [
            await http.post(
                "/graphql", json={"query": query}, headers={"authorization": f"Bearer {person.token}"}
            )
            for person in (desk.founder, desk.agent)
        ]

    held = ["brings.use" in str(each.json()["data"]) for each in answers]
    assert held == [True, False]


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"plugins_path": "/no/such/folder"}, "DESKGRAPH_PLUGINS_PATH"),
        ({"plugins_deny": "Bad Name"}, "DESKGRAPH_PLUGINS_DENY"),
    ],
)
def test_bad_settings_are_told(changes: dict[str, str], variable: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        Settings(**changes)

    assert [each.variable for each in refused.value.problems] == [variable]


def test_what_is_required_cannot_be_denied() -> None:
    with pytest.raises(InvalidSettings, match="both name links"):
        Settings(plugins_required="links,others", plugins_deny="links")

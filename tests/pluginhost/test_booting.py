"""The server starts whatever plugins do."""

from pathlib import Path

import pytest

from core.app import create_app
from core.pluginhost import PluginsFailed
from core.testing import Desk
from settings import InvalidSettings, Settings
from tests.pluginhost.starting import at, started
from tests.pluginhost.test_loading import BROKEN, DROPPED
from tests.pluginhost.writing import put, source

QUERY = "{ viewer { user { id } } }"


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
    async with started(settings, plugins_path=everything_broken, plugins_safe_mode=safe) as served:
        health = await served.http.get("/healthz")
        answer = await at(served, desk.agent).ask(QUERY)

    assert (health.status_code, health.json()) == (200, {"status": status})
    assert answer.data == {"viewer": {"user": {"id": desk.agent.id}}}


def test_it_does_not_start_without_what_is_required(settings: Settings, everything_broken: Path) -> None:
    with pytest.raises(PluginsFailed):
        create_app(
            settings.model_copy(update={"plugins_path": everything_broken, "plugins_required": ["broken0"]})
        )


async def test_founders_hold_what_a_plugin_brings(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    put(tmp_path, "brings")

    async with started(settings, plugins_path=tmp_path) as served:
        answers = [
            await at(served, person).ask("{ viewer { permissions } }")
            for person in (desk.founder, desk.agent)
        ]

    held = ["brings.use" in answer.data["viewer"]["permissions"] for answer in answers]
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

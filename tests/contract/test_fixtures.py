"""What tests of plugins are given, used by a plugin of one file that is not installed."""

import subprocess
import sys

import pytest

from tests.contract.workshop import Workshop

PYPROJECT = """
[tool.pytest.ini_options]
filterwarnings = ["error"]
asyncio_mode = "auto"
asyncio_default_fixture_loop_scope = "session"
asyncio_default_test_loop_scope = "session"
"""
PLUGIN = """
from pydantic import SecretStr
from core.sdk import Integration, Plugin, PluginConfig, PluginManifest, hookimpl

class BellConfig(PluginConfig):
    key: SecretStr

class Bell(Integration[BellConfig]):
    name = "bell"
    title = "Bell"
    Config = BellConfig

    async def check(self) -> None:
        await self.ctx.http.request("GET", "https://bell.example/", headers={"key": self.config.key.get_secret_value()})

class BellPlugin(Plugin):
    manifest = PluginManifest(name="bell", title="Bell", version="1", api=">=1.0,<2", scopes=frozenset({"net:out"}))

    @hookimpl
    def register_integrations(self):
        return [Bell]
"""
CONFTEST = """
import pytest
from bell import BellPlugin

@pytest.fixture(scope="session")
def deskgraph_plugins():
    return [BellPlugin]
"""
TESTS = """
from datetime import timedelta

import pytest
from bell import Bell
from core.sdk import Rejected, Unreachable
from core.testing import FrozenTime

PLUGINS = "{ plugins { name isEnabled } }"

async def test_the_named_plugin_is_there_beside_those_that_are_installed(desk, other):
    await desk.enable("bell")
    said = [
        {each["name"]: each["isEnabled"] for each in (await one.founder.ask(PLUGINS)).data["plugins"]}
        for one in (desk, other)
    ]
    assert [each["bell"] for each in said] == [True, False]
    assert "storage_local" in said[0]

async def test_an_instance_is_made_as_people_make_it(desk, fake_http):
    fake_http.answers("GET", "https://bell.example/")
    await desk.enable("bell")
    assert (await desk.configure("bell", "bell", {"key": "k"})).startswith("pin_")
    assert [(each.url, each.headers["key"]) for each in fake_http.sent] == [("https://bell.example/", "k")]

async def test_the_last_rule_counts(ctx, fake_http):
    fake_http.answers("GET", "https://bell.example/*", json={"a": 1}, headers={"X-Told": "yes"})
    answer = await ctx.http.request("GET", "https://bell.example/x")
    assert (answer.status, answer.body, answer.headers["x-told"]) == (200, b'{"a":1}', "yes")
    fake_http.fails("*", "*")
    with pytest.raises(Unreachable):
        await ctx.http.request("GET", "https://bell.example/x")

async def test_addresses_are_refused_as_in_production(ctx, fake_http):
    fake_http.answers("*", "*")
    for url in ("http://bell.example/", "https://127.0.0.1/", "https://10.0.0.1/"):
        with pytest.raises(Rejected):
            await ctx.http.request("GET", url)
    assert fake_http.sent == []

async def test_time_stands_still_until_it_is_moved(ctx, frozen_time: FrozenTime):
    before = ctx.now()
    frozen_time.advance(timedelta(days=3))
    assert ctx.now() - before == timedelta(days=3)

async def test_the_worker_does_what_is_due(desk, worker):
    await worker.run()
    await desk.open_ticket()
    ran = await worker.run()
    assert ran
    assert await worker.run() == []

async def test_a_job_that_fails_is_told(desk, worker, monkeypatch):
    await worker.run()
    await desk.open_ticket()
    async def fail(_job):
        raise ZeroDivisionError
    monkeypatch.setattr(worker, "_handlers", {kind: fail for kind in worker._handlers})
    with pytest.raises(ExceptionGroup) as told:
        await worker.run()
    assert {type(each) for each in told.value.exceptions} == {ZeroDivisionError}

async def test_what_no_rule_fits(ctx, fake_http):
    with pytest.raises(Unreachable):
        await ctx.http.request("GET", "https://elsewhere.example/")
"""


@pytest.mark.timeout(300)
def test_the_fixtures_give_what_they_say(shop: Workshop, server_url: str) -> None:
    for name, text in {
        "pyproject.toml": PYPROJECT, "bell.py": PLUGIN, "conftest.py": CONFTEST, "test_bell.py": TESTS,
    }.items():  # fmt: skip
        (shop.folder / name).write_text(text, encoding="utf-8")

    said = shop.run(
        ".venv/bin/pytest -q test_bell.py",
        fails=True,
        TEST_DATABASE_URL=server_url,
        PYTHONPATH=str(shop.folder),
    )

    assert "8 passed, 1 error" in said, said
    assert "ERROR test_bell.py::test_what_no_rule_fits" in said
    assert "asked, and the test says no answer" in said


def test_pytest_runs_without_what_the_fixtures_need() -> None:
    """Deskgraph may be installed beside tests of something else."""
    program = (
        "import sys, importlib.util as util; real = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'pytest_asyncio' else real(name, *more)\n"
        "import core.testing.pytest_plugin as plugin\n"
        "print('pytest_asyncio' in sys.modules, hasattr(plugin, 'desk'), 'core.app' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout == "False False False\n"

"""Fixtures: one throw-away PostgreSQL and one served application for a run, two fresh desks for each test."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from core.migrations.plugins import migrate_plugin
from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.finding import shipped
from core.testing import Desk
from core.testing.databases import own_database, own_server
from core.testing.desks import make_desk
from core.testing.serving import Served, served
from docs._build.requirements import PAGE, ROOT, rows_of, strangers, tests_by_row
from settings import Settings
from tests.canaries import WATCH, judged, planted, watched
from tests.ways import WAYS, read


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests prove rows that are there. Raises UsageError, so that no run goes on with a marker of another."""
    rows = rows_of((ROOT / PAGE).read_text(encoding="utf-8"))
    wrong = strangers(rows, tests_by_row(items))
    if wrong:
        raise pytest.UsageError("; ".join(wrong))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test in which a secret showed fails."""
    report = yield
    judged(report, WATCH)
    return report


@pytest.fixture(scope="session", autouse=True)
def canaries() -> Iterator[None]:
    """Secrets are marked, and looked for wherever they must not be."""
    with watched(WATCH):
        yield


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server."""
    with own_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
async def database_url(server_url: str) -> AsyncIterator[str]:
    """A migrated database of this run's own."""
    async with own_database(server_url) as url:
        for plugin, models in load_plugins(PluginOptions(allow=shipped(), strict=True)).tables.items():
            await migrate_plugin(url, plugin, models)
        yield url


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("data")
    key = folder / "secret.key"  # where programs that tests start find it, too
    key.write_text(planted("key"), encoding="utf-8")
    key.chmod(0o600)
    return Settings(
        database_url=database_url,
        data_dir=folder,
        graphql_points_per_minute=100_000_000,
        graphql_points_per_minute_tenant=100_000_000,
        outgoing_allow=["127.0.0.1"],  # tests listen there, and nowhere else
        outgoing_http=True,
        sign_up=True,
        plugins_path=Path(__file__).parent / "sample_plugins",
    )


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Served]:
    async with served(settings) as running:
        yield running


@pytest.fixture
async def desk(app: Served) -> Desk:
    """A fresh tenant with people."""
    return await make_desk(app)


@pytest.fixture
async def other(app: Served) -> Desk:
    """A second tenant that looks like the first."""
    return await make_desk(app)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test once with compiled reads and once with graphql-core's."""
    found: str = request.param
    read(found, monkeypatch)
    return found

"""What tests of plugins are given. The server is the real one, with the embedded PostgreSQL; only the Internet and the
clock are the test's."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from core.pluginhost import Host
    from core.sdk import Plugin, TenantContext
    from core.testing.desks import Desk
    from core.testing.kit import FakeHttp, FrozenTime, Worker
    from core.testing.serving import Served
    from settings import Settings

__all__ = [
    "ctx", "desk", "deskgraph_plugins", "deskgraph_settings", "fake_http", "frozen_time", "host", "other", "served",
    "worker",
]  # fmt: skip


@pytest.fixture(scope="session")
def deskgraph_plugins() -> "Sequence[type[Plugin]]":
    """Plugins that the server has beside those that are installed. Override it to name some."""
    return ()


@pytest.fixture(scope="session")
def host(deskgraph_plugins: "Sequence[type[Plugin]]", deskgraph_settings: "Settings") -> "Host":
    """The plugins, loaded as a server loads them."""
    from core.testing.kit.hosts import host_with

    return host_with(deskgraph_plugins, deskgraph_settings)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def deskgraph_settings(tmp_path_factory: pytest.TempPathFactory) -> "AsyncIterator[Settings]":
    """The settings of the server: those of the environment, with a database and a folder of this run's own."""
    from core.testing.databases import own_database, own_server
    from settings import Settings

    changes: dict[str, Any] = {"data_dir": tmp_path_factory.mktemp("data")}
    changes |= dict.fromkeys(("graphql_points_per_minute", "graphql_points_per_minute_tenant"), 100_000_000)
    place: Path = tmp_path_factory.mktemp("postgres")
    with own_server(place) as server_url:
        async with own_database(server_url) as url:
            yield Settings(database_url=url, **changes)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(deskgraph_settings: "Settings", host: "Host") -> "AsyncIterator[Served]":
    """The server, with the tables of its plugins. No plugin may be broken."""
    from core.operating.plugins import migrate_plugins
    from core.testing import serving

    await migrate_plugins(deskgraph_settings, host)
    async with serving.served(deskgraph_settings, plugins=host) as running:
        assert [f"{each.plugin}: {each.problem}" for each in host.failures] == []
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def desk(served: "Served") -> "Desk":
    """A fresh tenant with people."""
    from core.testing.desks import make_desk

    return await make_desk(served)


@pytest_asyncio.fixture(loop_scope="session")
async def other(served: "Served") -> "Desk":
    """A second tenant that looks like the first."""
    from core.testing.desks import make_desk

    return await make_desk(served)


@pytest_asyncio.fixture(loop_scope="session")
async def worker(served: "Served", host: "Host") -> "Worker":
    """The server's worker; `await worker.run()`."""
    from core.testing.kit.worker import worker_of

    made = worker_of(served.settings, host)
    await made.begin()
    return made


@pytest.fixture
def ctx(fake_http: "FakeHttp") -> "TenantContext":
    """A tenant as a provider sees it. What it asks of the Internet is `fake_http`'s to answer."""
    from core.testing.kit.contexts import tenant_context

    return tenant_context()


@pytest.fixture
def fake_http() -> "Iterator[FakeHttp]":
    """The Internet. A request that the test says no answer to fails it."""
    from core.testing.kit import FakeHttp

    with FakeHttp().in_place() as fake:
        yield fake
    assert [f"{each.method} {each.url}" for each in fake.unexpected] == [], (
        "asked, and the test says no answer"
    )


@pytest.fixture
def frozen_time() -> "Iterator[FrozenTime]":
    """The clock, which stands still until the test moves it."""
    from core.testing.kit import FrozenTime

    with FrozenTime().in_place() as clock:
        yield clock

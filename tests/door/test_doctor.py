"""What `deskgraph doctor` finds where it is not well, check by check."""

import asyncio
import socket
from collections import namedtuple
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from core import doctor
from core.kit.database.connect import credentials
from core.kit.postgres import EmbeddedPostgres
from core.testing.databases import own_database
from settings import Settings
from tests.pluginhost.writing import put

Usage = namedtuple("Usage", "total used free")


class Clock(datetime):
    """The machine's clock, three seconds fast."""

    @classmethod
    def now(cls, tz: Any = None) -> "Clock":
        return cls.fromtimestamp(datetime.now(UTC).timestamp() + 3, tz)


def test_a_disk_that_is_nearly_full_is_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(2**40, 2**40, 2**29))

    found = list(doctor._disk_space(Settings(data_dir=folder)))

    assert found == [
        doctor.Finding(
            "disk space", "warn", "0.5 GiB free", "Free some space: a full disk stops the database."
        )
    ]


def test_a_data_folder_that_cannot_be_one_is_a_failure(folder: Path) -> None:
    (folder / "file").write_text("")

    found = list(doctor._data_folder(Settings(data_dir=folder / "file")))

    assert [(each.name, each.status) for each in found] == [("data folder", "fail")]
    assert "DESKGRAPH_DATA_DIR" in found[0].remedy


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_does_not_answer_is_a_failure(folder: Path, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings = Settings(data_dir=folder, broker_url=f"{scheme}://me:hunter2@127.0.0.1:{port}/0")

    (found,) = doctor._broker(settings)

    assert (found.name, found.status) == ("broker", "fail")
    assert found.detail.startswith("not reachable (")
    assert "hunter2" not in found.detail
    assert "DESKGRAPH_BROKER_URL" in found.remedy


def test_without_a_broker_nothing_is_said_of_one(folder: Path) -> None:
    assert list(doctor._broker(Settings(data_dir=folder))) == []


async def test_clocks_that_differ_are_a_failure(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = await asyncpg.connect(**credentials(database_url))
    monkeypatch.setattr(doctor, "datetime", Clock)

    found = await doctor._clock(connection)
    await connection.close()

    assert (found.status, found.detail) == ("fail", "3.0 s apart from the database's")
    assert "NTP" in found.remedy
    assert timedelta(seconds=3) > doctor._MOST_SKEW


async def test_a_database_without_this_version_s_tables_is_a_warning(server_url: str) -> None:
    found = await doctor._migrations(server_url)

    assert (found.name, found.status) == ("migrations", "warn")
    assert found.remedy.startswith("./desk migrate")


async def test_a_user_whom_row_security_does_not_bind_is_a_warning(database_url: str) -> None:
    connection = await asyncpg.connect(**credentials(database_url))
    try:
        [found] = await doctor._fence(connection)
        assert (found.name, found.status) == ("fence", "warn")
        assert found.detail.startswith("postgres is a superuser or has BYPASSRLS")
        assert "DESKGRAPH_DATABASE_URL" in found.remedy

        async with _rolled_back(connection):
            await connection.execute("create role plain_owner nologin; set local role plain_owner")
            [found] = await doctor._fence(connection)
            assert found.status == "ok"
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "mistake", ["alter role deskgraph_app bypassrls", "alter table tickets owner to deskgraph_app"]
)
async def test_a_serving_role_that_row_security_does_not_bind_is_a_failure(
    database_url: str, mistake: str
) -> None:
    connection = await asyncpg.connect(**credentials(database_url))
    try:
        async with _rolled_back(connection):
            await connection.execute(mistake)
            [found] = await doctor._fence(connection)
    finally:
        await connection.close()

    assert (found.status, found.detail) == ("fail", "row-level security does not bind deskgraph_app")


@asynccontextmanager
async def _rolled_back(connection: asyncpg.Connection) -> AsyncIterator[None]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


def test_the_embedded_database_s_own_user_is_no_finding(folder: Path, postgres: EmbeddedPostgres) -> None:
    postgres.ensure_database("deskgraph")

    names = {found.name for found in doctor._database(Settings(data_dir=folder / "data"))}

    assert "roles" in names
    assert "fence" not in names


def plugins(settings: Settings) -> list[tuple[str, str, str]]:
    return [(each.status, each.detail, each.remedy) for each in doctor._plugins(settings)]


@pytest.mark.timeout(180)
async def test_plugins_that_wait_or_are_broken_are_told(server_url: str, folder: Path) -> None:
    put(folder / "local", "broken", "raise RuntimeError")
    async with own_database(server_url) as url:
        settings = Settings(data_dir=folder, database_url=url, plugins_path=folder / "local")
        told = await asyncio.to_thread(plugins, settings)

    assert told == [
        (
            "warn", "the tables of ticket_links are not up to date; it does nothing",
            "./desk plugin migrate ticket_links",
        ),
        ("warn", "broken is broken", "./desk plugin list says what is wrong."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import time\ntime.sleep(60)", "not loaded within 4 seconds"),
        ("import os\nos._exit(3)", "one of them ends the process that loads it"),
    ],
)
def test_a_plugin_that_hangs_or_ends_the_process_does_no_harm_to_doctor(
    folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    put(folder / "local", "bad", text)
    monkeypatch.setattr(doctor, "PLUGIN_SECONDS", 4 if "sleep" in text else 60)

    ((status, detail, _),) = plugins(Settings(data_dir=folder, plugins_path=folder / "local"))

    assert (status, detail) == ("fail", told)

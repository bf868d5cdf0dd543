"""A PostgreSQL of one's own, whose owner of the tables is no superuser: as docs/operating/postgresql.md has it."""

import secrets
from collections.abc import Iterator

import asyncpg
import pytest

from core.doctor import _roles
from core.kit.database.connect import APP_ROLE, SYSTEM_ROLE, credentials
from core.kit.postgres import EmbeddedPostgres
from core.migrations.runner import migrate


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server that knows nothing of us yet: roles are the whole server's."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("owners"), durable=False) as running:
        yield running


async def _as_superuser(server: EmbeddedPostgres, *statements: str) -> None:
    connection = await asyncpg.connect(**credentials(server.url("postgres")))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _owned(server: EmbeddedPostgres, rights: str = "") -> str:
    """The address of an empty database, as its owner."""
    owner = f"owner_{secrets.token_hex(3)}"
    await _as_superuser(
        server, f"create role {owner} login {rights}", f"create database {owner} owner {owner}"
    )
    return server.url(owner).replace("postgres@", f"{owner}@", 1)


async def _serves_as(url: str, role: str) -> str:
    """Who a connection is that begins as the pools' connections do."""
    connection = await asyncpg.connect(**credentials(url), server_settings={"role": role})
    try:
        return str(await connection.fetchval("select current_user"))
    finally:
        await connection.close()


async def _finding(url: str) -> str:
    connection = await asyncpg.connect(**credentials(url))
    try:
        return (await _roles(connection)).status
    finally:
        await connection.close()


async def test_an_owner_who_may_make_roles_makes_them_and_serves(server: EmbeddedPostgres) -> None:
    url = await _owned(server, "createrole")
    assert await _finding(url) == "ok"

    await migrate(url)

    assert [await _serves_as(url, role) for role in (APP_ROLE, SYSTEM_ROLE)] == [APP_ROLE, SYSTEM_ROLE]
    assert await _finding(url) == "ok"


async def test_an_owner_who_was_given_the_roles_serves(server: EmbeddedPostgres) -> None:
    url = await _owned(server)
    assert await _finding(url) == "fail"
    owner = url.partition("//")[2].partition("@")[0]

    await _as_superuser(
        server,
        f"create role {APP_ROLE} nologin nobypassrls",
        f"create role {SYSTEM_ROLE} nologin nobypassrls",
        f"grant {APP_ROLE}, {SYSTEM_ROLE} to {owner}",
    )
    await migrate(url)

    assert [await _serves_as(url, role) for role in (APP_ROLE, SYSTEM_ROLE)] == [APP_ROLE, SYSTEM_ROLE]
    assert await _finding(url) == "ok"

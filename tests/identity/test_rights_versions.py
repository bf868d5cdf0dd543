"""A tenant's version of its rights: whatever decides who bears a token raises it, and nobody waits for another's."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from core.identity import queries
from core.kit.database.connect import credentials
from core.migrations.operations import TENANT, RightsVersion
from core.testing import Desk
from tests.stream.writing import until

Connect = Callable[[], Any]


@pytest.fixture
async def connect(database_url: str) -> AsyncIterator[Connect]:
    made = list[asyncpg.Connection]()

    async def one_more() -> asyncpg.Connection:
        made.append(await asyncpg.connect(**credentials(database_url)))
        return made[-1]

    yield one_more
    for each in made:
        await each.close()


async def version(connection: asyncpg.Connection, desk: Desk) -> int:
    found: int = await connection.fetchval("select rights_version from tenants where id = $1", desk.tenant_id)
    return found


async def columns_read(connection: asyncpg.Connection, statement: str) -> dict[str, set[str]]:
    """By table, and by PostgreSQL itself. Parameters must be typed where they stand."""
    await connection.execute(f"create temp view looked as {statement}")
    rows = await connection.fetch(
        "select distinct c.relname, a.attname from pg_rewrite w join pg_depend d on d.objid = w.oid"
        " join pg_class c on c.oid = d.refobjid join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid"
        " where w.ev_class = 'looked'::regclass and c.relname <> 'looked'"
    )
    await connection.execute("drop view looked")
    return {table: {row["attname"] for row in rows if row["relname"] == table} for table, _ in rows}


async def test_every_column_that_says_who_bears_a_token_is_watched(connect: Connect) -> None:
    connection = await connect()
    steps = importlib.import_module("core.migrations.versions.0002_tenant_fences")
    looked_up = queries._BEARERS_BY_ID.replace(":ids", "null::uuid[]").replace(":kinds", "null::text[]")
    read = await columns_read(connection, looked_up.replace(":now", "now()"))
    asked = await columns_read(connection, queries._RIGHTS_VERSIONS.replace(":ids", "null::uuid[]"))
    (watched,) = [each.columns for each in steps.Migration.operations if isinstance(each, RightsVersion)]

    known = {**watched, "tenants": {*TENANT, "rights_version"}}
    unwatched = {table: columns - set(known[table]) - {"id", "tenant_id"} for table, columns in read.items()}
    # What a token is found by never changes: another secret is another token.
    assert {table: columns for table, columns in unwatched.items() if columns} == {"tokens": {"hash"}}
    assert set(read) == set(known)
    assert "rights_version" in asked["tenants"]


async def test_what_signs_out_waits_for_nobody_who_changes_rights(connect: Connect, desk: Desk) -> None:
    """A long transaction must not hold up all others of its tenant."""
    changing, signing_out = await connect(), await connect()
    before = await version(signing_out, desk)
    async with changing.transaction():
        await changing.execute("update users set status = 'DISABLED' where id = $1", desk.agent.key)
        await asyncio.wait_for(
            signing_out.execute("update tokens set revoked_at = now() where user_id = $1", desk.admin.key), 5
        )
        signed_out = await version(signing_out, desk)

    assert signed_out > before
    assert await version(signing_out, desk) > signed_out


async def test_signing_out_while_one_is_disabled_is_no_deadlock(connect: Connect, desk: Desk) -> None:
    disabling, signing_out, user = await connect(), await connect(), desk.agent.key
    revoke = "update tokens set revoked_at = now() where user_id = $1 and revoked_at is null"
    out, off = signing_out.transaction(), disabling.transaction()
    await out.start()
    await off.start()
    await signing_out.fetch("select id from tokens where user_id = $1 for update", user)
    await disabling.execute("update users set status = 'DISABLED' where id = $1", user)
    waiting = asyncio.create_task(disabling.execute(revoke, user))
    await _is_blocked(await connect(), disabling.get_server_pid())
    signed_out = await asyncio.wait_for(signing_out.execute(revoke, user), 20)
    await out.commit()
    found = await asyncio.wait_for(waiting, 20)
    await off.commit()

    assert (signed_out, found) == ("UPDATE 1", "UPDATE 0"), "whoever waited finds nothing left to revoke"
    status = await signing_out.fetchval("select status from users where id = $1", user)
    left = await signing_out.fetchval(
        "select count(*) from tokens where user_id = $1 and revoked_at is null", user
    )
    assert (status, left) == ("DISABLED", 0)


async def _is_blocked(connection: asyncpg.Connection, pid: int) -> None:
    async def is_blocked() -> bool:
        return bool(await connection.fetchval("select pg_blocking_pids($1)", pid))

    await until(is_blocked)


async def test_many_changes_of_one_transaction_are_one_version(connect: Connect, desk: Desk) -> None:
    """However many rows: each new version would be a dead row of the tenant."""
    connection = await connect()
    async with connection.transaction():
        for locale in ("de", "zh-Hans"):
            status = await connection.execute(
                "update users set locale = $2 where tenant_id = $1", desk.tenant_id, locale
            )
            assert status == "UPDATE 5"
        await connection.execute("set constraints all immediate")
        written = await connection.fetchval(
            "select n_tup_upd from pg_stat_xact_user_tables where relname = 'tenants'"
        )

    assert written == 1


async def test_what_was_undone_raises_nothing_and_what_came_after_does(connect: Connect, desk: Desk) -> None:
    connection = await connect()
    before = await version(connection, desk)
    undone = connection.transaction()
    await undone.start()
    await connection.execute("update users set locale = 'de' where id = $1", desk.agent.key)
    await undone.rollback()
    assert await version(connection, desk) == before

    await connection.execute("update users set locale = 'de' where id = $1", desk.agent.key)
    assert await version(connection, desk) > before


@pytest.mark.parametrize(
    "statement",
    [
        "update users set name = 'Other', updated_at = now() where id = $1",
        "update tokens set last_used_at = now() where user_id = $1",
        "update users set status = status, locale = locale where id = $1",
    ],
)
async def test_what_decides_nothing_raises_nothing(connect: Connect, desk: Desk, statement: str) -> None:
    connection = await connect()
    before = await version(connection, desk)
    assert await connection.execute(statement, desk.agent.key) == "UPDATE 1"
    assert await version(connection, desk) == before

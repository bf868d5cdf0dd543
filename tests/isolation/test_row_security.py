"""The last two layers, in PostgreSQL: composite foreign keys and row-level security."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from core.kit.context import acting_for
from core.kit.database import Database, Reach, execute, fetch_value, system_fetch, transaction
from core.kit.database.connect import APP_ROLE, SYSTEM_ROLE, credentials, tortoise_config
from core.kit.ids import new_id
from core.search.service import fill
from tests.isolation.conftest import Pair
from tests.isolation.declared import MODELS
from tests.isolation.rows import keys

REFERENCES = [
    (model._meta.db_table, column, target) for model in MODELS for column, target in model.references.items()
]


@pytest.fixture
async def as_app(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as requests have it, before any tenant is told to it."""
    connection = await asyncpg.connect(**credentials(database_url), server_settings={"role": APP_ROLE})
    yield connection
    await connection.close()


async def _act(connection: asyncpg.Connection, tenant_id: UUID | None) -> None:
    await connection.execute("select set_config('app.tenant', $1, false)", str(tenant_id or ""))


@pytest.mark.parametrize(("table", "column", "target"), REFERENCES)
async def test_a_reference_across_tenants_is_refused_at_commit(
    pair: Pair, table: str, column: str, target: str
) -> None:
    """Written in raw SQL by one who may see both, so that nothing but the foreign key is in the way."""
    ours, theirs = await keys(pair.ours.desk.tenant_id), await keys(pair.theirs.desk.tenant_id)
    row, foreign = ours[table][0], theirs[target][0]
    if column == "id":  # words have the key of what they are of, and theirs has some already
        with acting_for(pair.theirs.desk.tenant_id):
            await execute(f"delete from {table} where id = :foreign", {"foreign": foreign})

    with acting_for(pair.ours.desk.tenant_id), pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        async with transaction():
            changed = await execute(
                f"update {table} set {column} = :foreign where id = :row", {"foreign": foreign, "row": row}
            )
            assert changed == 1, "until the commit it stands"

    assert refused.value.constraint_name == f"{table}_{column}"
    with acting_for(pair.theirs.desk.tenant_id):
        while await fill():
            pass


async def test_without_a_tenant_the_app_role_sees_nothing(pair: Pair, as_app: asyncpg.Connection) -> None:
    for model in MODELS:
        assert await as_app.fetchval(f"select count(*) from {model._meta.db_table}") == 0


async def test_with_a_tenant_the_app_role_sees_that_one_only(pair: Pair, as_app: asyncpg.Connection) -> None:
    await _act(as_app, pair.ours.desk.tenant_id)

    for model in MODELS:
        rows = await as_app.fetch(f"select distinct tenant_id from {model._meta.db_table}")
        assert [row["tenant_id"] for row in rows] == [pair.ours.desk.tenant_id], model.__name__


async def test_the_app_role_writes_nothing_for_another_tenant(pair: Pair, as_app: asyncpg.Connection) -> None:
    await _act(as_app, pair.ours.desk.tenant_id)
    theirs = pair.theirs.desk.tenant_id

    for model in MODELS:
        table = model._meta.db_table
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_app.execute(f"update {table} set tenant_id = $1", theirs)
        deleting = as_app.execute(f"delete from {table} where tenant_id = $1", theirs)
        if table == "events":  # which nobody who serves may delete at all
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await deleting
        else:
            assert await deleting == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_app.execute(
            "insert into groups (id, tenant_id, created_at, updated_at, name, description, is_active, version)"
            " values ($1, $2, now(), now(), 'x', '', true, 1)",
            new_id(), theirs,
        )  # fmt: skip


async def test_the_app_role_cannot_lift_the_fence(pair: Pair, as_app: asyncpg.Connection) -> None:
    await _act(as_app, pair.ours.desk.tenant_id)
    for text in (
        "alter table groups disable row level security",
        "drop policy tenant_rows on groups",
        "truncate groups",
        "create table public.stolen as select * from groups",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_app.execute(text)
    await as_app.execute("set row_security = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_app.fetch("select * from groups")


async def test_the_serving_roles_are_bound_by_row_security() -> None:
    rows = await system_fetch(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles where rolname = any(:roles)",
        {"roles": [APP_ROLE, SYSTEM_ROLE]},
    )
    assert {row["rolname"] for row in rows} == {APP_ROLE, SYSTEM_ROLE}
    assert not any(
        any(row[name] for name in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcanlogin"))
        for row in rows
    )
    owned = await system_fetch(
        "select tablename from pg_tables where tableowner = any(:roles)", {"roles": [APP_ROLE, SYSTEM_ROLE]}
    )
    assert owned == [], "an owner is not bound by its table's policies"


async def test_requests_run_as_the_app_role(pair: Pair) -> None:
    with acting_for(pair.ours.desk.tenant_id):
        assert await fetch_value("select current_user::text") == APP_ROLE
        assert await fetch_value("select current_setting('app.tenant')") == str(pair.ours.desk.tenant_id)
    assert await fetch_value("select current_setting('app.tenant')") == "", "it went with the block"


async def test_fifty_tenants_on_five_connections_do_not_mix(pair: Pair, database_url: str) -> None:
    """Thirty queries each, interleaved, without any condition of their own, through the pool that requests use."""
    settings: Any = tortoise_config(Database(url=database_url, pool_size=5))
    arguments = dict(settings["connections"]["default"]["credentials"])
    pool = await asyncpg.create_pool(
        min_size=5,
        max_size=5,
        **{key: arguments[key] for key in arguments if key not in ("minsize", "maxsize")},
    )
    tenants = [new_id() for _ in range(50)]
    try:
        await asyncio.gather(*(_found(pool, tenant) for tenant in tenants))
        seen = await asyncio.gather(*(_look(pool, tenant) for tenant in tenants for _ in range(30)))
    finally:
        await pool.close()
    for asked, found in seen:
        assert found == [asked]


async def _found(pool: asyncpg.Pool, tenant: UUID) -> None:
    # A tenant is not there yet when it is made: that takes the system's reach.
    await execute(
        "insert into tenants (id, slug, name, status, plan, locale, time_zone, created_at, updated_at, version)"
        " values (:id, :slug, 'x', 'active', 'unlimited', 'en', 'UTC', now(), now(), 1)",
        {"id": tenant, "slug": tenant.hex},
        reach=Reach.SYSTEM,
    )
    with acting_for(tenant):
        async with pool.acquire() as connection:
            await connection.execute(
                "insert into groups (id, tenant_id, created_at, updated_at, name, description, is_active, version)"
                " values ($1, $2, now(), now(), 'x', '', true, 1)",
                new_id(), tenant,
            )  # fmt: skip


async def _look(pool: asyncpg.Pool, tenant: UUID) -> tuple[UUID, list[UUID]]:
    with acting_for(tenant):
        async with pool.acquire() as connection:
            await asyncio.sleep(0)
            return tenant, [
                row["tenant_id"] for row in await connection.fetch("select tenant_id from groups")
            ]

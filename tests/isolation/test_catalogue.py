"""What PostgreSQL really has, for every table with a tenant: against what the models declare."""

import pytest

from core.kit.database import system_fetch
from core.kit.database.connect import APP_ROLE, SYSTEM_ROLE
from tests.isolation.declared import MODELS

pytestmark = pytest.mark.usefixtures("app")

MINE = "(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)"


async def _tables_with_tenant() -> set[str]:
    rows = await system_fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not a.attisdropped"
        " and not c.relispartition"
    )
    return {row["relname"] for row in rows}


async def test_every_table_with_a_tenant_has_a_model() -> None:
    assert await _tables_with_tenant() == {model._meta.db_table for model in MODELS}


async def test_tables_without_a_tenant_are_known() -> None:
    rows = await system_fetch(
        "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        " and not relispartition"
    )

    assert {row["relname"] for row in rows} - await _tables_with_tenant() == {
        "founding_attempts",
        "tenants",
        "stream_positions",
        "tortoise_migrations",
    }


async def test_every_declared_reference_is_a_composite_foreign_key_and_there_is_no_other() -> None:
    rows = await system_fetch(
        "select c.conrelid::regclass::text as name, c.confrelid::regclass::text as target, c.convalidated,"
        " array(select a.attname::text from unnest(c.conkey) with ordinality k(n, i) join pg_attribute a"
        "   on a.attrelid = c.conrelid and a.attnum = k.n order by k.i) as columns,"
        " array(select a.attname::text from unnest(c.confkey) with ordinality k(n, i) join pg_attribute a"
        "   on a.attrelid = c.confrelid and a.attnum = k.n order by k.i) as pointed"
        " from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.conparentid = 0"
    )
    real = {(row["name"], tuple(row["columns"]), row["target"], tuple(row["pointed"])) for row in rows}
    declared = {
        (model._meta.db_table, ("tenant_id", column), target, ("tenant_id", "id"))
        for model in MODELS
        for column, target in model.references.items()
    }
    tenants = {(model._meta.db_table, ("tenant_id",), "tenants", ("id",)) for model in MODELS}

    assert real == declared | tenants
    assert all(row["convalidated"] for row in rows)


def test_every_column_that_names_a_row_is_declared_as_a_reference() -> None:
    """A key column without a declaration would take anything."""
    for model in MODELS:
        named = {name for name in model._meta.fields_map if name.endswith("_id")} - {
            "tenant_id",
            "external_id",
        }
        loose = {(model._meta.db_table, name) for name in named - model.references.keys()}
        assert loose <= LOOSE.keys(), loose


LOOSE = {
    ("mail_settings", "medium_id"): "looked up when a mail is sent; one that is gone is passed over",
    ("events", "batch_id"): "names no row",
    ("events", "subject_id"): "of any type, and outlives its subject",
    ("events", "actor_id"): "an event outlives whoever did it",
    ("events", "on_behalf_of_id"): "an event outlives whom it was done for",
    ("jobs", "created_by_id"): "an operator at the command line is no user",
    ("schedules", "last_job_id"): "outlives the job, which is swept",
    ("job_files", "job_id"): "goes by a time of its own, whatever becomes of the job",
    ("job_failures", "subject_id"): "of any type, and outlives its subject",
    ("notifications", "event_id"): "outlives the event, which retention may take",
    ("idempotency_keys", "user_id"): "kept for a day only",
    ("webhook_deliveries", "event_id"): "kept longer or shorter than the event",
    ("webhook_deliveries", "payload_by_id"): "compared with the owner, never followed",
}
"""Columns that hold keys and are no references, with the reason."""


async def test_every_table_is_fenced_by_exactly_these_policies() -> None:
    rows = await system_fetch(
        "select tablename, policyname, permissive, roles::text[] as roles, cmd, qual, with_check from pg_policies"
        " where schemaname = 'public'"
    )
    real = {
        (
            row["tablename"],
            row["policyname"],
            row["permissive"],
            tuple(row["roles"]),
            row["cmd"],
            row["qual"],
            row["with_check"],
        )
        for row in rows
    }
    expected = set()
    for model in MODELS:
        table = model._meta.db_table
        expected.add((table, "tenant_rows", "PERMISSIVE", (APP_ROLE,), "ALL", MINE, MINE))
        expected.add((table, "all_rows", "PERMISSIVE", (SYSTEM_ROLE,), "ALL", "true", "true"))

    assert real == expected


async def test_row_security_is_on_everywhere() -> None:
    rows = await system_fetch(
        "select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition"
    )
    assert {row["relname"] for row in rows} == {model._meta.db_table for model in MODELS}


_GRANTS = """
select c.relname, case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end as grantee, a.privilege_type
from pg_class c cross join aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.grantee <> c.relowner
"""


async def test_the_app_role_is_granted_rows_and_nothing_else_and_nobody_else_anything() -> None:
    granted: dict[tuple[str, str], set[str]] = {}
    for row in await system_fetch(_GRANTS):
        granted.setdefault((row["grantee"], row["relname"]), set()).add(row["privilege_type"])
    rows_only = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    of_tenants = {
        (role, model._meta.db_table): rows_only for role in (APP_ROLE, SYSTEM_ROLE) for model in MODELS
    }

    assert granted == of_tenants | {
        (APP_ROLE, "events"): {"SELECT", "INSERT"},
        (SYSTEM_ROLE, "events"): {"SELECT", "INSERT", "DELETE"},
        (SYSTEM_ROLE, "founding_attempts"): rows_only,
        (APP_ROLE, "stream_positions"): {"SELECT"},
        (SYSTEM_ROLE, "stream_positions"): rows_only,
        (APP_ROLE, "tenants"): {"SELECT", "UPDATE"},
        (SYSTEM_ROLE, "tenants"): rows_only,
    }


async def test_partitions_are_fenced_by_their_table_alone() -> None:
    """Nobody but the owner may name one; and whoever might would see nothing, since it has no policy of its own."""
    rows = await system_fetch(
        "select c.relname, c.relrowsecurity, i.inhparent::regclass::text as parent,"
        " (select count(*) from pg_policy where polrelid = c.oid) as policies"
        " from pg_class c join pg_inherits i on i.inhrelid = c.oid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'"
    )

    assert {row["parent"] for row in rows} == {"events"}
    assert all(row["relrowsecurity"] and row["policies"] == 0 for row in rows)


async def test_no_view_of_ours_reaches_around_the_fence() -> None:
    """A view runs with its owner's rights: it would show every tenant's rows."""
    assert await system_fetch("select viewname from pg_views where schemaname = 'public'") == []


async def test_functions_with_their_owners_rights_are_known_and_beyond_the_reach_of_requests() -> None:
    """They could show every tenant's rows. These only make and drop partitions of events."""
    rows = await system_fetch(
        "select proname, proconfig, proacl::text[] as rights,\n"
        "  has_function_privilege(:app, oid, 'execute') as by_requests"
        " from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by proname",
        {"app": APP_ROLE},
    )

    assert [row["proname"] for row in rows] == ["drop_event_partition", "make_event_partition"]
    for row in rows:
        assert row["proconfig"] == ["search_path=pg_catalog, pg_temp", "lock_timeout=300ms"]
        assert row["by_requests"] is False
        assert {each.split("=")[0] for each in row["rights"]} == {"postgres", SYSTEM_ROLE}

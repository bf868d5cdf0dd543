"""Indexes and unique keys of the real database are those of the models, and every foreign key is served by one."""

import re
from pathlib import Path
from typing import Any

import asyncpg
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

import core
from core.founding.models import FoundingAttempt
from core.kit.database.connect import MODELS as MODULES
from core.kit.models import StreamPosition
from core.search.subjects import SUBJECTS
from core.tenants.models import Tenant
from tests.isolation.declared import MODELS

_INDEXES = """
select t.relname as name, i.relname as index, x.indisunique as is_unique, m.amname as method,
  pg_get_expr(x.indpred, x.indrelid) as condition, x.indisvalid as is_valid,
  array(select pg_get_indexdef(x.indexrelid, k, true) from generate_series(1, x.indnkeyatts) k) as columns
from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
  join pg_am m on m.oid = i.relam
where t.relnamespace = 'public'::regnamespace and t.relname <> 'tortoise_migrations' and not t.relispartition
"""
_FOREIGN_KEYS = """
select c.conrelid::regclass::text as name, c.conname, array(select a.attname::text from unnest(c.conkey) k(n)
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n) as columns
from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.conparentid = 0
"""
Shape = tuple[str, tuple[str, ...], bool, str, str | None]
STREAM: set[Shape] = {
    ("events", ("tenant_id", "xid", "id"), False, "btree", None),
    ("events", ("xid", "id"), False, "btree", None),
}
"""On the column that `EventStream` adds, which no model may write."""
_SHOWN_STATE = (
    "(\nCASE state\n    WHEN 'done'::text THEN 'DONE'::text\n    WHEN 'parked'::text THEN 'PARKED'::text\n"
    "    WHEN 'cancelled'::text THEN 'CANCELLED'::text\n    WHEN 'leased'::text THEN 'RUNNING'::text\n"
    "    ELSE 'WAITING'::text\nEND)"
)
JOBS: set[Shape] = {
    ("jobs", ("tenant_id", _SHOWN_STATE, "id"), False, "btree", None),
}
"""On the state that people see, which is no column."""
TICKETS: set[Shape] = {
    (
        "tickets",
        ("tenant_id", "state", "updated_at", "id"),
        False,
        "btree",
        "((state)::text <> 'ACTIVE'::text)",
    ),
    ("tickets", ("tenant_id", "updated_at", "id"), False, "btree", "(assignee_id IS NULL)"),
    ("tickets", ("tenant_id", "due_at", "id"), False, "btree", "(due_at IS NOT NULL)"),
    ("tickets", ("tenant_id", "callback_at", "id"), False, "btree", "(callback_at IS NOT NULL)"),
    ("tickets", ("tenant_id", "remind_at", "id"), False, "btree", "(remind_at IS NOT NULL)"),
    (
        "tickets",
        ("tenant_id", "group_id", "waiting_since", "id"),
        False,
        "btree",
        "(waiting_since IS NOT NULL)",
    ),
    (
        "tickets",
        ("tenant_id", "assignee_id", "group_id"),
        False,
        "btree",
        "(((state)::text = 'ACTIVE'::text) AND ((status_category)::text = ANY ((ARRAY['NEW'::character varying,"
        " 'OPEN'::character varying, 'PENDING'::character varying])::text[])) AND (assignee_id IS NOT NULL))",
    ),
}
"""Of few among many, by conditions that models cannot state."""

WORDS: set[Shape] = {(each.words, ("words",), False, "gin", None) for each in SUBJECTS.values()}
"""On the column that `SearchWords` adds: what it holds begins with a tag of the tenant."""


def _declared(model: Any) -> set[Shape]:
    table, meta = model._meta.db_table, model._meta
    found: set[Shape] = {(table, (meta.pk_attr,), True, "btree", None)}
    for name, field in meta.fields_map.items():
        if field.unique and not field.pk:
            found.add((table, (name,), True, "btree", None))
        assert field.pk or field.unique or not field.index, (
            f"{table}.{name}: state indexes in Meta, with a name"
        )
    found |= {(table, tuple(columns), True, "btree", None) for columns in meta.unique_together or ()}
    for constraint in meta.constraints or ():
        assert isinstance(constraint, UniqueConstraint)
        condition = constraint.condition
        as_written = f"({condition})" if condition and " " in condition else condition
        found.add((table, tuple(constraint.fields), True, "btree", as_written))
    for index in meta.indexes or ():
        method = "gin" if "Containment" in type(index).__name__ else "btree"
        found.add((table, tuple(index.fields), False, method, _condition(index)))
    if "tenant_id" in meta.fields_map:
        found.add((table, ("tenant_id", "id"), True, "btree", None))
    # The fence of a plugin's table adds what its references need.
    for column in model.references if model.__module__.startswith("plugins.") else ():
        found.add((table, ("tenant_id", column), False, "btree", None))
    return found


def _condition(index: Any) -> str | None:
    """As PostgreSQL writes it."""
    parts = [
        f"(({name})::text = '{value}'::text)"
        for name, value in (getattr(index, "condition", None) or {}).items()
    ]
    return " AND ".join(parts) or None


def _real(row: Any) -> Shape:
    columns = tuple(re.sub(r' jsonb_path_ops$|"', "", column) for column in row["columns"])
    return row["name"], columns, row["is_unique"], row["method"], row["condition"]


async def test_every_index_is_declared_and_every_declared_one_is_there(catalogue: asyncpg.Connection) -> None:
    rows = await catalogue.fetch(_INDEXES)
    declared = set().union(
        *(_declared(model) for model in [*MODELS, Tenant, StreamPosition, FoundingAttempt])
    )

    assert {_real(row) for row in rows} == declared | STREAM | JOBS | TICKETS | WORDS
    assert all(row["is_valid"] for row in rows)


async def test_no_two_indexes_are_the_same(catalogue: asyncpg.Connection) -> None:
    """A second index of the same columns costs every write and serves nobody."""
    found = [_real(row) for row in await catalogue.fetch(_INDEXES)]
    plain = [(name, columns, method) for name, columns, _, method, condition in found if condition is None]

    assert sorted(each for each in set(plain) if plain.count(each) > 1) == []


async def test_indexes_are_named_as_the_models_name_them(catalogue: asyncpg.Connection) -> None:
    real = {row["index"] for row in await catalogue.fetch(_INDEXES)}
    declared = [index for model in MODELS for index in model._meta.indexes or ()]
    named = {index.name for index in declared if isinstance(index, Index)}

    assert named <= real


async def test_every_foreign_key_has_an_index_that_leads_with_it(catalogue: asyncpg.Connection) -> None:
    """Else deleting what it names reads the whole table."""
    indexes = [_real(row) for row in await catalogue.fetch(_INDEXES)]
    unserved = [
        row["conname"]
        for row in await catalogue.fetch(_FOREIGN_KEYS)
        if not any(
            name == row["name"] and method == "btree" and condition is None
            and set(columns[: len(row["columns"])]) == set(row["columns"])
            for name, columns, _, method, condition in indexes
        )
    ]  # fmt: skip

    assert unserved == []


async def test_every_index_of_a_tenants_table_leads_with_the_tenant(catalogue: asyncpg.Connection) -> None:
    leading = {
        row["index"]: _real(row)[1]
        for row in await catalogue.fetch(_INDEXES)
        if row["method"] == "btree"
        and row["name"] not in ("founding_attempts", "tenants", "stream_positions")
    }
    others = {name for name, columns in leading.items() if columns[0] not in ("tenant_id", "id")}

    assert others <= ACROSS_TENANTS.keys() | {name for name in others if name.startswith("uid_tokens_hash")}


ACROSS_TENANTS = {
    "notifications_age": "a chore sweeps old ones of every tenant",
    "presences_age": "a chore sweeps what has expired, of every tenant",
    "events_stream_of_all": "followers read the events of all tenants",
    "schedules_due": "the worker looks for due schedules of all tenants and of the installation",
    "schedules_reckoned": "the worker looks for schedules that a wrong clock reckoned, of all",
    "schedules_installation": "what has no tenant",
    "jobs_due": "the worker looks for due jobs of all tenants",
    "jobs_ready": "the worker takes due jobs of all tenants, kind by kind",
    "idempotency_keys_age": "old keys of all tenants are swept at once",
    "uploads_expiry": "expired uploads of all tenants are swept at once",
    "webhook_deliveries_age": "old deliveries of all tenants are swept at once",
    "tokens_hash_key": "the token is what tells the tenant",
}
"""Indexes for those who look across tenants, with the reason."""


def test_every_module_of_models_is_known_to_the_database() -> None:
    root = Path(core.__file__).parent
    written = {
        ".".join(("core", *path.relative_to(root).with_suffix("").parts)) for path in root.glob("*/models.py")
    }

    assert written == set(MODULES)

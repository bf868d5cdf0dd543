"""The fence around a table of a plugin: the same layers as around the product's own (`operations.py`), laid by us and
not by the plugin, so that none can be forgotten.

What a plugin's row names may be erased at any time, also while the plugin is not loaded: then the database itself takes
the row along, or lets it forget what it named.
"""

from collections.abc import Collection, Mapping

import asyncpg

from core.kit.database.connect import APP_ROLE, SYSTEM_ROLE

MARK = "of the plugin {name}"
"""Stands as a comment on the policy of each table, and tells whose it is."""

_MINE = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"


async def fence(
    connection: asyncpg.Connection,
    plugin: str,
    table: str,
    references: Mapping[str, str],
    may_be_null: Collection[str],
) -> None:
    """Lay what is missing, in the open transaction. References that are not declared any more go."""
    there = {
        row["conname"]
        for row in await connection.fetch(
            "select conname from pg_constraint where conrelid = to_regclass($1)", table
        )
    }
    wanted = _constraints(table, references, may_be_null)
    steps = [
        f'alter table "{table}" add constraint "{name}" {text}'
        for name, text in wanted.items()
        if name not in there
    ]
    rows = await connection.fetch(
        "select conname from pg_constraint where conrelid = to_regclass($1) and contype = 'f'", table
    )
    steps += [
        f'alter table "{table}" drop constraint "{row["conname"]}"'
        for row in rows
        if row["conname"] not in wanted
    ]
    steps += [
        f'create index if not exists "{table}_{column}_named" on "{table}" (tenant_id, {column})'
        for column in references
    ]
    for step in [*steps, *_row_security(plugin, table)]:
        await connection.execute(step)


def _constraints(table: str, references: Mapping[str, str], may_be_null: Collection[str]) -> dict[str, str]:
    keys = {
        f"{table}_tenant_key": "unique (tenant_id, id)",
        f"{table}_tenant": "foreign key (tenant_id) references tenants (id) on delete cascade",
    }
    for column, target in references.items():
        end = f"set null ({column})" if column in may_be_null else "cascade"
        keys[f"{table}_{column}"] = (
            f'foreign key (tenant_id, {column}) references "{target}" (tenant_id, id) on delete {end}'
            " deferrable initially deferred"
        )
    return keys


def _row_security(plugin: str, table: str) -> list[str]:
    return [
        f'alter table "{table}" enable row level security',
        f'drop policy if exists tenant_rows on "{table}"',
        f'drop policy if exists all_rows on "{table}"',
        f'create policy tenant_rows on "{table}" to {APP_ROLE} using ({_MINE}) with check ({_MINE})',
        f'create policy all_rows on "{table}" to {SYSTEM_ROLE} using (true) with check (true)',
        f"comment on policy tenant_rows on \"{table}\" is '{MARK.format(name=plugin)}'",
        f'grant select, insert, update, delete on "{table}" to {APP_ROLE}, {SYSTEM_ROLE}',
    ]

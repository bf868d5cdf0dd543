"""What a tenant has, as one digest for each table, to see whether a refusal changed anything."""

from uuid import UUID

from core.kit.database import plugin_models, system_fetch, tenant_models

NOTED_BESIDE = {"idempotency_keys"}
"""Tables that tell of requests, not of the desk."""

NOTED_COLUMNS = {"tokens": ["last_used_at"]}
"""Columns written beside a request, whatever it asked."""


async def digest(tenant_id: UUID) -> dict[str, str]:
    """Table to a digest of all the tenant's rows in it, the tenant's own row included."""
    parts = [_part("tenants", "id")]
    parts += [
        _part(model._meta.db_table, "tenant_id")
        for model in [*tenant_models(), *plugin_models()]
        if model._meta.db_table not in NOTED_BESIDE
    ]
    # Across tenants: a test must see what row-level security would hide from it, too.
    rows = await system_fetch(" union all ".join(parts), {"tenant": tenant_id})
    return {row["name"]: f"{row['many']} rows {row['content']}" for row in rows}


def _part(table: str, column: str) -> str:
    row = "to_jsonb(t)" + "".join(f" - '{name}'" for name in NOTED_COLUMNS.get(table, []))
    return (
        f"select '{table}' as name, count(*) as many, md5(string_agg(({row})::text, chr(10) order by t.id)) as content"
        f" from {table} t where t.{column} = :tenant"
    )


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that are not what they were."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))

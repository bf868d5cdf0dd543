"""Erasing rows for good, with whatever names them."""

from collections.abc import Collection
from uuid import UUID

from core.kit.context import current_tenant
from core.kit.database.models import TenantModel, tenant_models
from core.kit.database.sql import execute, fetch


async def erase(table: str, keys: Collection[UUID]) -> None:
    """Delete rows of the current tenant in the open transaction. What names one of them, as the models declare it in
    `references`, goes too where it must name one, and forgets it where it need not. So a table that is added later is
    not forgotten; foreign keys are checked at the commit. Rows of plugins go by their foreign keys, also where the
    plugin is not loaded."""
    if not keys:
        return
    values = {"tenant": current_tenant(), "keys": list(keys)}
    for model in tenant_models():
        for column, target in model.references.items():
            if target == table:
                await _let_go(model, column, values)
    await execute(f"delete from {table} where tenant_id = :tenant and id = any(:keys)", values)


async def _let_go(model: type[TenantModel], column: str, values: dict[str, object]) -> None:
    table, naming = model._meta.db_table, f"tenant_id = :tenant and {column} = any(:keys)"
    if model._meta.fields_map[column].null:
        await execute(f"update {table} set {column} = null where {naming}", values)
        return
    rows = await fetch(f"select id from {table} where {naming}", values)
    await erase(table, [row["id"] for row in rows])

"""How a configuration row changes: lock it, compare the version the caller read, write only what differs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import asyncpg
from tortoise.exceptions import IntegrityError

from core.kit.context import Context
from core.kit.database import execute, fetch_one
from core.kit.database.sql import Row
from core.kit.errors import DomainError, NotFound, VersionConflict
from core.kit.ids import to_global


async def lock_row(
    ctx: Context, table: str, key: UUID, *, prefix: str, expected_version: int | None = None
) -> Row:
    """The tenant's row, locked until the transaction ends. Raises NotFound at `id`, and VersionConflict when it is
    not the version the caller read."""
    row = await fetch_one(
        f"select * from {table} where tenant_id = :tenant and id = :id for update",
        {"tenant": ctx.tenant_id, "id": key},
    )
    if row is None:
        raise NotFound(path=("id",))
    if expected_version is not None and row["version"] != expected_version:
        raise VersionConflict(current=to_global(prefix, key))
    return row


def differences(row: Row, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Column to [before, after] for each of `values` that the row does not hold already."""
    return {name: [row[name], value] for name, value in values.items() if row[name] != value}


async def revise(
    ctx: Context, table: str, row: Row, values: Mapping[str, Any], *, even_if_same: bool = False
) -> dict[str, list[Any]]:
    """Write what differs and raise the version; a patch that changes nothing writes nothing. Gives the differences.
    `even_if_same` is for rows whose dependants changed."""
    changes = differences(row, values)
    if not changes and not even_if_same:
        return {}
    settings = "".join(f"{name} = :{name}, " for name in changes)
    await execute(
        f"update {table} set {settings}updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :id",
        {name: pair[1] for name, pair in changes.items()}
        | {"now": ctx.now(), "tenant": ctx.tenant_id, "id": row["id"]},
    )
    return changes


@contextmanager
def unique_or(refusal: DomainError) -> Iterator[None]:
    """Raises `refusal` when a write inside breaks a unique key: two callers may have looked at the same moment.
    (Which key it was is not told: row-level security keeps it out of PostgreSQL's message.)"""
    try:
        yield
    except (asyncpg.UniqueViolationError, IntegrityError) as error:
        raise refusal from error

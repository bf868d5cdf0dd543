"""Statements. Text may name parameters (`:me`); they become `$1` in order, so that predicates compose.

Reads are few wide statements; batches are written by `unnest`, one statement whatever their number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from tortoise import connections

from core.kit.database.connect import Reach
from core.kit.database.presuming import refuse_what_is_over

Row: TypeAlias = Any
"""An asyncpg record: values by column name or by place."""


@dataclass(frozen=True, slots=True)
class KeyBy:
    """A statement that finds the key of one thing, to be asked by itself or within what reads the thing."""

    text: str
    values: Mapping[str, object]


_NAMED = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


_STATEMENTS_KEPT = 1024


def bind(text: str, values: Mapping[str, object]) -> tuple[str, list[object]]:
    """Turn named parameters into positional ones. Raises KeyError for a name without a value."""
    bound, names = _numbered(text)
    return bound, [_stated(values[name]) for name in names]


@lru_cache(_STATEMENTS_KEPT)
def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    numbers: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"${numbers.setdefault(found[1], len(numbers) + 1)}"

    bound = _NAMED.sub(place, text)
    return bound, tuple(numbers)


def names_in(text: str) -> tuple[str, ...]:
    """The parameters that a statement names, in the order in which they come first."""
    return _numbered(text)[1]


def with_columns(text: str, columns: Mapping[str, str]) -> str:
    """The statement with these SQL expressions instead of the parameters of these names."""
    return _NAMED.sub(lambda found: columns.get(found[1], found[0]), text)


def _stated(value: object) -> object:
    """The value itself, where it wants to know that a statement names it (see `core.kit.stream.sharing`)."""
    return value.for_statement() if hasattr(value, "for_statement") else value


def _connection(reach: Reach) -> Any:
    """To be entered: the open transaction's connection, or one of the pool."""
    refuse_what_is_over()
    client = connections.get(reach.value)
    pool = getattr(client, "_pool", None)  # a transaction has none, and before the first use there is none
    return client.acquire_connection() if pool is None else pool.acquire()


async def fetch(
    text: str, values: Mapping[str, object] | None = None, *, reach: Reach = Reach.TENANT
) -> list[Row]:
    """The rows of a statement, inside the open transaction if there is one."""
    bound, arguments = bind(text, values or {})
    async with _connection(reach) as connection:
        rows: list[Row] = await connection.fetch(bound, *arguments)
        return rows


async def fetch_one(
    text: str, values: Mapping[str, object] | None = None, *, reach: Reach = Reach.TENANT
) -> Row | None:
    rows = await fetch(text, values, reach=reach)
    return rows[0] if rows else None


async def fetch_value(
    text: str, values: Mapping[str, object] | None = None, *, reach: Reach = Reach.TENANT
) -> Any:
    """The first column of the first row, or None."""
    row = await fetch_one(text, values, reach=reach)
    return row[0] if row is not None else None


async def execute(
    text: str, values: Mapping[str, object] | None = None, *, reach: Reach = Reach.TENANT
) -> int:
    """Run a statement and say how many rows it touched."""
    bound, arguments = bind(text, values or {})
    async with _connection(reach) as connection:
        status: str = await connection.execute(bound, *arguments)
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0


async def system_fetch(text: str, values: Mapping[str, object] | None = None) -> list[Row]:
    """Rows of any tenant. For signing in, the worker and operators only; each use says why."""
    return await fetch(text, values, reach=Reach.SYSTEM)


async def insert_rows(
    table: str, types: Mapping[str, str], rows: Sequence[Mapping[str, object]], *, reach: Reach = Reach.TENANT
) -> None:
    """Write many rows of one table in one statement. `types` maps each column to its PostgreSQL type."""
    if not rows:
        return
    columns = ", ".join(types)
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(types.values(), start=1))
    arguments = [[row[column] for row in rows] for column in types]
    async with _connection(reach) as connection:
        await connection.execute(
            f"insert into {table} ({columns}) select * from unnest({arrays})", *arguments
        )

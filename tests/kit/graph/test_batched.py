"""Fields that are worked out for all rows at once, each row with what is its own."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from core.kit.graph import Request, batched


async def _doubled(_request: Request, rows: Sequence[Any]) -> list[int]:
    return [row.number * 2 for row in rows]


async def test_rows_built_where_others_were_in_memory_have_their_own_values() -> None:
    resolve = batched((), _doubled, "Twice the number.").base_resolver.wrapped_func
    info = SimpleNamespace(context=Request(ctx=None, locale="en", app=None))

    found = [
        await resolve(SimpleNamespace(row_key=uuid4(), number=number), info)  # gone as soon as it is answered
        for number in range(50)
    ]

    assert found == [number * 2 for number in range(50)]

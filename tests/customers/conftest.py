"""Counting what is asked of PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asyncpg.connection import Connection

Counting = Callable[[], Any]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """`with statements() as texts:` gathers every prepared statement that runs inside the block."""
    seen: list[list[str]] = []
    original = Connection._do_execute

    async def counted(self: Connection, query: str, *args: Any, **kwargs: Any) -> Any:
        for each in seen:
            each.append(query)
        return await original(self, query, *args, **kwargs)

    monkeypatch.setattr(Connection, "_do_execute", counted)

    @contextmanager
    def gather() -> Iterator[list[str]]:
        texts: list[str] = []
        seen.append(texts)
        try:
            yield texts
        finally:
            seen.remove(texts)

    return gather

"""The two ways in which answers are read. What is promised of sight has to hold either way."""

from typing import Any

import pytest

from core.graphql.compiled import CompiledRun
from core.graphql.execution import GraphQLCoreRun

WAYS = ("compiled", "graphql-core")


def read(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every application of this process read its answers so."""
    if way == "compiled":
        return

    def plain(run: CompiledRun) -> GraphQLCoreRun:
        return GraphQLCoreRun(run.declarations.core)

    def call(run: CompiledRun, *given: Any) -> Any:
        return plain(run)(*given)

    def executor(run: CompiledRun, *given: Any, **named: Any) -> Any:
        return plain(run).executor(*given, **named)

    monkeypatch.setattr(CompiledRun, "__call__", call)
    monkeypatch.setattr(CompiledRun, "executor", executor)

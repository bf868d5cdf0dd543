"""Completing what batched functions answer."""

from dataclasses import dataclass
from typing import Any, cast

from core.graphql.compiled.completing import Completing, once_for_each_row
from core.kit.graph.request import Request


@dataclass
class Row:
    name: str


def test_rows_that_come_and_go_are_not_taken_for_each_other() -> None:
    batch = Completing(cast("Request", None))
    complete = once_for_each_row(lambda row, _batch: {"name": row.name})
    names = [f"row {number}" for number in range(100)]

    answers = [complete(Row(name), batch) for name in names]

    assert answers == [{"name": name} for name in names]


def test_a_row_that_many_values_lead_to_is_completed_once() -> None:
    batch = Completing(cast("Request", None))
    row, seen = Row("same"), []

    def complete(value: Any, _batch: Completing) -> Any:
        seen.append(value)
        return {"name": value.name}

    once = once_for_each_row(complete)
    answers = [once(row, batch) for _ in range(3)]

    assert answers == [{"name": "same"}] * 3
    assert seen == [row]

"""What generated code calls to turn the rows of a page into a connection."""

from collections.abc import Sequence
from typing import Any

import orjson

from core.graphql.compiled.leaves import moment
from core.graphql.compiled.level import Level
from core.kit.context import Viewer
from core.kit.graph.paging import Order, Page, write_cursor
from core.kit.graph.reading import ListPlan

_BY_ID = Order((), descending=False)


class Cursors:
    """Makes the cursors of one list from its rows."""

    def __init__(self, plan: ListPlan, level: Level, viewer: Viewer) -> None:
        self._plan, self._level, self._viewer = plan, level, viewer
        self._slots: list[int] = []
        self._moments: tuple[bool, ...] = ()

    def take_slots(self) -> None:
        """Have the level read what the list is sorted by."""
        self._slots = [self._level.slot(each) for each in self._plan.sort(self._viewer)]
        kinds = [self._plan.target.orders[name][1] for name in self._plan.order.columns]
        is_json = not self._level.is_outermost
        self._moments = (*(is_json and kind == "datetime" for kind in kinds), False)

    def __call__(self, row: Any) -> str:
        values = [
            moment(row[slot]) if is_moment else row[slot]
            for slot, is_moment in zip(self._slots, self._moments, strict=True)
        ]
        return write_cursor(self._plan.order, values)


def cut(rows: Sequence[Any], page: Page) -> tuple[Sequence[Any], bool]:
    """The rows of a page in the list's own order, and whether there are more (one more was read)."""
    more = len(rows) > page.size
    kept = rows[: page.size]
    return (kept[::-1] if page.backward else kept), more


def merged(parts: Sequence[Sequence[Any]], page: Page) -> list[tuple[int, Any]]:
    """The rows of several types by their ids, which come first in each. Ids are texts of one length here."""
    rows = [(place, row) for place, part in enumerate(parts) for row in part]
    rows.sort(key=lambda each: each[1][0], reverse=page.backward)
    return rows


def merged_cursor(item: tuple[int, Any]) -> str:
    return write_cursor(_BY_ID, [item[1][0]])


NAMES: dict[str, object] = {
    "cut": cut, "merged": merged, "merged_cursor": merged_cursor, "loads": orjson.loads,
}  # fmt: skip

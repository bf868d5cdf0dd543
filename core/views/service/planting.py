"""The views that a new tenant begins with: those of every desk, and what its preset shares."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from core.views.columns import USUAL
from core.views.states import ViewVisibility
from core.views.system import VIEWS, SystemView


class NewSharedView(NamedTuple):
    """A view that a preset shares with the staff: wording, condition, columns, and what it is ordered by."""

    key: str
    english: str
    chinese: str
    condition: Mapping[str, Any]
    columns: Sequence[str] = USUAL
    sort: str = "UPDATED_AT"
    visibility: str = ViewVisibility.STAFF


def view_row(place: int, view: NewSharedView, *, is_system: bool = False) -> dict[str, Any]:
    """The row of such a view, without what every row has."""
    return {
        "key": view.key, "label": view.english, "labels": orjson.dumps({"zh": view.chinese}).decode(),
        "visibility": str(view.visibility), "is_system": is_system,
        "condition": orjson.dumps(view.condition).decode(), "columns": orjson.dumps(list(view.columns)).decode(),
        "sort": orjson.dumps([view.sort]).decode(), "is_descending": True, "position": place,
    }  # fmt: skip


def system_rows(words: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The rows of the views that every desk has, in their order. `words` names some, by key, in English and Chinese as
    this desk calls them. Raises ValueError for a key that none has."""
    unknown = words.keys() - {each.key for each in VIEWS}
    if unknown:
        raise ValueError(f"no desk has a view {min(unknown)} of itself")
    return [_system_row(place, each, words) for place, each in enumerate(VIEWS)]


def _system_row(place: int, view: SystemView, words: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    english, chinese = words.get(view.key, (view.english, view.chinese))
    shown = NewSharedView(
        view.key, english, chinese, view.condition, view.columns, view.sort, view.visibility
    )
    return view_row(place, shown, is_system=True)

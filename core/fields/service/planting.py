"""Options that come with a new field, written in one statement whatever their number and depth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.fields.errors import KeyTaken, NotNested, TooDeep
from core.fields.lists import DEEPEST, MOST_OPTIONS, clean_color, clean_key, clean_label
from core.kit.context import Context
from core.kit.database import insert_rows
from core.kit.errors import DomainError, Errors, LimitExceeded

_TYPES = {
    "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "version": "int",
    "list": "text", "field_id": "uuid", "parent_id": "uuid", "key": "text", "label": "text", "labels": "jsonb",
    "color": "text", "position": "int", "is_default": "bool", "is_active": "bool",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprout:
    """An option to be, with those one level down."""

    key: str
    label: str
    labels: Mapping[str, str] = field(default_factory=dict)
    color: str | None = None
    children: Sequence["Sprout"] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    sprout: Sprout
    path: tuple[str, ...]
    parent: "_Place | None"
    depth: int


def _places(
    sprouts: Sequence[Sprout], path: tuple[str, ...], parent: _Place | None, depth: int
) -> Iterator[_Place]:
    for number, sprout in enumerate(sprouts):
        place = _Place(sprout, (*path, str(number)), parent, depth)
        yield place
        yield from _places(sprout.children, (*place.path, "children"), place, depth + 1)


async def plant(ctx: Context, field_id: UUID, sprouts: Sequence[Sprout], *, nested: bool) -> None:
    """Write a new field's options. Raises LimitExceeded (500), and Errors naming each wrong one at
    `options.<n>.children.<n>…`: BadKey, KeyTaken, BadColor, NotNested, TooDeep (5 levels)."""
    places = list(_places(sprouts, ("options",), None, 1))
    if len(places) > MOST_OPTIONS:
        raise LimitExceeded(path=("options",), limit=MOST_OPTIONS)
    errors, rows, ids, keys = list[DomainError](), list[dict[str, Any]](), dict[int, UUID](), set[str]()
    for position, place in enumerate(places):
        try:
            row = _row(place, keys, nested)
        except DomainError as error:
            errors.append(error)
            continue
        ids[id(place)] = ctx.new_id()
        parent_id = ids.get(id(place.parent)) if place.parent else None
        rows.append(
            row
            | {
                "id": ids[id(place)],
                "tenant_id": ctx.tenant_id,
                "created_at": ctx.now(),
                "updated_at": ctx.now(),
            }
            | {"field_id": field_id, "parent_id": parent_id, "position": position}
        )
    if errors:
        raise Errors(errors)
    await insert_rows("options", _TYPES, rows)


def _row(place: _Place, keys: set[str], nested: bool) -> dict[str, Any]:
    sprout, path = place.sprout, place.path
    if place.depth > 1 and not nested:
        raise NotNested(path=path)
    if place.depth > DEEPEST:
        raise TooDeep(path=path, limit=DEEPEST)
    key = clean_key(sprout.key, *path, "key", option=True)
    if key in keys:
        raise KeyTaken(path=(*path, "key"), key=key)
    keys.add(key)
    return {
        "key": key, "label": clean_label(sprout.label, *path, "label"), "labels": orjson.dumps(sprout.labels).decode(),
        "color": clean_color(sprout.color, *path, "color"), "list": "FIELD", "version": 1, "is_default": False,
        "is_active": True,
    }  # fmt: skip

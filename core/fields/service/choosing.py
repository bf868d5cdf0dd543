"""Options of every list (E6 to E10, K2): add and change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.fields.errors import FieldNeeded, KeyTaken, NoOptions, NotNested
from core.fields.events import PRIORITY_MOVED
from core.fields.kinds import FieldKind, has_options
from core.fields.lists import MOST_OPTIONS, OptionList, check_position, clean_color, clean_key, clean_label
from core.fields.service.defining import cleaned
from core.fields.service.locking import lock_list, locked_option
from core.fields.service.nesting import check_parent
from core.kit.context import Context
from core.kit.database import execute, fetch_one, fetch_value
from core.kit.errors import LimitExceeded, NotFound
from core.kit.events import Happening, record
from core.kit.jobs import enqueue
from core.kit.revising import revise

_SIBLINGS = "tenant_id = :tenant::uuid and list = :list::text and field_id is not distinct from :field::uuid"
INSERT = (
    "insert into options (id, tenant_id, created_at, updated_at, version, list, field_id, parent_id, key, label,"
    " labels, color, position, is_default, is_active)"
    " select :id::uuid, :tenant::uuid, :now::timestamptz, :now, 1, :list::text, :field::uuid, :parent::uuid,"
    " :key::text, :label::text, :labels::jsonb, :color::text, coalesce(:position::int, max(position) + 1, 0),"
    f" :default::bool, true from options where {_SIBLINGS}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOption:
    """An option to be. Without a position it comes last."""

    list: OptionList
    key: str
    label: str
    field_id: UUID | None = None
    parent_id: UUID | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    color: str | None = None
    position: int | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPatch:
    """What to change: a column that is absent stays. List, field and key never change."""

    values: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_option(ctx: Context, new: NewOption) -> UUID:
    """Add an option. Needs `field.manage`. Raises BadKey, KeyTaken, BadColor, FieldNeeded, NoOptions, NotNested,
    TooDeep, NotFound, LimitExceeded (500 options of a list or field, archived ones included)."""
    ctx.require("field.manage")
    values = {
        "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "list": new.list.value, "field": new.field_id,
        "parent": new.parent_id, "key": clean_key(new.key, "key", option=True),
        "label": clean_label(new.label, "label"), "labels": orjson.dumps(new.labels).decode(),
        "color": clean_color(new.color, "color"), "position": check_position(new.position, "position"),
        "default": new.is_default,
    }  # fmt: skip
    await lock_list(ctx, new.list, new.field_id)
    kind = await _kind(ctx, new)
    if new.parent_id is not None:
        if not has_levels(new.list, kind):
            raise NotNested(path=("parentId",))
        await check_parent(ctx, new.list, new.field_id, new.parent_id)
    siblings = {"tenant": ctx.tenant_id, "list": new.list.value, "field": new.field_id}
    if await fetch_one(
        f"select 1 from options where {_SIBLINGS} and key = :key", {**siblings, "key": new.key}
    ):
        raise KeyTaken(path=("key",), key=new.key)
    if await fetch_value(f"select count(*) from options where {_SIBLINGS}", siblings) >= MOST_OPTIONS:
        raise LimitExceeded(path=("list",), limit=MOST_OPTIONS)
    await execute(INSERT, values)
    option_id: UUID = values["id"]  # type: ignore[assignment]
    if new.is_default:
        await _sole_default(ctx, new.list, new.field_id, option_id)
    about = {"list": [None, new.list.value], "key": [None, new.key], "label": [None, values["label"]]}
    await record(ctx, Happening("option.created", "option", option_id, about))
    return option_id


async def _kind(ctx: Context, new: NewOption) -> FieldKind | None:
    if (new.list is OptionList.FIELD) != (new.field_id is not None):
        raise FieldNeeded(path=("fieldId",))
    return await kind_of(ctx, new.field_id) if new.field_id else None


async def kind_of(ctx: Context, field_id: UUID) -> FieldKind:
    """The kind of a field that has options. Raises NotFound, NoOptions."""
    found = await fetch_value(
        "select kind from field_definitions where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": field_id},
    )
    if found is None:
        raise NotFound(path=("fieldId",))
    kind = FieldKind(found)
    if not has_options(kind):
        raise NoOptions(path=("fieldId",), kind=kind.value)
    return kind


def has_levels(list: OptionList, kind: FieldKind | None) -> bool:
    """Categories and cascades have options below options."""
    return list is OptionList.CATEGORY or kind is FieldKind.CASCADE


async def update_option(ctx: Context, option_id: UUID, patch: OptionPatch) -> None:
    """Change wording, colour, place or parent. Needs `field.manage`. Raises NotFound, VersionConflict, BadColor,
    NotNested, OwnDescendant, TooDeep."""
    ctx.require("field.manage")
    row = await locked_option(ctx, option_id, patch.expected_version)
    list, values = OptionList(row["list"]), cleaned(row, patch.values)
    if "color" in values:
        values["color"] = clean_color(values["color"], "color")
    if values.get("parent_id") is not None:
        kind = await kind_of(ctx, row["field_id"]) if row["field_id"] else None
        if not has_levels(list, kind):
            raise NotNested(path=("parentId",))
        await check_parent(ctx, list, row["field_id"], values["parent_id"], moved=option_id)
    if values.get("is_default"):
        await _sole_default(ctx, list, row["field_id"], option_id)
    changes = await revise(ctx, "options", row, values)
    if not changes:
        return
    await record(ctx, Happening("option.updated", "option", option_id, changes))
    if "position" in changes and list is OptionList.PRIORITY:
        await enqueue(ctx, PRIORITY_MOVED, {"option_id": str(option_id)})


async def _sole_default(ctx: Context, list: OptionList, field_id: UUID | None, option_id: UUID) -> None:
    """Forms choose one option of a list by themselves, so an earlier default ceases to be one."""
    await execute(
        "update options set is_default = false, version = version + 1, updated_at = :now"
        f" where {_SIBLINGS} and is_default and id <> :id",
        {"tenant": ctx.tenant_id, "list": list.value, "field": field_id, "id": option_id, "now": ctx.now()},
    )

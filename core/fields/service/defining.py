"""Define custom fields (K1, K2): make them with their options, change their wording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.fields.access import CustomerAccess, check_access
from core.fields.errors import KeyTaken, NoOptions
from core.fields.kinds import FieldKind, has_options
from core.fields.lists import MOST_FIELDS, FieldObject, check_position, clean_key, clean_label
from core.fields.service.planting import Sprout, plant
from core.kit.context import Context
from core.kit.database import fetch_one, take_turns
from core.kit.errors import LimitExceeded, Required
from core.kit.events import Happening, record
from core.kit.graph.inputs import camel
from core.kit.revising import lock_row, revise

INSERT = (
    "insert into field_definitions (id, tenant_id, created_at, updated_at, version, object, key, label, labels, kind,"
    " is_required, customer_access, is_active, position) select :id::uuid, :tenant, :now::timestamptz, :now, 1,"
    " :object::text, :key::text, :label::text, :labels::jsonb, :kind::text, :required::bool, :access::text, true,"
    " coalesce(:position::int, max(position) + 1, 0) from field_definitions"
    " where tenant_id = :tenant::uuid and object = :object on conflict do nothing returning id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A custom field to be. Without a position it comes last."""

    object: FieldObject
    key: str
    label: str
    kind: FieldKind
    labels: Mapping[str, str] = field(default_factory=dict)
    is_required: bool = False
    customer_access: CustomerAccess | None = None
    """The usual one of the object unless told (`core.fields.access`)."""
    position: int | None = None
    options: Sequence[Sprout] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPatch:
    """What to change: a column that is absent stays. Object, key and kind never change."""

    values: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_field(ctx: Context, new: NewField) -> UUID:
    """Add a custom field, for a choice with its options. Needs `field.manage`. Raises BadKey, KeyTaken, NoOptions,
    NotEdited, LimitExceeded (200 fields of an object, archived ones included), and what planting options raises."""
    ctx.require("field.manage")
    values = {
        "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "object": new.object.value,
        "key": clean_key(new.key, "key"), "label": clean_label(new.label, "label"), "kind": new.kind.value,
        "labels": orjson.dumps(new.labels).decode(), "required": new.is_required,
        "position": check_position(new.position, "position"),
        "access": check_access(new.object, new.customer_access).value,
    }  # fmt: skip
    if new.options and not has_options(new.kind):
        raise NoOptions(path=("options",), kind=new.kind.value)
    await _room(ctx, new.object)
    made = await fetch_one(INSERT, values)
    if made is None:
        raise KeyTaken(path=("key",), key=new.key)
    field_id: UUID = made["id"]
    await plant(ctx, field_id, new.options, nested=new.kind is FieldKind.CASCADE)
    about = {"object": [None, new.object.value], "key": [None, new.key], "kind": [None, new.kind.value]}
    await record(ctx, Happening("field.created", "field", field_id, about))
    return field_id


async def _room(ctx: Context, object: FieldObject) -> None:
    # One definition of an object at a time, so that the count and the last position hold.
    await take_turns("fields", object.value)
    found = await fetch_one(
        "select count(*) as fields from field_definitions where tenant_id = :tenant and object = :object",
        {"tenant": ctx.tenant_id, "object": object.value},
    )
    if found is not None and found["fields"] >= MOST_FIELDS:
        raise LimitExceeded(path=("object",), limit=MOST_FIELDS)


async def update_field(ctx: Context, field_id: UUID, patch: FieldPatch) -> None:
    """Change wording, place, whether a value is required, and what customers may do with it: what is there already is
    theirs to read or hidden from them at once. Needs `field.manage`. Raises NotFound, VersionConflict, NotEdited."""
    ctx.require("field.manage")
    row = await lock_row(
        ctx, "field_definitions", field_id, prefix="fld", expected_version=patch.expected_version
    )
    values = cleaned(row, patch.values)
    if "customer_access" in values:
        access = CustomerAccess(values["customer_access"])
        values["customer_access"] = check_access(FieldObject(row["object"]), access).value
    changes = await revise(ctx, "field_definitions", row, values)
    if changes:
        await record(ctx, Happening("field.updated", "field", field_id, changes))


def cleaned(row: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """A patch's values as columns hold them; labels that say the same are left out."""
    values = dict(given)
    for name in ("label", "position", "is_required", "is_default", "customer_access"):
        if name in values and values[name] is None:
            raise Required(path=(camel(name),))
    if "label" in values:
        values["label"] = clean_label(values["label"], "label")
    if "position" in values:
        check_position(values["position"], "position")
    if "labels" in values and orjson.loads(row["labels"]) == values["labels"]:
        del values["labels"]
    elif "labels" in values:
        values["labels"] = orjson.dumps(values["labels"]).decode()
    return values

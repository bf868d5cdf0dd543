"""Custom fields and options as API types."""

from __future__ import annotations

from datetime import datetime

import strawberry

from core.fields.access import field_sight, option_sight
from core.fields.graphql.enums import CustomerAccess, CustomFieldKind, CustomFieldObject, OptionList
from core.kit.graph import Connection, Node, column, listing, lookup, many, node, one
from core.kit.graph.labels import LABELS, Labels, label, may, written_labels
from core.kit.graph.operators import enum_filter


@node(
    prefix="opt", table="options", sight=option_sight, is_few=True, orders={"POSITION": ("{t}.position", "number")},
    description="One choice in a list. Archived when no longer wanted, never deleted.",
)  # fmt: skip
class Option(Node):
    list: OptionList = column(
        "The list it stands in.",
        decode=OptionList,
        filter=enum_filter(OptionList, "Conditions on an option's list."),
    )
    key: str = column("The name programs use; never changes.", filter="string")
    label: str = label("What people read.")
    labels: Labels = written_labels(LABELS, may("field.manage"))
    color: str | None = column("A colour as #rrggbb.")
    position: int = column("Its place in the list; of priorities also their rank, higher is more urgent.")
    is_default: bool = column("Whether forms choose it unless told.")
    is_active: bool = column("False once archived.", filter="boolean")
    field: CustomField | None = one(
        "field_id", "The custom field it is an option of, in the list FIELD.", filter=True
    )
    parent: Option | None = one("parent_id", "The option one level up in a cascade.", filter=True)
    children: Connection[Option] = many(
        "parent_id", "The options one level down in a cascade.", order=("POSITION",)
    )
    created_at: datetime = column("When it was made (E6).")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@node(
    prefix="fld", table="field_definitions", sight=field_sight, is_few=True,
    orders={"POSITION": ("{t}.position", "number")},
    description="A field that the tenant added to tickets, people or organisations (K1, K2). Who is not staff "
    "sees those that are not internal.",
)  # fmt: skip
class CustomField(Node):
    object: CustomFieldObject = column(
        "What it is added to.", decode=CustomFieldObject,
        filter=enum_filter(CustomFieldObject, "Conditions on what a custom field is added to."),
    )  # fmt: skip
    key: str = column(
        "The name programs use, unique among the object's fields; never changes.", filter="string"
    )
    label: str = label("What people read.")
    labels: Labels = written_labels(LABELS, may("field.manage"))
    kind: CustomFieldKind = column(
        "What it holds; never changes.", decode=CustomFieldKind,
        filter=enum_filter(CustomFieldKind, "Conditions on what a custom field holds."),
    )  # fmt: skip
    is_required: bool = column("Whether new objects must have a value.")
    customer_access: CustomerAccess = column(
        "What customers and helpers may do with it.", decode=CustomerAccess,
        filter=enum_filter(CustomerAccess, "Conditions on what customers may do with a custom field."),
    )  # fmt: skip
    is_active: bool = column("False once archived: forms leave it out.", filter="boolean")
    position: int = column("Its place on forms.")
    options: Connection[Option] = many(
        "field_id", "What may be chosen now, every level of a cascade, by position; `options` lists archived ones too.",
        order=("POSITION",), where="{t}.is_active",
    )  # fmt: skip
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class FieldQuery:
    option = lookup(Option, "An option by its id.")
    options = listing(Option, "Options of every list, by position. Filter by `list`.", order=("POSITION",))
    custom_field = lookup(CustomField, "A custom field by its id.")
    custom_fields = listing(
        CustomField,
        "The tenant's custom fields that the viewer may know of, by position. Filter by `object`.",
        order=("POSITION",),
    )

"""Reads of custom fields and options."""

from collections.abc import Mapping, Sequence

from core.fields.access import CustomerAccess, sees
from core.fields.kinds import Choice, Choices, Definition, FieldKind
from core.kit.context import Context
from core.kit.database import fetch
from core.kit.database.sql import Row
from core.kit.definitions import defined
from core.kit.i18n import called


async def definitions(ctx: Context, object: str, version: int | None = None) -> Mapping[str, Definition]:
    """The active fields of a kind of object that the viewer may know of, by key; as of a version of what the tenant
    defines, where one is known."""
    return {
        each.key: each
        for each in await all_definitions(ctx, object, version)
        if each.is_active and sees(ctx.viewer, each.access)
    }


async def all_definitions(ctx: Context, object: str, version: int | None = None) -> Sequence[Definition]:
    """All fields of a kind of object, archived ones and those hidden from the viewer included: for rules that the desk
    has made, never for what a viewer is told."""

    async def load() -> Sequence[Definition]:
        rows = await fetch(
            "select id, key, label, labels::text, kind, is_required, customer_access, is_active from field_definitions"
            " where tenant_id = :tenant and object = :object order by position, id",
            {"tenant": ctx.tenant_id, "object": object},
        )
        return [definition_from(row, called(row)) for row in rows]

    return await defined(ctx.tenant_id, version, f"fields of {object}", load)


def definition_from(row: Row, label: str) -> Definition:
    """A custom field from its row."""
    return Definition(
        row["id"], row["key"], label, FieldKind(row["kind"]), row["is_required"],
        CustomerAccess(row["customer_access"]), row["is_active"],
    )  # fmt: skip


async def internal_keys(ctx: Context, object: str, version: int | None = None) -> frozenset[str]:
    """Keys of the fields that customers do not see."""
    every = await all_definitions(ctx, object, version)
    return frozenset(each.key for each in every if each.access is CustomerAccess.NONE)


async def options_by_key(ctx: Context, fields: Sequence[Definition]) -> Choices:
    """The active options of some fields, by field and key."""
    if not fields:
        return {}
    rows = await fetch(
        "select id, field_id, key, parent_id from options"
        " where tenant_id = :tenant and field_id = any(:fields) and is_active",
        {"tenant": ctx.tenant_id, "fields": [each.id for each in fields]},
    )
    return {(row["field_id"], row["key"]): Choice(row["id"], row["key"], row["parent_id"]) for row in rows}

"""Reads of custom fields and options."""

from collections.abc import Mapping, Sequence

from core.fields.kinds import Choice, Choices, Definition, FieldKind
from core.kit.context import Context, Viewer
from core.kit.database import fetch
from core.kit.definitions import defined


def anyone(viewer: Viewer, t: str) -> str:
    """Definitions and options are no secret within the tenant: forms are drawn from them."""
    return "true"


async def definitions(ctx: Context, object: str, version: int | None = None) -> Mapping[str, Definition]:
    """The active fields of a kind of object, by key; as of a version of what the tenant defines, where one is known."""

    async def load() -> Mapping[str, Definition]:
        rows = await fetch(
            "select id, key, label, kind, is_required from field_definitions"
            " where tenant_id = :tenant and object = :object and is_active order by position, id",
            {"tenant": ctx.tenant_id, "object": object},
        )
        return {
            row["key"]: Definition(
                row["id"], row["key"], row["label"], FieldKind(row["kind"]), row["is_required"]
            )
            for row in rows
        }

    return await defined(ctx.tenant_id, version, f"fields of {object}", load)


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

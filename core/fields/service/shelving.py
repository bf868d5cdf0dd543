"""Archive and restore: nothing that objects may refer to is ever deleted. What is archived stays on the objects that
have it and can no longer be chosen."""

from uuid import UUID

from core.fields.errors import HasActiveChildren, ParentArchived
from core.fields.referring import refuse_in_use
from core.fields.service.locking import locked_option
from core.kit.context import Context
from core.kit.database import fetch_one, fetch_value
from core.kit.events import Happening, record
from core.kit.i18n import called
from core.kit.revising import lock_row, revise


async def archive_field(ctx: Context, field_id: UUID, *, expected_version: int | None = None) -> None:
    """Take a field off forms. Its values stay, and are shown where asked for by key. Needs `field.manage`. Raises
    NotFound, VersionConflict, FieldInUse. Archiving twice is as good as once."""
    await _switch_field(ctx, field_id, expected_version, active=False)


async def restore_field(ctx: Context, field_id: UUID, *, expected_version: int | None = None) -> None:
    """Put a field back on forms. Needs `field.manage`. Raises NotFound, VersionConflict."""
    await _switch_field(ctx, field_id, expected_version, active=True)


async def _switch_field(ctx: Context, field_id: UUID, expected_version: int | None, *, active: bool) -> None:
    ctx.require("field.manage")
    row = await lock_row(ctx, "field_definitions", field_id, prefix="fld", expected_version=expected_version)
    if not active and row["is_active"]:
        await refuse_in_use(ctx, row["object"], row["key"], called(row))
    if await revise(ctx, "field_definitions", row, {"is_active": active}):
        await record(ctx, Happening("field.restored" if active else "field.archived", "field", field_id))


async def archive_option(ctx: Context, option_id: UUID, *, expected_version: int | None = None) -> None:
    """Take an option off its list. Needs `field.manage`. Raises NotFound, VersionConflict, HasActiveChildren."""
    ctx.require("field.manage")
    row = await locked_option(ctx, option_id, expected_version)
    below = await fetch_value(
        "select count(*) from options where tenant_id = :tenant and parent_id = :id and is_active",
        {"tenant": ctx.tenant_id, "id": option_id},
    )
    if below:
        raise HasActiveChildren(path=("id",), count=below, label=called(row))
    if await revise(ctx, "options", row, {"is_active": False, "is_default": False}):
        await record(ctx, Happening("option.archived", "option", option_id))


async def restore_option(ctx: Context, option_id: UUID, *, expected_version: int | None = None) -> None:
    """Put an option back on its list. Needs `field.manage`. Raises NotFound, VersionConflict, ParentArchived."""
    ctx.require("field.manage")
    row = await locked_option(ctx, option_id, expected_version)
    parent = await fetch_one(
        "select label, labels from options where tenant_id = :tenant and id = :id and not is_active",
        {"tenant": ctx.tenant_id, "id": row["parent_id"]},
    )
    if parent is not None:
        raise ParentArchived(path=("id",), label=called(parent))
    if await revise(ctx, "options", row, {"is_active": True}):
        await record(ctx, Happening("option.restored", "option", option_id))

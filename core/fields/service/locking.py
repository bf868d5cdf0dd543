"""One change of an option list at a time, so that counts, keys, defaults and trees hold. The list is always locked
before its rows, so that no two changes wait for each other."""

from uuid import UUID

from core.fields.lists import OptionList
from core.kit.context import Context
from core.kit.database import fetch_one, take_turns
from core.kit.database.sql import Row
from core.kit.errors import NotFound
from core.kit.revising import lock_row


async def lock_list(ctx: Context, list: OptionList, field_id: UUID | None) -> None:
    """Wait for the list; held until the transaction ends."""
    await take_turns("options", list.value, field_id)


async def locked_option(ctx: Context, option_id: UUID, expected_version: int | None) -> Row:
    """An option with its list locked. Raises NotFound, VersionConflict."""
    found = await fetch_one(
        "select list, field_id from options where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": option_id},
    )
    if found is None:
        raise NotFound(path=("id",))
    await lock_list(ctx, OptionList(found["list"]), found["field_id"])
    return await lock_row(ctx, "options", option_id, prefix="opt", expected_version=expected_version)

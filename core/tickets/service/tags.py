"""The tenant's list of tags (H1)."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute
from core.kit.errors import Required, TooLong
from core.kit.events import Happening, record
from core.kit.revising import lock_row, revise, unique_or
from core.tenants.service import check_name
from core.tickets.errors import BadColor, TagNameTaken
from core.tickets.models import Tag

LONGEST_NAME = 60
_TAGGED = {"tickets": "ticket_tags", "customers": "user_tags", "organizations": "organization_tags"}
_COLOR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPatch:
    """What to change: a column present with None is emptied, one that is absent stays."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


def name_key(name: str) -> str:
    """What two names share when people take them for the same: width, case and composition are left out of account."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(values)
    if "name" in values:
        if values["name"] is None:
            raise Required(path=("name",))
        cleaned["name"] = check_name(unicodedata.normalize("NFC", values["name"]), "name", limit=LONGEST_NAME)
        cleaned["name_key"] = name_key(cleaned["name"])
        if len(cleaned["name_key"]) > LONGEST_NAME:
            raise TooLong(path=("name",), limit=LONGEST_NAME)
    if values.get("color") is not None:
        cleaned["color"] = values["color"].strip().lower()
        if not _COLOR.fullmatch(cleaned["color"]):
            raise BadColor(path=("color",), value=values["color"][:20])
    return cleaned


async def create_tag(ctx: Context, *, name: str, color: str | None = None) -> UUID:
    """Add a tag to the list. Needs `tag.manage`. Raises Required, TooLong, BadColor, TagNameTaken."""
    ctx.require("tag.manage")
    values = _cleaned({"name": name, "color": color})
    with unique_or(TagNameTaken(path=("name",), name=values["name"])):
        tag = await Tag.create(id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), **values)
    await record(ctx, Happening("tag.created", "tag", tag.id, {"name": [None, values["name"]]}))
    return tag.id


async def update_tag(ctx: Context, tag_id: UUID, patch: TagPatch) -> None:
    """Rename or colour a tag everywhere it is used. Needs `tag.manage`."""
    ctx.require("tag.manage")
    values = _cleaned(patch.values)
    row = await lock_row(ctx, "tags", tag_id, prefix="tag", expected_version=patch.expected_version)
    with unique_or(TagNameTaken(path=("name",), name=values.get("name", row["name"]))):
        changes = await revise(ctx, "tags", row, values)
    if changes:
        changes.pop("name_key", None)
        await record(ctx, Happening("tag.updated", "tag", tag_id, changes))


async def delete_tag(ctx: Context, tag_id: UUID) -> None:
    """Take a tag off every ticket, customer and organisation and out of the list. Needs `tag.manage`. They themselves
    do not change: no version rises and no rule runs, since a marker that is gone means nothing."""
    ctx.require("tag.manage")
    row = await lock_row(ctx, "tags", tag_id, prefix="tag")
    values = {"tenant": ctx.tenant_id, "tag": tag_id}
    used = {
        shown: [await execute(f"delete from {table} where tenant_id = :tenant and tag_id = :tag", values), 0]
        for shown, table in _TAGGED.items()
    }
    await execute("delete from tags where tenant_id = :tenant and id = :tag", values)
    await record(ctx, Happening("tag.deleted", "tag", tag_id, {"name": [row["name"], None], **used}))

"""Writes of blocks of content. Every one needs `content.manage`."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.appearance import queries
from core.appearance.errors import BadBlockKey, BlockKeyTaken, TooManyBlocks
from core.appearance.models import ContentBlock
from core.appearance.states import BlockAudience
from core.fields.errors import BadPosition
from core.kit.context import Context
from core.kit.database import execute, take_turns
from core.kit.database.sql import Row
from core.kit.errors import Required
from core.kit.events import Happening, record
from core.kit.revising import lock_row, revise, unique_or
from core.tenants.service import check_name
from core.tickets.service.bodies import bodies

MOST_BLOCKS = 50
LAST_POSITION = 9999
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBlock:
    """A block to be."""

    key: str
    title: str
    body: str
    audience: BlockAudience = BlockAudience.EVERYBODY
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPatch:
    """What to change: what is absent stays. Its key never changes: pages name it."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_block(ctx: Context, new: NewBlock) -> UUID:
    """Add a block; its HTML is kept without what could harm a page. Raises BadBlockKey, BlockKeyTaken, Required,
    TooLong, BadPosition, TooManyBlocks."""
    ctx.require(queries.PERMISSION)
    if not _KEY.fullmatch(new.key):
        raise BadBlockKey(path=("key",), value=new.key[:60])
    values = _cleaned(
        {"title": new.title, "body": new.body, "audience": new.audience, "position": new.position}
    )
    # Who counts waits for whoever else is adding one.
    await take_turns("content blocks")
    if await queries.count_blocks(ctx) >= MOST_BLOCKS:
        raise TooManyBlocks(limit=MOST_BLOCKS)
    with unique_or(BlockKeyTaken(path=("key",), key=new.key)):
        made = await ContentBlock.create(
            id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), key=new.key, **values
        )
    await record(ctx, Happening("content_block.created", "content_block", made.id, {"key": [None, new.key]}))
    return made.id


async def update_block(ctx: Context, key: UUID, patch: BlockPatch) -> None:
    """Reword, move, archive or restore a block, or show it to others. Raises NotFound, VersionConflict and what
    `create_block` raises of values."""
    row = await _locked(ctx, key, patch.expected_version)
    changes = await revise(ctx, "content_blocks", row, _cleaned(patch.values))
    if changes:
        # Bodies are long, and everybody's to read where they stand.
        told = {name: pair if name != "body_html" else [] for name, pair in changes.items()}
        await record(ctx, Happening("content_block.updated", "content_block", key, told))


async def delete_block(ctx: Context, key: UUID) -> None:
    """Delete a block. Raises NotFound."""
    row = await _locked(ctx, key)
    await execute(
        "delete from content_blocks where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": key},
    )
    await record(ctx, Happening("content_block.deleted", "content_block", key, {"key": [row["key"], None]}))


async def _locked(ctx: Context, key: UUID, expected_version: int | None = None) -> Row:
    ctx.require(queries.PERMISSION)
    return await lock_row(ctx, "content_blocks", key, prefix="cbl", expected_version=expected_version)


def _body(markup: str) -> str:
    plain, safe = bodies(None, markup, path="body", may_be_empty=True)
    if not plain and "<img" not in safe:
        raise Required(path=("body",))
    return safe


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if "title" in found:
        found["title"] = check_name(found["title"], "title")
    if "body" in found:
        found["body_html"] = _body(found.pop("body"))
    if "position" in found and not 0 <= found["position"] <= LAST_POSITION:
        raise BadPosition(path=("position",), limit=LAST_POSITION)
    return found

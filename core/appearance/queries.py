"""Sight of blocks, and what visitors are shown."""

from collections.abc import Sequence
from uuid import UUID

from core.appearance.states import BlockAudience
from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row

PERMISSION = "content.manage"


def block_sight(viewer: Viewer, t: str) -> str:
    """Staff see every block, archived ones too; others those that are shown to them."""
    if viewer.is_staff:
        return "true"
    return f"{t}.is_active and {t}.audience in ('{BlockAudience.EVERYBODY}', '{BlockAudience.SIGNED_IN}')"


def audiences_of(viewer: Viewer | None) -> Sequence[str]:
    """What is for this caller; None is a visitor."""
    if viewer is None:
        return [BlockAudience.EVERYBODY]
    return list(BlockAudience) if viewer.is_staff else [BlockAudience.EVERYBODY, BlockAudience.SIGNED_IN]


async def helpdesk(tenant_id: UUID) -> Row | None:
    """What a helpdesk's pages are drawn with. Open to visitors."""
    return await fetch_one(
        "select name, locale, time_zone, logo_url, accent_color from tenants where id = :tenant",
        {"tenant": tenant_id},
    )


async def shown_blocks(tenant_id: UUID, viewer: Viewer | None) -> list[Row]:
    """The active blocks that are for this caller, in their order."""
    return await fetch(
        "select key, title, body_html from content_blocks where tenant_id = :tenant and is_active"
        " and audience = any(:audiences) order by position, id",
        {"tenant": tenant_id, "audiences": list(audiences_of(viewer))},
    )


async def count_blocks(ctx: Context) -> int:
    """How many blocks the helpdesk has."""
    found: int = await fetch_value(
        "select count(*) from content_blocks where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return found

"""Writes down, on each ticket that a mail was about, whether it was sent (G8)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.database import fetch_value, transaction
from core.kit.events import Happening, record

SENT = "notification.sent"
NOT_SENT = "notification.not_sent"
LONGEST_REASON = 300


async def is_noted(ctx: Context, about: Mapping[str, Any], key: UUID) -> bool:
    """Whether the end of this mail was written down already."""
    return bool(
        await fetch_value(
            "select exists (select from events where tenant_id = :tenant and subject_id = :ticket"
            " and type = any(:types) and changes -> 'mail' ->> 1 = :key)",
            {
                "tenant": ctx.tenant_id,
                "ticket": UUID(about["tickets"][0]),
                "types": [SENT, NOT_SENT],
                "key": key.hex,
            },
        )
    )


async def is_lettered(ctx: Context, ticket_id: UUID, name: str) -> bool:
    """Whether a mail by a template was sent, or will never be."""
    return bool(
        await fetch_value(
            "select exists (select from events where tenant_id = :tenant and subject_id = :ticket"
            " and type = any(:types) and changes -> 'letter' ->> 1 = :name)",
            {"tenant": ctx.tenant_id, "ticket": ticket_id, "types": [SENT, NOT_SENT], "name": name},
        )
    )


async def note(
    ctx: Context,
    about: Mapping[str, Any],
    key: UUID,
    *,
    medium: str | None = None,
    refused: str | None = None,
) -> None:
    """The mail was sent, or was `refused` for good; twice is once. `about` names its `user` and its `tickets`, `medium`
    what it went by, where that is the tenant's own."""
    if await is_noted(ctx, about, key):
        return
    changes = {"user_id": [None, about["user"]], "mail": [None, key.hex]}
    if "letter" in about:
        changes["letter"] = [None, about["letter"]]
    if medium is not None:
        changes["medium"] = [None, medium]
    if refused is not None:
        changes["reason"] = [None, refused[:LONGEST_REASON]]
    kind = SENT if refused is None else NOT_SENT
    async with transaction():
        await record(ctx, *(Happening(kind, "ticket", UUID(each), changes) for each in about["tickets"]))

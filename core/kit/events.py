"""Events: what happened, written in the transaction that made it so, one batch for each act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import insert_rows

COLUMNS = {
    "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "batch_id": "uuid", "type": "text",
    "subject_type": "text", "subject_id": "uuid", "changes": "jsonb", "actor_id": "uuid",
    "on_behalf_of_id": "uuid", "via": "text", "ip": "text", "user_agent": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: `type` as in `ticket.updated`, and the values before and after."""

    type: str
    subject_type: str
    subject_id: UUID
    changes: Mapping[str, Any] = field(default_factory=dict)


def event_rows(ctx: Context, happenings: Sequence[Happening]) -> list[dict[str, object]]:
    """Rows for the events table. While somebody is impersonated, the actor is who really acts (B19); what the product
    does by itself has none."""
    viewer = ctx.viewer
    actor, behalf = ctx.actor_id, None
    if viewer.impersonator_id is not None:
        actor, behalf = viewer.impersonator_id, viewer.user_id
    return [
        {
            "id": ctx.new_id(), "tenant_id": ctx.tenant_id, "created_at": ctx.now(), "batch_id": ctx.batch_id,
            "type": each.type, "subject_type": each.subject_type, "subject_id": each.subject_id,
            "changes": orjson.dumps(each.changes, default=str).decode(), "actor_id": actor,
            "on_behalf_of_id": behalf, "via": ctx.via, "ip": ctx.ip, "user_agent": (ctx.user_agent or "")[:400] or None,
        }
        for each in happenings
    ]  # fmt: skip


async def record(ctx: Context, *happenings: Happening) -> None:
    """Write events in the open transaction."""
    await insert_rows("events", COLUMNS, event_rows(ctx, happenings))

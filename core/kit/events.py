"""Events: what happened, written in the transaction that made it so, one batch for each act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import Reach, execute, fetch, insert_rows

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


_PAGE = 1000
_FIRST = UUID(int=0)
_BLANK = """
update events e set ip = null, user_agent = null, changes = (
  select coalesce(
    jsonb_object_agg(c.key, case when c.key = any(:kept) then c.value else '[null, null]'::jsonb end), '{}')
  from jsonb_each(e.changes) c)
where e.tenant_id = :tenant and e.id = any(:ids)
"""
_UNTRACE = "update events e set ip = null, user_agent = null where e.tenant_id = :tenant and e.id = any(:ids)"


async def blank_events(
    ctx: Context, subject_type: str, subject_ids: Sequence[UUID], *, kept: Sequence[str] = ()
) -> None:
    """Empty what is written before and after, but for `kept`, and from where it was done, in all events about these.
    That it happened, when and by whom stays. It is done at once, whatever becomes of the open transaction, and may be
    done twice: who serves may only add events, hence the system reach."""
    found = "subject_type = :type and subject_id = any(:subjects)"
    values: dict[str, object] = {"type": subject_type, "subjects": list(subject_ids)}
    await _each_page(ctx, found, values, _BLANK, {"kept": list(kept)})


async def untrace_events(ctx: Context, user_ids: Sequence[UUID]) -> None:
    """Empty from where these people did things, as `blank_events` does."""
    for column in ("actor_id", "on_behalf_of_id"):
        await _each_page(ctx, f"{column} = any(:users)", {"users": list(user_ids)}, _UNTRACE, {})


async def _each_page(
    ctx: Context, found: str, values: dict[str, object], write: str, with_values: dict[str, object]
) -> None:
    page = f"select id from events where tenant_id = :tenant and {found} and id > :after order by id limit {_PAGE}"
    after = _FIRST
    while rows := await fetch(page, {**values, "tenant": ctx.tenant_id, "after": after}):
        ids = [row["id"] for row in rows]
        await execute(write, {**with_values, "tenant": ctx.tenant_id, "ids": ids}, reach=Reach.SYSTEM)
        after = ids[-1]

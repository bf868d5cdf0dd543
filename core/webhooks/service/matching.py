"""The worker's first part: committed events become deliveries."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.database import fetch, transaction
from core.kit.database.sql import Row
from core.kit.ids import new_id
from core.kit.jobs import Claimed, enqueue_all
from core.webhooks.queries import owner_of, seen_by
from core.webhooks.service.checking import is_wanted
from core.webhooks.service.switching import DELIVER, pause_by_itself
from core.webhooks.states import PauseReason

MATCH = "webhooks.match"
"""The kind of job that carries events: `{"events": [ids in order]}`."""

WHERE = "exists (select from webhooks w where w.tenant_id = e.tenant_id and w.state = 'ACTIVE')"
"""Of the events `e`, those that are worth such a job."""


async def match(job: Claimed) -> None:
    """Write a delivery for each event and webhook that belong together, and ask for it to be sent. Whatever was
    written the first time this ran stays as it is."""
    events = [UUID(each) for each in job.payload["events"]]
    async with transaction():
        for webhook in await _active(job.tenant_id):
            ctx = await acting_as_owner(webhook)
            if ctx is None:
                await pause_by_itself(nobody(webhook), webhook, PauseReason.OWNER)
            else:
                await _deliver(ctx, webhook, events)


async def _active(tenant_id: UUID) -> list[Row]:
    return await fetch(
        "select * from webhooks where tenant_id = :tenant and state = 'ACTIVE' order by id",
        {"tenant": tenant_id},
    )


async def acting_as_owner(webhook: Row) -> Context | None:
    """The context of whatever is done for a webhook. None when its owner may keep it no longer."""
    viewer = await owner_of(webhook["owner_id"])
    return Context(viewer, via="webhook") if viewer else None


def nobody(webhook: Row) -> Context:
    """The context for what concerns a webhook whose owner has no right to it any more: names them, and may nothing."""
    viewer = Viewer(
        tenant_id=webhook["tenant_id"], user_id=webhook["owner_id"], kind=UserKind.MACHINE, scope=TicketScope.OWN,
        permissions=frozenset(),
    )  # fmt: skip
    return Context(viewer, via="webhook")


async def _deliver(ctx: Context, webhook: Row, events: Sequence[UUID]) -> None:
    wanted = orjson.loads(webhook["event_types"])
    found = [(key, kind) for key, kind in await seen_by(ctx.viewer, events) if is_wanted(kind, wanted)]
    written = await _write(ctx, webhook["id"], found)
    await enqueue_all(ctx, DELIVER, [{"delivery": key, "turn": 0} for key in written])


async def _write(ctx: Context, webhook_id: UUID, found: Sequence[tuple[UUID, str]]) -> list[Any]:
    if not found:
        return []
    rows = await fetch(
        "insert into webhook_deliveries (id, tenant_id, created_at, webhook_id, event_id, event_type, state, turn,"
        " tries, attempts, next_try_at) select x.id, :tenant, :now, :webhook, x.event_id, x.event_type, 'PENDING', 0,"
        " 0, 0, :now from unnest(:ids::uuid[], :events::uuid[], :types::text[]) x(id, event_id, event_type)"
        " on conflict (tenant_id, webhook_id, event_id) do nothing returning id",
        {
            "tenant": ctx.tenant_id, "now": ctx.now(), "webhook": webhook_id, "ids": [new_id() for _ in found],
            "events": [key for key, _ in found], "types": [kind for _, kind in found],
        },
    )  # fmt: skip
    return [row["id"] for row in rows]

"""Telling plugins of events."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import orjson

from core.extensions.acting import ForPlugin
from core.extensions.tasks.deadlines import run_within
from core.extensions.tasks.watchdog import Watchdog
from core.kit.database import execute, fetch, transaction
from core.kit.database.sql import Row
from core.kit.ids import new_id
from core.kit.jobs import Claimed
from core.kit.logging import get_logger
from core.kit.stream import Follower
from core.kit.stream.followers import events_of
from core.pluginhost import Host
from core.pluginhost.kinds import SUBSCRIPTIONS
from core.pluginhost.kinds.jobs import PREFIX
from core.sdk import Event, Subscription
from core.tickets.events import told

log = get_logger(__name__)

SECONDS = 60
"""For each event."""
TURN_SECONDS = 200.0
"""After so long the rest of a job's events is left to another: a job has five minutes."""

_ENABLED = (
    "exists (select from plugin_enablements p where p.tenant_id = e.tenant_id and p.plugin = '{plugin}')"
)


def plugin_followers(host: Host) -> list[Follower]:
    """Who is told of events: of tenants that have enabled the plugin."""
    return [
        Follower(kind_of(each.plugin, each.thing), each.thing.events, _ENABLED.format(plugin=each.plugin))
        for each in host.all_of(SUBSCRIPTIONS).values()
    ]


def kind_of(plugin: str, subscription: Subscription) -> str:
    """The kind of job that carries events to it."""
    return f"{PREFIX}{plugin}.on.{subscription.name}"


def tell(
    plugin: str, declared: Subscription, watchdog: Watchdog
) -> Callable[[ForPlugin, Claimed], Awaitable[None]]:
    """Tells a plugin of the events in a job. Of several, those that fail get a job each, so that none waits for another
    and none is told again for another's sake."""

    async def one(ctx: ForPlugin, job: Claimed, event: Event) -> None:
        await run_within(
            plugin, job.kind, lambda: declared.handler(ctx, event), seconds=SECONDS, watchdog=watchdog
        )

    async def work(ctx: ForPlugin, job: Claimed) -> None:
        events = await _read(job)
        if len(events) == 1:
            return await one(ctx, job, events[0])
        clock, apart = asyncio.get_running_loop().time, list[list[UUID]]()
        until = clock() + TURN_SECONDS
        for place, event in enumerate(events):
            if clock() > until:
                apart.append([each.id for each in events[place:]])
                break
            try:
                await one(ctx, job, event)
            except Exception as error:  # the task runner answers for every handler
                log.warning(
                    "plugin.event_failed", plugin=plugin, about=str(event.id), error=type(error).__name__
                )
                apart.append([event.id])
        await _ask_again(job, apart)

    return work


async def _read(job: Claimed) -> list[Event]:
    """The events in a job, in their order; those that retention has taken since are left out."""
    rows = await fetch(
        "select e.id, e.type, e.created_at, e.subject_type, e.subject_id,"
        " array(select jsonb_object_keys(e.changes)) as changed"
        " from unnest(:ids::uuid[]) with ordinality x(id, place) join events e on e.tenant_id = :tenant and e.id = x.id"
        " order by x.place",
        {"tenant": job.tenant_id, "ids": events_of(job.payload)},
    )
    return [_event(row) for row in rows]


def _event(row: Row) -> Event:
    return Event(
        id=row["id"], type=row["type"], occurred_at=row["created_at"], subject_type=row["subject_type"],
        subject_id=row["subject_id"], changed=frozenset(told(row["changed"])),
    )  # fmt: skip


async def _ask_again(job: Claimed, parts: list[list[UUID]]) -> None:
    """A job for each part."""
    if not parts:
        return
    async with transaction():
        await execute(
            "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)"
            " select x.id, :tenant, now(), :kind, x.payload, 'ready', now() + interval '2 seconds', 0"
            " from unnest(:ids::uuid[], :payloads::jsonb[]) x(id, payload)",
            {
                "tenant": job.tenant_id, "kind": job.kind, "ids": [new_id() for _ in parts],
                "payloads": [orjson.dumps({"events": list(map(str, each))}).decode() for each in parts],
            },
        )  # fmt: skip

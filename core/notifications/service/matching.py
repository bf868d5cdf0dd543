"""From events to notifications: audiences, sight, wishes, rows. A few statements, whatever the number of people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from core.identity.queries import viewers_of
from core.kit.context import Context, UserKind, Viewer
from core.kit.database import fetch, insert_rows, transaction
from core.kit.database.sql import Row
from core.kit.events import COLUMNS, Happening, event_rows
from core.kit.jobs import enqueue_all
from core.notifications import queries
from core.notifications.kinds import NotificationKind, hears
from core.notifications.service.rules import TYPES, Told, calls_of
from core.sides.queries import who_reads
from core.tickets.queries import reads_notes, who_sees

MAIL_JOB = "notifications.mail"
CREATED = "notification.created"
"""The event by which a notification is delivered live. Its subject is the user who is told; it is swept after a day."""
MAILED_KINDS = (UserKind.AGENT,)
"""Customers and helpers are written to by the desk's own channels."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    event: Row
    user_id: UUID
    kind: NotificationKind


async def match(ctx: Context, event_ids: Sequence[UUID], *, mail_after: timedelta) -> int:
    """Tell people of these events and say how many notifications that made. Twice is once: who was told of an event is
    not told of it again."""
    events = {row["id"]: row for row in await queries.events_with_context(ctx.tenant_id, event_ids, TYPES)}
    candidates = await _candidates(ctx, events.values())
    if not candidates:
        return 0
    viewers = {each.user_id: each for each in await viewers_of({each.user_id for each in candidates})}
    wanted = await _sighted([each for each in candidates if each.user_id in viewers], viewers)
    async with transaction():
        made = await _write(ctx, wanted, viewers)
        await _wake(ctx, made)
        await _ask_for_mail(ctx, made, mail_after)
    return len(made)


async def _candidates(ctx: Context, events: Iterable[Row]) -> list[_Candidate]:
    """Everybody whom the rules name, but for whoever did it."""
    calls: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    by_id = {row["id"]: row for row in events}
    for row in by_id.values():
        for rank, call in enumerate(calls_of(_told(row))):
            values = (row["id"], row["ticket_id"], call.kind.value, call.audience.value, call.named, rank)
            for name, value in zip(_COLUMNS, values, strict=True):
                calls[name].append(value)
    if not calls["events"]:
        return []
    return [
        _Candidate(event, found["user_id"], NotificationKind(found["kind"]))
        for found in await queries.audiences(ctx.tenant_id, calls)
        for event in (by_id[found["event_id"]],)
        if found["user_id"] not in (event["actor_id"], event["on_behalf_of_id"])
    ]


_COLUMNS = ("events", "tickets", "kinds", "audiences", "named", "ranks")


def _told(row: Row) -> Told:
    return Told(
        type=row["type"],
        changes=orjson.loads(row["changes"]),
        sender=row["sender"],
        visibility=row["visibility"],
        assignee_id=row["to_user_id"],
        group_id=row["to_group_id"],
        category_before=row["category_before"],
        category_after=row["category_after"],
        thread_id=row["thread_id"],
        same_act=frozenset(row["same_act"]),
    )


async def _sighted(candidates: list[_Candidate], viewers: dict[UUID, Viewer]) -> list[_Candidate]:
    """Those who may see now what they would be told of."""
    fitting = [each for each in candidates if _may_hear(viewers[each.user_id], each.kind)]
    inside = await who_reads(
        [(each.event["thread_id"], each.user_id) for each in fitting if each.event["thread_id"] is not None]
    )
    pairs = {(each.event["ticket_id"], each.user_id) for each in fitting if each.event["thread_id"] is None}
    seen = await who_sees([(ticket_id, viewers[user_id]) for ticket_id, user_id in pairs])
    return [
        each
        for each in fitting
        # Of a side thread hears who is in it: to see its ticket is not enough, whatever else tells of that ticket.
        if (
            (each.event["ticket_id"], each.user_id) in seen
            if each.event["thread_id"] is None
            else (each.event["thread_id"], each.user_id) in inside
        )
    ]


def _may_hear(viewer: Viewer, kind: NotificationKind) -> bool:
    if viewer.kind is UserKind.MACHINE:
        return False  # programs have webhooks
    if kind is NotificationKind.NOTED:
        return reads_notes(viewer)
    return hears(viewer, kind)


_INSERT = """
insert into notifications
  (id, tenant_id, created_at, user_id, kind, event_id, ticket_id, message_id, thread_id, actor_id, in_app, by_mail)
select x.id, :tenant, now(), x.user_id, x.kind, x.event_id, x.ticket_id, x.message_id, x.thread_id, x.actor_id,
  x.in_app, x.by_mail
from unnest(:ids::uuid[], :users::uuid[], :kinds::text[], :events::uuid[], :tickets::uuid[], :messages::uuid[],
  :threads::uuid[], :actors::uuid[], :in_apps::bool[], :by_mails::bool[])
  x(id, user_id, kind, event_id, ticket_id, message_id, thread_id, actor_id, in_app, by_mail)
order by x.user_id, x.event_id
on conflict (tenant_id, user_id, event_id) do nothing returning id, user_id, by_mail, in_app, created_at
"""


async def _write(ctx: Context, wanted: list[_Candidate], viewers: dict[UUID, Viewer]) -> list[Row]:
    ways = await queries.preferences_of(ctx.tenant_id, sorted({each.user_id for each in wanted}))
    values: dict[str, list[object]] = defaultdict(list)
    for each in wanted:
        way, event = ways[each.user_id, each.kind], each.event
        by_mail = way.mail and viewers[each.user_id].kind in MAILED_KINDS
        if not (way.in_app or by_mail):
            continue
        row = {
            "ids": ctx.new_id(), "users": each.user_id, "kinds": each.kind.value, "events": event["id"],
            "tickets": event["ticket_id"], "messages": event["message_id"], "threads": event["thread_id"],
            "actors": event["shown_actor_id"], "in_apps": way.in_app, "by_mails": by_mail,
        }  # fmt: skip
        for name, value in row.items():
            values[name].append(value)
    return await fetch(_INSERT, {"tenant": ctx.tenant_id, **values}) if values else []


async def _wake(ctx: Context, made: list[Row]) -> None:
    """Tell those who wait for theirs. Nobody did it: the act itself is told in the event that this follows from."""
    told = [
        Happening(CREATED, "notification", row["user_id"], {"notification_id": str(row["id"])})
        for row in made
        if row["in_app"]
    ]
    await insert_rows("events", COLUMNS, [{**row, "actor_id": None} for row in event_rows(ctx, told)])


async def _ask_for_mail(ctx: Context, made: list[Row], after: timedelta) -> None:
    """A look, later, at what each of them has not read by then. `through` is the newest that this look answers for."""
    waiting: dict[UUID, datetime] = {row["user_id"]: row["created_at"] for row in made if row["by_mail"]}
    if waiting:
        payloads = [
            {"user_id": str(user_id), "through": at.isoformat()} for user_id, at in sorted(waiting.items())
        ]
        await enqueue_all(ctx, MAIL_JOB, payloads, run_at=max(waiting.values()) + after)

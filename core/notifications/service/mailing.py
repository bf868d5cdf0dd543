"""One mail that gathers what somebody who is away has not read.

Each notification that may be mailed asks for a look at its user a while later. The look mails everything unread at
once, or waits on while the user is about; a look that a newer notification's look will follow leaves it to that one.
So a burst is one mail, there is at most one in each while, and a look that runs twice finds nothing left to mail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.identity.queries import viewers_of
from core.kit.context import Context, UserKind
from core.kit.database import execute, fetch, fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.ids import to_global
from core.kit.jobs import enqueue
from core.mails.links import ticket_link
from core.mails.queries import settings_of
from core.notifications.service.delivering import Mail, send
from core.notifications.service.matching import MAIL_JOB
from core.tickets.queries import who_sees

TEMPLATE = "notifications"
WITHIN = timedelta(days=1)
"""What is older is no news any more: somebody who was about all day has seen that it is there."""
MOST_TICKETS = 30
"""In one mail."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """How long somebody must be away, and where tickets are opened that their helpdesk names no address for: one with
    `{id}`, `{number}`, `{tenant}`."""

    after: timedelta
    ticket_url: str


_READER = """
select u.id, u.name, u.kind, u.email, coalesce(u.locale, d.locale) as locale, d.name as desk, d.slug, now() as now,
  (select max(k.last_used_at) from tokens k where k.tenant_id = u.tenant_id and k.user_id = u.id
    and k.kind in ('SESSION', 'API')) as seen_at
from users u join tenants d on d.id = u.tenant_id
where u.tenant_id = :tenant and u.id = :user and u.status = 'ACTIVE' and u.email is not null
"""
_UNREAD = """
select n.id, n.kind, n.ticket_id, n.created_at, t.number, t.title
from notifications n join tickets t on t.tenant_id = n.tenant_id and t.id = n.ticket_id
where n.tenant_id = :tenant and n.user_id = :user and n.by_mail and n.read_at is null and n.mailed_at is null
  and n.created_at > now() - :within::interval
  -- what a mail of the event's own has told them is not told again
  and not exists (select from events e where e.tenant_id = n.tenant_id and e.subject_id = n.ticket_id
    and e.type = 'notification.sent' and starts_with(e.changes -> 'letter' ->> 1, n.event_id::text)
    and e.changes -> 'user_id' ->> 1 = n.user_id::text)
order by n.id for update of n
"""


async def look(ctx: Context, user_id: UUID, through: datetime, mailing: Mailing) -> None:
    """Mail a user what they have not read, look again later, or leave it be. `through` is the newest notification
    that this look answers for."""
    who = {"tenant": ctx.tenant_id, "user": user_id}
    async with transaction():
        # Locked by id, as whoever marks them as read does; told by time.
        unread = sorted(await fetch(_UNREAD, {**who, "within": WITHIN}), key=lambda row: row["created_at"])
        reader = await fetch_one(_READER, who)
        unread = await _still_seen(user_id, unread)
        if reader is None or not unread:
            return
        wait_until = _wait_until(reader, unread[0]["created_at"], mailing.after)
        if wait_until is None:
            await _mail(ctx, reader, unread, mailing)
        elif unread[-1]["created_at"] <= through:
            payload = {"user_id": str(user_id), "through": through.isoformat()}
            await enqueue(ctx, MAIL_JOB, payload, run_at=wait_until)


async def _still_seen(user_id: UUID, unread: list[Row]) -> list[Row]:
    """Those of tickets that the user may see now: a title is told to nobody else."""
    viewers = await viewers_of([user_id]) if unread else []
    tickets = {row["ticket_id"] for row in unread}
    seen = await who_sees([(ticket_id, viewer) for viewer in viewers for ticket_id in tickets])
    return [row for row in unread if (row["ticket_id"], user_id) in seen]


def _wait_until(reader: Row, oldest: datetime, after: timedelta) -> datetime | None:
    """When to look again, or None when it is time: the oldest has waited, and nobody was there meanwhile."""
    ripe: datetime = max(oldest, reader["seen_at"] or oldest) + after
    return ripe if ripe > reader["now"] else None


async def _mail(ctx: Context, reader: Row, unread: list[Row], mailing: Mailing) -> None:
    tickets = _by_ticket(unread, await _links(ctx, reader, unread, mailing.ticket_url))
    keys = list(dict.fromkeys(str(row["ticket_id"]) for row in unread))[:MOST_TICKETS]
    mail = Mail(
        to=reader["email"],
        locale=reader["locale"],
        template=TEMPLATE,
        values={
            "name": reader["name"], "desk": reader["desk"], "tickets": tickets[:MOST_TICKETS],
            "count": len(tickets), "more": max(0, len(tickets) - MOST_TICKETS),
        },
        about={"user": str(reader["id"]), "tickets": keys},
    )  # fmt: skip
    await send(ctx, mail)
    await execute(
        "update notifications set mailed_at = now() where tenant_id = :tenant and id = any(:ids)",
        {"tenant": ctx.tenant_id, "ids": [row["id"] for row in unread]},
    )


async def _links(ctx: Context, reader: Row, unread: Sequence[Row], ticket_url: str) -> dict[UUID, str]:
    """Where each ticket is opened: where the mails of the helpdesk say, else where the installation says."""
    settings, is_staff = await settings_of(ctx), reader["kind"] == UserKind.AGENT.value
    found: dict[UUID, str] = {}
    for row in unread:
        key, number = row["ticket_id"], row["number"]
        own = ticket_link(settings, key, number, is_staff=is_staff) if settings is not None else None
        found[key] = own or ticket_url.format(id=to_global("tkt", key), number=number, tenant=reader["slug"])
    return found


def _by_ticket(unread: Sequence[Row], links: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What happened on each ticket, in order, equal things counted."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in unread:
        ticket = found.setdefault(
            row["ticket_id"],
            {
                "number": str(row["number"]),
                "title": row["title"],
                "link": links[row["ticket_id"]],
                "news": {},
            },
        )
        ticket["news"][row["kind"]] = ticket["news"].get(row["kind"], 0) + 1
    for ticket in found.values():
        ticket["news"] = [{"kind": kind, "times": times} for kind, times in ticket["news"].items()]
    return list(found.values())

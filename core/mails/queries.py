"""Sight of mail templates and settings, and what templates tell of a ticket."""

from collections.abc import Sequence
from uuid import UUID

from core.identity.queries import user_sight
from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row
from core.mails.language.variables import MOST_REPLIES

PERMISSION = "mail.manage"


def mail_sight(viewer: Viewer, t: str) -> str:
    """Templates and settings are for staff who manage mails."""
    return "true" if viewer.is_staff and viewer.may(PERMISSION) else "false"


async def count_templates(ctx: Context) -> int:
    found: int = await fetch_value(
        "select count(*) from mail_templates where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return found


async def find_template(ctx: Context, key: UUID) -> Row | None:
    """A template of the tenant's own, whoever asks."""
    return await fetch_one(
        "select id, name, subject, body from mail_templates where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": key},
    )


async def settings_of(ctx: Context) -> Row | None:
    """Which mails the tenant wants, as the page of settings says."""
    return await fetch_one("select * from mail_settings where tenant_id = :tenant", {"tenant": ctx.tenant_id})


async def settings_key(ctx: Context) -> UUID | None:
    row = await settings_of(ctx)
    return row["id"] if row else None


async def takes_notifications(ctx: Context, instance_id: UUID) -> bool | None:
    """Whether a connection of the tenant's is a medium for notifications; None where there is no such connection."""
    kind = await fetch_value(
        "select kind from plugin_instances where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": instance_id},
    )
    return None if kind is None else kind == "notification_medium"


INITIATOR = (
    "coalesce(t.initiator_id, (select c.id from users c where c.tenant_id = t.tenant_id and c.id = t.creator_id"
    " and c.kind <> 'MACHINE'), t.requester_id)"
)
"""SQL for who raised a ticket: who is named, or else who opened it, or whom a program opened it for."""

_TICKET = f"""
select t.id, t.number, t.title, t.created_at, t.due_at, t.requester_id, t.creator_id, t.assignee_id,
  {INITIATOR} as initiator_id, t.status_id, t.priority_id, n.name as desk, n.time_zone,
  e.agent_ticket_url, e.portal_ticket_url, g.name as group_name,
  s.label as status, s.labels as statuses, s.customer_label, s.customer_labels,
  p.label as priority, p.labels as priorities, y.label as type, y.labels as types, y.created_at as type_created_at
from tickets t join tenants n on n.id = t.tenant_id
left join mail_settings e on e.tenant_id = t.tenant_id
join statuses s on s.tenant_id = t.tenant_id and s.id = t.status_id
left join options p on p.tenant_id = t.tenant_id and p.id = t.priority_id
left join options y on y.tenant_id = t.tenant_id and y.id = t.type_id
left join groups g on g.tenant_id = t.tenant_id and g.id = t.group_id
where t.tenant_id = :tenant and t.id = :id
"""


async def ticket_facts(ctx: Context, ticket_id: UUID) -> Row | None:
    """What templates tell of a ticket itself, whoever asks."""
    return await fetch_one(_TICKET, {"tenant": ctx.tenant_id, "id": ticket_id})


async def people(ctx: Context, reader: Viewer, keys: Sequence[UUID]) -> dict[UUID, Row]:
    """These users, by their keys, and whether the reader sees them."""
    rows = await fetch(
        "select u.id, u.name, u.login_name, u.email, u.external_id, u.mobile, u.last_login_at,"
        f" coalesce({user_sight(reader, 'u')}, false) as is_seen from users u"
        " where u.tenant_id = :tenant and u.id = any(:ids)",
        {**reader.parameters(), "tenant": ctx.tenant_id, "ids": list(keys)},
    )
    return {row["id"]: row for row in rows}


# What was said privately is never read: so no template can tell it, to whomever (G1).
_SAID = """
select m.id, m.created_at, m.body_text, m.author_id from messages m
where m.tenant_id = :tenant and m.ticket_id = :id and m.visibility = 'PUBLIC'
"""


async def first_said(ctx: Context, ticket_id: UUID) -> Row | None:
    """The first public message of a ticket."""
    return await fetch_one(f"{_SAID} order by m.id limit 1", {"tenant": ctx.tenant_id, "id": ticket_id})


async def latest_said(ctx: Context, ticket_id: UUID, after: UUID) -> list[Row]:
    """The last public messages after that one, the oldest first."""
    rows = await fetch(
        f"{_SAID} and m.id > :after order by m.id desc limit {MOST_REPLIES}",
        {"tenant": ctx.tenant_id, "id": ticket_id, "after": after},
    )
    return rows[::-1]

"""Hand-written writes: the rows that the product writes, in one or two statements."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from core.kit.context import Viewer
from core.kit.ids import new_id, to_global

_CREATE = """
with numbered as (update ticket_counters set value = value + 1 where tenant_id = $1 returning value),
s as (select id, category from statuses where tenant_id = $1 and is_default and is_active),
t as (insert into tickets (id, tenant_id, created_at, updated_at, version, public_updated_at, public_version,
  number, title, state, status_id, status_category, priority_position, requester_id, creator_id, source, last_customer_at, last_message_id, custom)
  select $2, $1, $3, $3, 1, $3, 1, numbered.value, $4, 'ACTIVE', s.id, s.category, 0, $5, $5, 'API', $3, $6, '{}' from numbered, s
  returning number, status_category),
m as (insert into messages (id, tenant_id, created_at, ticket_id, author_id, sender, medium, visibility, body_text, body_html)
  values ($6, $1, $3, $2, $5, 'CUSTOMER', 'API', 'PUBLIC', $7, $7)),
e as (insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, actor_id, via)
  values ($8, $1, $3, $8, 'ticket.created', 'ticket', $2, '{}', $5, 'api'))
select number, status_category from t
"""
_UPDATE = """
with t as (update tickets set title = $3, updated_at = $4, version = version + 1,
  public_updated_at = $4, public_version = public_version + 1,
  status_id = (select id from statuses where tenant_id = $1 and category = 'OPEN' and is_active order by position limit 1),
  status_category = 'OPEN' where tenant_id = $1 and id = $2 returning version),
e as (insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, actor_id, via)
  values ($5, $1, $4, $5, 'ticket.updated', 'ticket', $2, $6, $7, 'api'))
select version from t
"""
_REPLY = """
with t as (update tickets set status_id = (select id from statuses where tenant_id = $1 and category = 'OPEN' and is_active
  order by position limit 1), status_category = 'OPEN', last_agent_at = $3, last_message_id = $6,
  first_reply_at = coalesce(first_reply_at, $3), updated_at = $3, version = version + 1,
  public_updated_at = $3, public_version = public_version + 1
  where tenant_id = $1 and id = $2 returning version),
m as (insert into messages (id, tenant_id, created_at, ticket_id, author_id, sender, medium, visibility, body_text, body_html)
  values ($6, $1, $3, $2, $5, 'AGENT', 'API', 'PUBLIC', $4, $4)),
e as (insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, actor_id, via)
  values ($7, $1, $3, $7, 'message.added', 'ticket', $2, '{}', $5, 'api'))
select version from t
"""


async def create(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """Open a ticket by API: number, ticket, message, event."""
    ticket, message, now = new_id(), new_id(), datetime.now(UTC)
    given = asked["input"]
    async with connection.transaction():
        row = await connection.fetchrow(
            _CREATE,
            viewer.tenant_id,
            ticket,
            now,
            given["title"],
            viewer.user_id,
            message,
            given["body"],
            new_id(),
        )
    shown = {
        "id": to_global("tkt", ticket),
        "number": str(row["number"]),
        "statusCategory": row["status_category"],
    }
    return {"ticketCreate": {"ticket": shown, "userErrors": []}}


async def update(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """Change a title."""
    given, now = asked["input"], datetime.now(UTC)
    ticket = UUID(given["id"].partition("_")[2])
    async with connection.transaction():
        before = await connection.fetchrow(
            "select * from tickets where tenant_id = $1 and id = $2 for update", viewer.tenant_id, ticket
        )
        changes = orjson.dumps({"title": [before["title"], given["title"]]}).decode()
        version = await connection.fetchval(
            _UPDATE, viewer.tenant_id, ticket, given["title"], now, new_id(), changes, viewer.user_id
        )
    return {"ticketUpdate": {"ticket": {"id": given["id"], "version": version}, "userErrors": []}}


async def reply(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """Reply in public."""
    given, message, now = asked["input"], new_id(), datetime.now(UTC)
    ticket = UUID(given["id"].partition("_")[2])
    async with connection.transaction():
        await connection.fetchrow(
            "select * from tickets where tenant_id = $1 and id = $2 for update", viewer.tenant_id, ticket
        )
        version = await connection.fetchval(
            _REPLY, viewer.tenant_id, ticket, now, given["body"], viewer.user_id, message, new_id()
        )
    return {"ticketReply": {"ticket": {"id": given["id"], "version": version}, "userErrors": []}}


WRITES = {"create": create, "update": update, "reply": reply}

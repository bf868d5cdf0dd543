"""The measure: bare ASGI routes with hand-written SQL. They authenticate, set the tenant for row-level security and
write the same rows as the product, and answer the same bytes; nothing else."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.types import Receive, Scope, Send

from core.identity.queries import _BEARER, viewer_of
from core.identity.tokens import hash_of
from core.kit.database.connect import APP_ROLE, SYSTEM_ROLE, credentials
from core.kit.database.sql import bind
from core.kit.graph.paging import Order, write_cursor
from core.kit.graph.scalars import write_instant
from core.kit.ids import new_id, to_global

_PAGE = """
select t.id, t.number, t.title, t.state, t.status_category, t.source, t.created_at, t.updated_at, t.version, t.external_id,
  t.due_at, r.id as requester, r.name as requester_name, a.id as assignee, a.name as assignee_name,
  g.id as grp, g.name as group_name, m.id as message, m.body_text, m.created_at as said_at,
  array(select json_build_array(x.id, x.name)::text from ticket_tags l join tags x on x.tenant_id = l.tenant_id
    and x.id = l.tag_id where l.tenant_id = $1 and l.ticket_id = t.id order by x.name, x.id limit 100) as tags
from tickets t
left join users r on r.tenant_id = t.tenant_id and r.id = t.requester_id
left join users a on a.tenant_id = t.tenant_id and a.id = t.assignee_id
left join groups g on g.tenant_id = t.tenant_id and g.id = t.group_id
left join messages m on m.tenant_id = t.tenant_id and m.id = t.last_message_id
where t.tenant_id = $1 order by t.updated_at desc, t.id desc limit 51
"""
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


class HandWritten:
    """POST /page, /create, /update, /reply."""

    def __init__(self, url: str) -> None:
        self._credentials = credentials(url)
        self._pool: asyncpg.Pool | None = None
        self._system: asyncpg.Pool | None = None

    async def _open(self) -> None:
        async def nothing(_connection: Any) -> None:
            return None

        roles = ({"role": APP_ROLE}, {"role": SYSTEM_ROLE})
        self._pool, self._system = [
            await asyncpg.create_pool(
                **self._credentials, min_size=1, max_size=10, server_settings=role, reset=nothing
            )
            for role in roles
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        viewer = await self._viewer(dict(scope["headers"])[b"authorization"].decode())
        async with self._acquire(viewer.tenant_id) as connection:
            answer = await getattr(self, scope["path"].strip("/"))(connection, viewer, orjson.loads(body))
        encoded = orjson.dumps({"data": answer})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": encoded})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        assert self._pool is not None and self._system is not None
        await self._pool.close()
        await self._system.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _viewer(self, header: str) -> Any:
        assert self._system is not None
        secret = header.partition(" ")[2]
        values = {
            "hash": hash_of(secret),
            "kinds": ["SESSION", "API", "IMPERSONATION"],
            "now": datetime.now(UTC),
        }
        text, arguments = bind(_BEARER, values)
        return viewer_of(await self._system.fetchrow(text, *arguments))

    @asynccontextmanager
    async def _acquire(self, tenant_id: UUID) -> AsyncIterator[asyncpg.Connection]:
        assert self._pool is not None
        async with self._pool.acquire() as connection:
            await connection.execute("select set_config('app.tenant', $1, false)", str(tenant_id))
            yield connection

    async def page(self, connection: asyncpg.Connection, viewer: Any, _body: Any) -> Any:
        rows = await connection.fetch(_PAGE, viewer.tenant_id)
        kept = rows[:50]
        last = kept[-1]
        cursor = write_cursor(Order(("UPDATED_AT",), True), [last["updated_at"], last["id"]])
        page = {"hasNextPage": len(rows) > 50, "endCursor": cursor}
        return {"tickets": {"nodes": [_shown(row) for row in kept], "pageInfo": page}}

    async def create(self, connection: asyncpg.Connection, viewer: Any, body: Any) -> Any:
        ticket, message, now = new_id(), new_id(), datetime.now(UTC)
        given = body["variables"]["input"]
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

    async def update(self, connection: asyncpg.Connection, viewer: Any, body: Any) -> Any:
        given, now = body["variables"]["input"], datetime.now(UTC)
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

    async def reply(self, connection: asyncpg.Connection, viewer: Any, body: Any) -> Any:
        given, message, now = body["variables"]["input"], new_id(), datetime.now(UTC)
        ticket = UUID(given["id"].partition("_")[2])
        async with connection.transaction():
            await connection.fetchrow(
                "select * from tickets where tenant_id = $1 and id = $2 for update", viewer.tenant_id, ticket
            )
            version = await connection.fetchval(
                _REPLY, viewer.tenant_id, ticket, now, given["body"], viewer.user_id, message, new_id()
            )
        return {"ticketReply": {"ticket": {"id": given["id"], "version": version}, "userErrors": []}}


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": to_global("tkt", row["id"]), "number": str(row["number"]), "title": row["title"], "state": row["state"],
        "statusCategory": row["status_category"], "source": row["source"], "createdAt": write_instant(row["created_at"]),
        "updatedAt": write_instant(row["updated_at"]), "version": row["version"], "externalId": row["external_id"],
        "dueAt": row["due_at"] and write_instant(row["due_at"]),
        "requester": {"id": to_global("usr", row["requester"]), "name": row["requester_name"]},
        "assignee": {"id": to_global("usr", row["assignee"]), "name": row["assignee_name"]} if row["assignee"] else None,
        "group": {"id": to_global("grp", row["grp"]), "name": row["group_name"]} if row["grp"] else None,
        "tags": [
            {"id": to_global("tag", UUID(key)), "name": name} for key, name in (orjson.loads(each) for each in row["tags"])
        ],
        "lastMessage": {
            "id": to_global("msg", row["message"]), "bodyText": row["body_text"], "createdAt": write_instant(row["said_at"]),
        },
    }  # fmt: skip


def application() -> HandWritten:
    """For uvicorn's factory."""
    return HandWritten(os.environ["DESKGRAPH_DATABASE_URL"])

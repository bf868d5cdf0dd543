"""Hand-written reads: one statement, a loop that builds what is answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from core.kit.context import Viewer
from core.kit.graph.paging import Order, read_cursor, write_cursor
from core.kit.graph.scalars import write_instant
from core.kit.ids import to_global

_NEWEST = Order(("UPDATED_AT",), True)
_COLUMNS = """
  t.id, t.number, t.title, t.state, t.status_category, t.source, t.created_at, t.updated_at, t.version, t.external_id,
  t.due_at, r.id as requester, r.name as requester_name, a.id as assignee, a.name as assignee_name,
  g.id as grp, g.name as group_name, m.id as message, m.body_text, m.created_at as said_at,
  array(select json_build_array(x.id, x.name)::text from ticket_tags l join tags x on x.tenant_id = l.tenant_id
    and x.id = l.tag_id where l.tenant_id = $1 and l.ticket_id = t.id order by x.name, x.id limit 100) as tags
"""
_AROUND = """
left join users r on r.tenant_id = t.tenant_id and r.id = t.requester_id
left join users a on a.tenant_id = t.tenant_id and a.id = t.assignee_id
left join groups g on g.tenant_id = t.tenant_id and g.id = t.group_id
left join messages m on m.tenant_id = t.tenant_id and m.id = t.last_message_id
"""


def _page_of(columns: str, where: str = "") -> str:
    return (
        f"select {columns} from (select * from tickets t where t.tenant_id = $1 and t.state = 'ACTIVE' {where}"
        f" order by t.updated_at desc, t.id desc limit 51) t {_AROUND} order by t.updated_at desc, t.id desc"
    )


_PAGE = _page_of(_COLUMNS)
_AFTER = _page_of(_COLUMNS, "and (t.updated_at, t.id) < ($2, $3)")
_CUSTOM = _page_of(
    _COLUMNS
    + ", t.custom::text as custom, (select definitions_version from tenants where id = $1) as definitions_version"
)
_HEAT = _page_of(_COLUMNS + ", extract(epoch from t.updated_at - t.created_at)::int as open_seconds")
_COUNT = "select count(*) from (select 1 from tickets where tenant_id = $1 and state = 'ACTIVE' limit $2) c"
_LOOKUP = """
select t.id, t.number, t.title, t.state, t.status_category, t.source, t.created_at, t.updated_at, t.version,
  r.id as requester, r.name as requester_name
from tickets t left join users r on r.tenant_id = t.tenant_id and r.id = t.requester_id where t.tenant_id = $1 and
"""

_BY_ID, _BY_NUMBER = f"{_LOOKUP} t.id = $2", f"{_LOOKUP} t.number = $2"


def _connection(rows: list[asyncpg.Record], nodes: list[dict[str, Any]]) -> dict[str, Any]:
    last = rows[:50][-1]
    cursor = write_cursor(_NEWEST, [last["updated_at"], last["id"]])
    return {"nodes": nodes, "pageInfo": {"hasNextPage": len(rows) > 50, "endCursor": cursor}}


async def page(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """The page of 50, from the front or after a cursor."""
    if asked.get("after"):
        moment, key = read_cursor(_NEWEST, asked["after"], ["datetime", "uuid"])
        rows = await connection.fetch(_AFTER, viewer.tenant_id, moment, key)
    else:
        rows = await connection.fetch(_PAGE, viewer.tenant_id)
    return {"tickets": _connection(rows, [_shown(row) for row in rows[:50]])}


async def counted(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """The page with how many there are, up to a cap."""
    found = (await page(connection, viewer, {}))["tickets"]
    number = await connection.fetchval(_COUNT, viewer.tenant_id, asked["max"] + 1)
    total = {"value": min(number, asked["max"]), "exact": number <= asked["max"]}
    return {"tickets": {"nodes": found["nodes"], "totalCount": total, "pageInfo": found["pageInfo"]}}


async def heat(connection: asyncpg.Connection, viewer: Viewer, _asked: Any) -> Any:
    """The page with what a plugin works out in Python (see `plugged`)."""
    rows = await connection.fetch(_HEAT, viewer.tenant_id)
    nodes = [{**_shown(row), "heat": row["open_seconds"] // 3600 + row["version"]} for row in rows[:50]]
    return {"tickets": _connection(rows, nodes)}


async def mood(connection: asyncpg.Connection, viewer: Viewer, _asked: Any) -> Any:
    """The page with what a plugin's resolver works out for each object (see `plugged`)."""
    rows = await connection.fetch(_PAGE, viewer.tenant_id)
    nodes = [{**_shown(row), "mood": "calm" if row["version"] < 3 else "tense"} for row in rows[:50]]
    return {"tickets": _connection(rows, nodes)}


_kept: dict[UUID, tuple[int, list[asyncpg.Record], dict[tuple[UUID, str], dict[str, str]]]] = {}
"""What tenants define, as of a version."""


async def custom(connection: asyncpg.Connection, viewer: Viewer, _asked: Any) -> Any:
    """The page with custom fields; what the tenant defines is read once for each version."""
    rows = await connection.fetch(_CUSTOM, viewer.tenant_id)
    known = _kept.get(viewer.tenant_id)
    if known is None or known[0] != rows[0]["definitions_version"]:
        fields = await connection.fetch(
            "select id, key, label, kind from field_definitions where tenant_id = $1 and object = 'TICKET' and is_active"
            " order by position, id",
            viewer.tenant_id,
        )
        options = await connection.fetch(
            "select field_id, key, label from options where tenant_id = $1 and field_id is not null", viewer.tenant_id
        )  # fmt: skip
        chosen = {
            (row["field_id"], row["key"]): {"key": row["key"], "label": row["label"]} for row in options
        }
        known = _kept[viewer.tenant_id] = (rows[0]["definitions_version"], fields, chosen)
    _, fields, chosen = known
    nodes = []
    for row in rows[:50]:
        values = orjson.loads(row["custom"])
        shown = [_value(field, values[field["key"]], chosen) for field in fields if field["key"] in values]
        nodes.append({**_shown(row), "customFields": shown})
    return {"tickets": _connection(rows, nodes)}


def _value(
    field: asyncpg.Record, value: Any, chosen: Mapping[tuple[UUID, str], dict[str, str]]
) -> dict[str, Any]:
    shown: dict[str, Any] = {"field": {"key": field["key"], "label": field["label"]}}
    match field["kind"]:
        case "TEXT":
            shown["text"] = value
        case "NUMBER":
            shown["number"] = float(value)
        case "BOOLEAN":
            shown["boolean"] = value
        case _:
            shown["options"] = [chosen[field["id"], key] for key in value]
    return shown


async def node(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """A ticket by its id, with ten fields."""
    key = UUID(asked["id"].partition("_")[2])
    return {"node": _brief(await connection.fetchrow(_BY_ID, viewer.tenant_id, key))}


async def ticket(connection: asyncpg.Connection, viewer: Viewer, asked: Any) -> Any:
    """A ticket by its number, with ten fields."""
    return {"ticket": _brief(await connection.fetchrow(_BY_NUMBER, viewer.tenant_id, int(asked["number"])))}


READS = {
    "page": page, "custom": custom, "counted": counted, "heat": heat, "mood": mood, "node": node, "ticket": ticket,
}  # fmt: skip


def _brief(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": to_global("tkt", row["id"]), "number": str(row["number"]), "title": row["title"], "state": row["state"],
        "statusCategory": row["status_category"], "source": row["source"], "createdAt": write_instant(row["created_at"]),
        "updatedAt": write_instant(row["updated_at"]), "version": row["version"],
        "requester": {"id": to_global("usr", row["requester"]), "name": row["requester_name"]},
    }  # fmt: skip


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

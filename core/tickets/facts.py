"""What a ticket is to conditions in memory: the facts, by the names under which conditions test them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import fetch
from core.kit.database.sql import Row
from core.kit.graph.inputs import camel
from core.kit.ids import to_global
from core.tickets.queries import ticket_sight

_PLAIN = (
    "title", "state", "status_category", "source", "disposition", "suspend_reason", "external_id", "created_at",
    "updated_at", "due_at", "callback_at", "last_customer_at", "last_agent_at", "solved_at", "closed_at", "deleted_at",
    "suspended_at",
)  # fmt: skip
_IDS = {
    "status": "sts", "priority": "opt", "type": "opt", "nature": "opt", "category": "opt", "requester": "usr",
    "initiator": "usr", "creator": "usr", "assignee": "usr", "group": "grp", "organization": "org", "form": "frm",
}  # fmt: skip
LINKED = """
  array(select x.tag_id from ticket_tags x where x.tenant_id = t.tenant_id and x.ticket_id = t.id) as tags,
  array(select w.user_id from watches w where w.tenant_id = t.tenant_id and w.ticket_id = t.id and w.kind <> 'STAR')
    as watchers"""
"""Of a ticket `t`: its tags, and who follows it or is copied in."""
_READ = f"""
select t.*, {LINKED},
  array(select w.kind from watches w where w.tenant_id = t.tenant_id and w.ticket_id = t.id and w.user_id = :me)
    as mine,
  exists (select 1 from assignments a where a.tenant_id = t.tenant_id and a.ticket_id = t.id and a.by_id = :me
    and a.how = 'TRANSFER') as handed_on
from tickets t where t.tenant_id = :tenant and t.id = any(:ids) and ({{sight}})
"""


def facts_from(
    row: Row | Mapping[str, Any],
    *,
    tags: Collection[UUID] = (),
    watchers: Collection[UUID] = (),
    mine: Collection[str] = (),
    handed_on: bool = False,
) -> dict[str, Any]:
    """The facts of a ticket's row. `mine` is how whoever asks watches it, `handed_on` whether they transferred it."""
    facts: dict[str, Any] = {camel(name): row[name] for name in _PLAIN}
    for name, prefix in _IDS.items():
        key = row[f"{name}_id"]
        facts[name] = None if key is None else to_global(prefix, key)
    custom = row["custom"]
    custom = orjson.loads(custom) if isinstance(custom, str) else custom
    return facts | {
        "tags": [to_global("tag", key) for key in tags], "watchers": [to_global("usr", key) for key in watchers],
        "watchedByMeAs": list(mine), "transferredByMe": handed_on,
        **{f"custom.{key}": value for key, value in custom.items()},
    }  # fmt: skip


async def ticket_facts(ctx: Context, ticket_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The facts of those of these tickets that the viewer sees, as they see them, in one statement."""
    rows = await fetch(
        _READ.format(sight=ticket_sight(ctx.viewer, "t")),
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "ids": list(ticket_ids)},
    )
    return {
        row["id"]: facts_from(
            row, tags=row["tags"], watchers=row["watchers"], mine=row["mine"], handed_on=row["handed_on"]
        )
        for row in rows
    }

"""`TicketSnapshot` of the SDK, made of what a ticket's row and its links hold: the facts that `core/tickets/facts.py`
gives to conditions, but for those that depend on who asks."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import orjson

from core.kit.database.sql import Row
from core.sdk.rules import CustomValue, TicketSnapshot

_SAME = (
    "id", "number", "title", "state", "status_id", "status_category", "requester_id", "creator_id", "source",
    "created_at", "updated_at", "initiator_id", "assignee_id", "group_id", "organization_id", "form_id", "priority_id",
    "type_id", "nature_id", "category_id", "disposition", "suspend_reason", "external_id", "due_at", "callback_at",
    "last_customer_at", "last_agent_at", "solved_at", "closed_at", "suspended_at", "deleted_at",
)  # fmt: skip
"""Members that are columns."""


def snapshot_from(
    row: Row | Mapping[str, Any],
    *,
    tags: Collection[UUID] = (),
    watchers: Collection[UUID] = (),
    before: TicketSnapshot | None = None,
) -> TicketSnapshot:
    """A ticket's row as rules see it. `watchers` are those who follow it or are copied in."""
    custom = row["custom"]
    custom = orjson.loads(custom) if isinstance(custom, str) else custom
    return TicketSnapshot(
        **{name: row[name] for name in _SAME},
        tag_ids=frozenset(tags),
        watcher_ids=frozenset(watchers),
        custom={key: _plain(value) for key, value in custom.items()},
        before=before,
    )


def _plain(value: Any) -> CustomValue:
    found: CustomValue = tuple(value) if isinstance(value, list) else value
    return found

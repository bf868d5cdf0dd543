"""Checks what an input names, in one statement: each must be the tenant's, alive, and of the right sort."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.database import fetch
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, NotFound
from core.tickets.errors import AgentWithoutGroup, AssigneeNotInGroup, InitiatorNotAgent, NotAnAgent

# What may be archived, removed or deleted by others is held until the ticket is written, as its foreign keys would.
_HELD = {
    "status": "held_status as (select id, category from statuses where tenant_id = :tenant and id = :status"
    " and is_active for key share)",
    "group": "held_group as (select id, name, is_active from groups where tenant_id = :tenant and id = :group"
    " for key share)",
    "assignee": "held_member as (select user_id, group_id from memberships where tenant_id = :tenant"
    " and user_id = :assignee for key share)",
    # Who is merged into another meanwhile is waited for, and then is not there any more.
    "users": "held_user as (select id, name, kind, organization_id, status from users where tenant_id = :tenant"
    " and id = any(:users::uuid[]) and merged_into_id is null order by id for key share)",
    "tags": "held_tag as (select id, name from tags where tenant_id = :tenant and id = any(:tags::uuid[]) order by id"
    " for key share)",
}
_FOUND = {
    "status": "select 'status_id', id, '', '', null::uuid, 0, category from held_status",
    "options": "select 'option', id, label, list, field_id, position, '' from options"
    " where tenant_id = :tenant and id = any(:options::uuid[]) and is_active",
    "users": "select 'user', id, name, kind, organization_id, 0, status from held_user",
    "group": "select 'group', id, name, '', null, is_active::int, '' from held_group",
    "assignee": "select 'member', user_id, '', '', group_id, 0, '' from held_member",
    "tags": "select 'tag', id, name, '', null, 0, '' from held_tag",
}
_VERSION = (
    "select 'version' as field, id, '' as label, '' as kind, null::uuid as owner, definitions_version as position,"
    " '' as category from tenants where id = :tenant"
)
LISTS = {"priority_id": "PRIORITY", "type_id": "TYPE", "nature_id": "NATURE", "category_id": "CATEGORY"}
NAMES = {
    "status_id": "statusId", "priority_id": "priorityId", "type_id": "typeId", "nature_id": "natureId",
    "category_id": "categoryId", "requester_id": "requesterId", "initiator_id": "initiatorId",
    "group_id": "groupId", "assignee_id": "assigneeId",
}  # fmt: skip
USERS = ("requester_id", "initiator_id", "assignee_id")


class References:
    """What was found, by field."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = {(row["field"], row["id"]): row for row in rows if row["field"] != "member"}
        self.groups_of_assignee = {row["owner"] for row in rows if row["field"] == "member"}
        self.version: int | None = next((row["position"] for row in rows if row["field"] == "version"), None)
        """Of what the tenant defines."""

    def get(self, sort: str, key: UUID) -> Row | None:
        return self.rows.get((sort, key))


async def check(
    ctx: Context,
    wanted: dict[str, Any],
    *,
    group_id: UUID | None,
    tags: Collection[UUID],
    tags_path: str = "tagIds",
    copied: Collection[UUID] = (),
) -> References:
    """Look up every id of `wanted`, whose other columns are passed over. Raises Errors naming each that is not there or
    not fitting. `group_id` is the group the ticket will be in. Who is `copied` is held with the other people, in one
    order with whoever merges two of them; whether they may be, the caller finds out."""
    if not tags and not any(wanted.get(name) for name in NAMES):
        return References([])
    assignee = wanted.get("assignee_id")
    named = {
        "status": wanted.get("status_id"), "group": group_id, "assignee": assignee, "tags": list(tags),
        "options": [key for name in LISTS if (key := wanted.get(name))],
        "users": [*(key for name in USERS if (key := wanted.get(name))), *copied],
    }  # fmt: skip
    found = References(await fetch(_statement(named), {"tenant": ctx.tenant_id, **named}))
    errors: list[DomainError] = []
    for name, key in wanted.items():
        if key is not None and name in NAMES and not _fits(found, name, key):
            errors.append(NotFound(path=(NAMES[name],)))
    errors += [
        NotFound(path=(tags_path, str(place))) for place, tag in enumerate(tags) if not found.get("tag", tag)
    ]
    initiator = found.get("user", wanted["initiator_id"]) if wanted.get("initiator_id") else None
    if initiator is not None and initiator["kind"] != "AGENT":
        errors.append(InitiatorNotAgent(path=("initiatorId",)))
    if not errors and assignee is not None:
        errors += _assignee_errors(found, assignee, group_id)
    if errors:
        raise Errors(errors)
    return found


def _statement(named: dict[str, object]) -> str:
    """Looks only where something is named."""
    held = ", ".join(text for part, text in _HELD.items() if named[part])
    found = (text for part, text in _FOUND.items() if named[part])
    return " union all ".join([f"{held and f'with {held} '}{_VERSION}", *found])


def _fits(found: References, name: str, key: UUID) -> bool:
    if name in LISTS:
        option = found.get("option", key)
        return option is not None and option["kind"] == LISTS[name]
    if name == "status_id":
        return found.get("status_id", key) is not None
    if name == "group_id":
        group = found.get("group", key)
        return group is not None and bool(group["position"])
    return found.get("user", key) is not None


def _assignee_errors(found: References, assignee: UUID, group_id: UUID | None) -> list[DomainError]:
    user = found.get("user", assignee)
    if user is None or user["kind"] != "AGENT" or user["category"] != "ACTIVE":
        return [NotAnAgent(path=("assigneeId",))]
    if not found.groups_of_assignee:
        return [AgentWithoutGroup(path=("assigneeId",), name=user["label"])]
    group = found.get("group", group_id) if group_id else None
    if group is not None and group_id not in found.groups_of_assignee:
        return [AssigneeNotInGroup(path=("assigneeId",), name=user["label"], group=group["label"])]
    return []

"""Writes of groups and of who works in them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.groups import queries
from core.groups.errors import (
    AlreadyMember,
    GroupHasOpenTickets,
    GroupHoldsTickets,
    GroupNameTaken,
    GroupServesOrganizations,
    MemberHasTickets,
    NotAnAgent,
)
from core.groups.models import Group, Membership
from core.kit.context import Context
from core.kit.database import execute, fetch_one
from core.kit.database.sql import Row
from core.kit.errors import NotFound, Required, TooLong
from core.kit.events import Happening, record
from core.kit.revising import lock_row, revise, unique_or
from core.tenants.service import check_name

LONGEST_NAME, LONGEST_DESCRIPTION = 80, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPatch:
    """What to change: a column that is absent stays."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    for name, shown in (("name", "name"), ("is_active", "isActive")):
        if name in values and values[name] is None:
            raise Required(path=(shown,))
    cleaned = dict(values)
    if "name" in values:
        cleaned["name"] = check_name(values["name"], "name", limit=LONGEST_NAME)
    if "description" in values:
        cleaned["description"] = (values["description"] or "").replace("\x00", "").strip()
        if len(cleaned["description"]) > LONGEST_DESCRIPTION:
            raise TooLong(path=("description",), limit=LONGEST_DESCRIPTION)
    return cleaned


async def create_group(ctx: Context, *, name: str, description: str = "") -> UUID:
    """Make an empty group. Needs `group.manage`. Raises Required, TooLong, GroupNameTaken."""
    ctx.require("group.manage")
    values = _cleaned({"name": name, "description": description})
    with unique_or(GroupNameTaken(path=("name",), name=values["name"])):
        group = await Group.create(
            id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), is_active=True, **values
        )
    await record(ctx, Happening("group.created", "group", group.id, {"name": [None, values["name"]]}))
    return group.id


async def update_group(ctx: Context, group_id: UUID, patch: GroupPatch) -> None:
    """Change a group. Needs `group.manage`. One with tickets that are not closed cannot be deactivated."""
    ctx.require("group.manage")
    values = _cleaned(patch.values)
    group = await lock_row(ctx, "groups", group_id, prefix="grp", expected_version=patch.expected_version)
    if (
        group["is_active"]
        and values.get("is_active") is False
        and await queries.has_open_tickets(ctx, group_id)
    ):
        raise GroupHasOpenTickets(path=("isActive",), name=group["name"])
    with unique_or(GroupNameTaken(path=("name",), name=values.get("name", ""))):
        changes = await revise(ctx, "groups", group, values)
    if changes:
        await record(ctx, Happening("group.updated", "group", group_id, changes))


async def delete_group(ctx: Context, group_id: UUID) -> None:
    """Delete a group and its memberships. Needs `group.manage`. R3: refused for ever once it has held a ticket."""
    ctx.require("group.manage")
    group = await lock_row(ctx, "groups", group_id, prefix="grp")
    if await queries.ever_held_tickets(ctx, group_id):
        raise GroupHoldsTickets(path=("id",), name=group["name"])
    if await queries.serves_organizations(ctx, group_id):
        raise GroupServesOrganizations(path=("id",), name=group["name"])
    values = {"tenant": ctx.tenant_id, "group": group_id}
    await execute("delete from memberships where tenant_id = :tenant and group_id = :group", values)
    await execute("delete from groups where tenant_id = :tenant and id = :group", values)
    await record(ctx, Happening("group.deleted", "group", group_id, {"name": [group["name"], None]}))


async def add_member(
    ctx: Context, group_id: UUID, user_id: UUID, *, is_leader: bool = False, is_preferred: bool = False
) -> UUID:
    """Let an agent work in a group. Needs `group.manage`. Raises NotFound, NotAnAgent, AlreadyMember."""
    ctx.require("group.manage")
    group = await fetch_one(
        "select id from groups where tenant_id = :tenant and id = :group for key share",
        {"tenant": ctx.tenant_id, "group": group_id},
    )
    if group is None:
        raise NotFound(path=("groupId",))
    agent = await _lock_agent(ctx, user_id)
    if is_preferred:
        await _prefer_none(ctx, user_id)
    with unique_or(AlreadyMember(path=("userId",), name=agent["name"])):
        member = await Membership.create(
            id=ctx.new_id(), created_at=ctx.now(), group_id=group_id, user_id=user_id,
            is_leader=is_leader, is_preferred=is_preferred,
        )  # fmt: skip
    about = {
        "user_id": [None, str(user_id)],
        "is_leader": [None, is_leader],
        "is_preferred": [None, is_preferred],
    }
    await record(ctx, Happening("group.member_added", "group", group_id, about))
    return member.id


async def update_member(
    ctx: Context, membership_id: UUID, *, is_leader: bool | None = None, is_preferred: bool | None = None
) -> None:
    """Change an agent's place in a group; None leaves it. Needs `group.manage`. Preferring one group ends the
    preference for another (C2)."""
    ctx.require("group.manage")
    member = await _membership(ctx, membership_id)
    wanted = {"is_leader": is_leader, "is_preferred": is_preferred}
    changes = {
        name: [member[name], value] for name, value in wanted.items() if value not in (None, member[name])
    }
    if not changes:
        return
    if is_preferred:
        await _prefer_none(ctx, member["user_id"])
    await execute(
        "update memberships set is_leader = :leader, is_preferred = :preferred where tenant_id = :tenant and id = :id",
        {
            "tenant": ctx.tenant_id, "id": membership_id,
            "leader": member["is_leader"] if is_leader is None else is_leader,
            "preferred": member["is_preferred"] if is_preferred is None else is_preferred,
        },
    )  # fmt: skip
    about = {"user_id": str(member["user_id"]), **changes}
    await record(ctx, Happening("group.member_updated", "group", member["group_id"], about))


async def remove_member(ctx: Context, membership_id: UUID) -> None:
    """Take an agent out of a group. Needs `group.manage`. Refused while they have tickets of the group that are not
    closed: a ticket's agent always works in its group."""
    ctx.require("group.manage")
    member = await _membership(ctx, membership_id)
    if await queries.has_open_tickets(ctx, member["group_id"], assignee_id=member["user_id"]):
        raise MemberHasTickets(path=("id",), name=member["name"])
    await execute(
        "delete from memberships where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": membership_id},
    )
    about = {"user_id": [str(member["user_id"]), None]}
    await record(ctx, Happening("group.member_removed", "group", member["group_id"], about))


async def _lock_agent(ctx: Context, user_id: UUID) -> Row:
    # The lock makes two calls for one agent take turns, so that only one group stays preferred.
    agent = await fetch_one(
        "select id, name, kind from users where tenant_id = :tenant and id = :user for no key update",
        {"tenant": ctx.tenant_id, "user": user_id},
    )
    if agent is None:
        raise NotFound(path=("userId",))
    if agent["kind"] != "AGENT":
        raise NotAnAgent(path=("userId",))
    return agent


async def _membership(ctx: Context, membership_id: UUID) -> Row:
    values = {"tenant": ctx.tenant_id, "id": membership_id}
    found = await fetch_one(
        "select u.id from memberships m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id"
        " where m.tenant_id = :tenant and m.id = :id for no key update of u",
        values,
    )
    member = await fetch_one(
        "select m.*, u.name from memberships m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id"
        " where m.tenant_id = :tenant and m.id = :id for update of m",
        values,
    )
    if found is None or member is None:
        raise NotFound(path=("id",))
    return member


async def _prefer_none(ctx: Context, user_id: UUID) -> None:
    await execute(
        "update memberships set is_preferred = false where tenant_id = :tenant and user_id = :user and is_preferred",
        {"tenant": ctx.tenant_id, "user": user_id},
    )

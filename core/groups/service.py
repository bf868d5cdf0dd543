"""Writes of groups and of who works in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.groups import queries
from core.groups.errors import (
    AlreadyMember,
    CapacityOutOfRange,
    GroupHasOpenTickets,
    GroupHoldsTickets,
    GroupNameLocked,
    GroupNameTaken,
    GroupServesOrganizations,
    MemberHasTickets,
    NotAnAgent,
)
from core.groups.models import Group, Membership
from core.groups.states import Routing
from core.kit.context import Context
from core.kit.database import erase, execute, fetch_one
from core.kit.database.sql import Row
from core.kit.errors import NotFound, Required, TooLong
from core.kit.events import Happening, record
from core.kit.revising import differences, lock_row, revise, unique_or
from core.tenants.service import check_name

LONGEST_NAME, LONGEST_DESCRIPTION, LARGEST_CAPACITY = 80, 400, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPatch:
    """What to change: a column that is absent stays."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    for name, shown in (("name", "name"), ("is_active", "isActive"), ("routing", "routing")):
        if name in values and values[name] is None:
            raise Required(path=(shown,))
    cleaned = dict(values)
    if "name" in values:
        cleaned["name"] = check_name(values["name"], "name", limit=LONGEST_NAME)
    if "description" in values:
        cleaned["description"] = (values["description"] or "").replace("\x00", "").strip()
        if len(cleaned["description"]) > LONGEST_DESCRIPTION:
            raise TooLong(path=("description",), limit=LONGEST_DESCRIPTION)
    check_capacity(values.get("capacity"))
    return cleaned


def check_capacity(capacity: int | None) -> None:
    """Raises CapacityOutOfRange (1 to 10,000)."""
    if capacity is not None and not 1 <= capacity <= LARGEST_CAPACITY:
        raise CapacityOutOfRange(path=("capacity",), limit=LARGEST_CAPACITY)


async def create_group(
    ctx: Context,
    *,
    name: str,
    description: str = "",
    routing: Routing = Routing.MANUAL,
    capacity: int | None = None,
) -> UUID:
    """Make an empty group. `capacity` is how many tickets routing leaves with one agent at most. Needs `group.manage`.
    Raises Required, TooLong, CapacityOutOfRange, GroupNameTaken."""
    ctx.require("group.manage")
    values = _cleaned(
        {"name": name, "description": description, "routing": routing.value, "capacity": capacity}
    )
    with unique_or(GroupNameTaken(path=("name",), name=values["name"])):
        group = await Group.create(
            id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), is_active=True, **values
        )
    await record(ctx, Happening("group.created", "group", group.id, {"name": [None, values["name"]]}))
    return group.id


async def update_group(ctx: Context, group_id: UUID, patch: GroupPatch) -> None:
    """Change a group. Needs `group.manage`. One with tickets that are not closed cannot be deactivated, and one that
    has held tickets keeps its name where the scheme of statuses is strict (R3)."""
    ctx.require("group.manage")
    values = _cleaned(patch.values)
    group = await lock_row(ctx, "groups", group_id, prefix="grp", expected_version=patch.expected_version)
    if (
        group["is_active"]
        and values.get("is_active") is False
        and await queries.has_open_tickets(ctx, group_id)
    ):
        raise GroupHasOpenTickets(path=("isActive",), name=group["name"])
    if values.get("name", group["name"]) != group["name"] and await queries.keeps_name(ctx, group_id):
        raise GroupNameLocked(path=("name",), name=group["name"])
    with unique_or(GroupNameTaken(path=("name",), name=values.get("name", ""))):
        changes = await revise(ctx, "groups", group, values)
    if changes:
        await record(ctx, Happening("group.updated", "group", group_id, changes))


async def delete_group(ctx: Context, group_id: UUID) -> None:
    """Delete a group with its memberships and canned replies. Needs `group.manage`. R3: refused for ever once it has
    held a ticket."""
    ctx.require("group.manage")
    group = await lock_row(ctx, "groups", group_id, prefix="grp")
    if await queries.ever_held_tickets(ctx, group_id):
        raise GroupHoldsTickets(path=("id",), name=group["name"])
    if await queries.serves_organizations(ctx, group_id):
        raise GroupServesOrganizations(path=("id",), name=group["name"])
    values = {"tenant": ctx.tenant_id, "group": group_id}
    for what in ("memberships", "templates"):
        await execute(f"delete from {what} where tenant_id = :tenant and group_id = :group", values)
    await erase("groups", [group_id])
    await record(ctx, Happening("group.deleted", "group", group_id, {"name": [group["name"], None]}))


async def add_member(
    ctx: Context,
    group_id: UUID,
    user_id: UUID,
    *,
    is_leader: bool = False,
    is_preferred: bool = False,
    capacity: int | None = None,
) -> UUID:
    """Let an agent work in a group, with a capacity of their own where it is not the group's. Needs `group.manage`.
    Raises CapacityOutOfRange, NotFound, NotAnAgent, AlreadyMember."""
    ctx.require("group.manage")
    check_capacity(capacity)
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
            is_leader=is_leader, is_preferred=is_preferred, capacity=capacity,
        )  # fmt: skip
    about = {
        "user_id": [None, str(user_id)],
        "is_leader": [None, is_leader],
        "is_preferred": [None, is_preferred],
        "capacity": [None, capacity],
    }
    await record(ctx, Happening("group.member_added", "group", group_id, about))
    return member.id


async def update_member(ctx: Context, membership_id: UUID, values: Mapping[str, Any]) -> None:
    """Change an agent's place in a group: `is_leader`, `is_preferred`, `capacity`; what is absent stays. Needs
    `group.manage`. Preferring one group ends the preference for another (C2). Raises CapacityOutOfRange, NotFound."""
    ctx.require("group.manage")
    check_capacity(values.get("capacity"))
    member = await _membership(ctx, membership_id)
    changes = differences(member, values)
    if not changes:
        return
    if "is_preferred" in changes and values["is_preferred"]:
        await _prefer_none(ctx, member["user_id"])
    settings = ", ".join(f"{name} = :{name}" for name in changes)
    await execute(
        f"update memberships set {settings} where tenant_id = :tenant and id = :id",
        {name: pair[1] for name, pair in changes.items()} | {"tenant": ctx.tenant_id, "id": membership_id},
    )
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

"""Sight of groups, and what routing asks of them."""

from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database import fetch
from core.kit.definitions import defined


def group_sight(viewer: Viewer, t: str) -> str:
    """Groups are for staff; a customer never learns how the desk is cut."""
    return "true" if viewer.is_staff else "false"


async def only_group(ctx: Context, version: int | None) -> UUID | None:
    """The tenant's single active group, or None when there are several or none (R7); as of this version of what it
    defines."""

    async def load() -> UUID | None:
        rows = await fetch(
            "select id from groups where tenant_id = :tenant and is_active limit 2", {"tenant": ctx.tenant_id}
        )
        return rows[0]["id"] if len(rows) == 1 else None

    return await defined(ctx.tenant_id, version, "only group", load)


async def only_member(ctx: Context, group_id: UUID) -> UUID | None:
    """The group's single active agent, or None (R8)."""
    rows = await fetch(
        "select u.id from memberships m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id"
        " where m.tenant_id = :tenant and m.group_id = :group and u.status = 'ACTIVE' limit 2",
        {"tenant": ctx.tenant_id, "group": group_id},
    )
    return rows[0]["id"] if len(rows) == 1 else None


async def home_group(ctx: Context, user_id: UUID) -> UUID | None:
    """The active group an agent's tickets belong to when nobody says: the preferred one, else the only one (C2)."""
    rows = await fetch(
        "select g.id, m.is_preferred from memberships m"
        " join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id"
        " where m.tenant_id = :tenant and m.user_id = :user and g.is_active"
        " order by m.is_preferred desc, g.id limit 2",
        {"tenant": ctx.tenant_id, "user": user_id},
    )
    return rows[0]["id"] if len(rows) == 1 or (rows and rows[0]["is_preferred"]) else None


async def has_open_tickets(ctx: Context, group_id: UUID, *, assignee_id: UUID | None = None) -> bool:
    """Whether the group, or one agent in it, has tickets that are not closed. Deleted ones do not count."""
    return await _exists(
        "select 1 from tickets where tenant_id = :tenant and group_id = :group and status_category <> 'CLOSED'"
        " and state <> 'DELETED' and (:assignee::uuid is null or assignee_id = :assignee) limit 1",
        {"tenant": ctx.tenant_id, "group": group_id, "assignee": assignee_id},
    )


async def ever_held_tickets(ctx: Context, group_id: UUID) -> bool:
    """Whether a ticket is or was the group's (R3)."""
    return await _exists(
        "select 1 from tickets where tenant_id = :tenant and group_id = :group union all"
        " select 1 from assignments where tenant_id = :tenant and from_group_id = :group union all"
        " select 1 from assignments where tenant_id = :tenant and to_group_id = :group limit 1",
        {"tenant": ctx.tenant_id, "group": group_id},
    )


async def serves_organizations(ctx: Context, group_id: UUID) -> bool:
    """Whether an organisation's tickets go to the group (D3)."""
    return await _exists(
        "select 1 from organizations where tenant_id = :tenant and default_group_id = :group limit 1",
        {"tenant": ctx.tenant_id, "group": group_id},
    )


async def is_active_group(ctx: Context, group_id: UUID) -> bool:
    """Whether tickets can be given to the group. It cannot be deleted or deactivated before the transaction ends."""
    return await _exists(
        "select 1 from groups where tenant_id = :tenant and id = :group and is_active for key share",
        {"tenant": ctx.tenant_id, "group": group_id},
    )


async def _exists(text: str, values: dict[str, object]) -> bool:
    return bool(await fetch(text, values))

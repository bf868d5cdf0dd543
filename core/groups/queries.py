"""Sight of groups, and what routing asks of them."""

from collections.abc import Sequence
from uuid import UUID

from core.groups.states import Routing
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


async def routing_of(ctx: Context, group_id: UUID, version: int | None) -> Routing:
    """How a group finds agents; as of this version of what the tenant defines."""

    async def load() -> dict[UUID, Routing]:
        rows = await fetch(
            "select id, routing from groups where tenant_id = :tenant and routing <> 'MANUAL'",
            {"tenant": ctx.tenant_id},
        )
        return {row["id"]: Routing(row["routing"]) for row in rows}

    routed = await defined(ctx.tenant_id, version, "group routing", load)
    return routed.get(group_id, Routing.MANUAL)


# Of agents of a group that have room: the load that counts against a capacity is what they have of this group and is
# neither solved nor closed; a turn is the last time they got a ticket of it, in whatever way. Who has to stand in line
# gets nobody while others wait: they come before, and are dealt out by the minute. Indexes serve all of it.
_NEXT = """
select u.id from memberships m
join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id
cross join lateral (select count(*) as load from tickets t
  where t.tenant_id = m.tenant_id and t.assignee_id = m.user_id and t.group_id = m.group_id and t.state = 'ACTIVE'
    and t.status_category in ('NEW', 'OPEN', 'PENDING')) w
left join lateral (select a.id as turn from assignments a
  where a.tenant_id = m.tenant_id and a.to_user_id = m.user_id and a.to_group_id = m.group_id
  order by a.id desc limit 1) l on true
where m.tenant_id = :tenant and m.group_id = :group and u.status = 'ACTIVE'
  and w.load < coalesce(m.capacity, g.capacity, 2147483647){line}
order by {order} l.turn nulls first, m.id limit 1
"""
WAITING = (
    "t.state = 'ACTIVE' and t.status_category in ('NEW', 'OPEN', 'PENDING') and t.waiting_since is not null"
)
"""Of tickets `t`: that they wait for an agent with room."""
_LINE = f"""
  and not exists (select 1 from tickets t
    where t.tenant_id = :tenant and t.group_id = :group and {WAITING})"""
_ORDERS = {Routing.ROUND_ROBIN: "", Routing.LEAST_LOADED: "w.load,"}


async def next_member(
    ctx: Context, group_id: UUID, routing: Routing, *, stands_in_line: bool = False
) -> UUID | None:
    """The agent of a group whose turn it is, or None when nobody has room, or when others of the group wait for room
    and the ticket `stands_in_line`. Tickets that come to one group at once take turns from here to their commits, so
    that each sees what the others were given, and who began to wait."""
    values = {"tenant": ctx.tenant_id, "group": group_id}
    # Not `for update`: those who only name the group are not kept waiting.
    await fetch("select id from groups where tenant_id = :tenant and id = :group for no key update", values)
    text = _NEXT.format(order=_ORDERS[routing], line=_LINE if stands_in_line else "")
    rows = await fetch(text, values)
    return rows[0]["id"] if rows else None


async def hold_routing(ctx: Context) -> None:
    """Take the turns of all groups that find agents, in one order, for a transaction that opens several tickets.
    Whoever opens one has its group first and its number then, and would wait for this while this waits for them."""
    await fetch(
        "select id from groups where tenant_id = :tenant and routing <> 'MANUAL' order by id for no key update",
        {"tenant": ctx.tenant_id},
    )


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


async def keeps_name(ctx: Context, group_id: UUID) -> bool:
    """Whether the group has held tickets in a tenant whose scheme is strict about that (R3)."""
    strict = await _exists(
        "select 1 from status_schemes where tenant_id = :tenant and strict_group_lock",
        {"tenant": ctx.tenant_id},
    )
    return strict and await ever_held_tickets(ctx, group_id)


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


async def existing_groups(ctx: Context, keys: Sequence[UUID]) -> set[UUID]:
    """Those of these groups that there are and that work."""
    rows = await fetch(
        "select id from groups where tenant_id = :tenant and id = any(:keys) and is_active",
        {"tenant": ctx.tenant_id, "keys": list(keys)},
    )
    return {row["id"] for row in rows}


async def _exists(text: str, values: dict[str, object]) -> bool:
    return bool(await fetch(text, values))

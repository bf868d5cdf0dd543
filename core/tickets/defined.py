"""What a tenant defines of tickets, as writes need it: its statuses, their scheme, its settings."""

from uuid import UUID

from core.kit.context import Context
from core.kit.database import fetch, fetch_one
from core.kit.database.sql import Row
from core.kit.definitions import defined


async def statuses(ctx: Context, version: int | None) -> list[Row]:
    """The tenant's active statuses in their order, as of this version of what it defines."""

    async def load() -> list[Row]:
        return await fetch(
            "select id, category, key, label, labels::text, is_default, is_agent_selectable, array(select x.to_id"
            " from status_transitions x join statuses y on y.tenant_id = x.tenant_id and y.id = x.to_id and y.is_active"
            " where x.tenant_id = s.tenant_id and x.from_id = s.id) as leads_to"
            " from statuses s where tenant_id = :tenant and is_active order by position, id",
            {"tenant": ctx.tenant_id},
        )

    return await defined(ctx.tenant_id, version, "statuses", load)


async def scheme(ctx: Context, version: int | None) -> Row:
    """What the tenant's statuses do when people act and what they rule out, as of this version of what it defines."""

    async def load() -> Row:
        row = await fetch_one(
            "select * from status_schemes where tenant_id = :tenant", {"tenant": ctx.tenant_id}
        )
        assert row is not None, "every tenant has its scheme"
        return row

    return await defined(ctx.tenant_id, version, "status scheme", load)


async def scheme_key(ctx: Context) -> UUID | None:
    """The key of the tenant's scheme of statuses."""
    row = await fetch_one(
        "select id from status_schemes where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return row["id"] if row else None


async def leads_to(ctx: Context, status_id: UUID) -> list[UUID]:
    """Where people may put a ticket that has this status, as it was set; none for anywhere."""
    rows = await fetch(
        "select to_id from status_transitions where tenant_id = :tenant and from_id = :status order by to_id",
        {"tenant": ctx.tenant_id, "status": status_id},
    )
    return [row["to_id"] for row in rows]


async def is_status_in_scheme(ctx: Context, status_id: UUID) -> bool:
    """Whether a reaction or another status leads to this one by itself."""
    found = await fetch_one(
        "select 1 from status_schemes where tenant_id = :tenant and :status in (on_assign_id, on_agent_update_id,"
        " on_agent_reply_id, on_customer_reply_id, on_reopen_id) union all"
        " select 1 from statuses where tenant_id = :tenant and next_id = :status and is_active limit 1",
        {"tenant": ctx.tenant_id, "status": status_id},
    )
    return found is not None


async def settings_key(ctx: Context) -> UUID | None:
    """The key of the tenant's settings of tickets."""
    row = await fetch_one(
        "select id from ticket_settings where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return row["id"] if row else None


async def settings(ctx: Context, version: int | None) -> Row:
    """How the tenant's tickets behave by themselves, as of this version of what it defines."""

    async def load() -> Row:
        row = await fetch_one(
            "select * from ticket_settings where tenant_id = :tenant", {"tenant": ctx.tenant_id}
        )
        assert row is not None, "every tenant has its settings"
        return row

    return await defined(ctx.tenant_id, version, "ticket settings", load)


async def is_status_in_use(ctx: Context, status_id: UUID) -> bool:
    """Whether tickets that are not closed have the status; deleted ones count, since they may come back."""
    found = await fetch_one(
        "select 1 from tickets where tenant_id = :tenant and status_id = :status"
        " and status_category <> 'CLOSED' limit 1",
        {"tenant": ctx.tenant_id, "status": status_id},
    )
    return found is not None

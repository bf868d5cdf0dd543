"""Sight of recurring tickets, and the reads that opening them needs."""

from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row
from core.kit.i18n import OwnWords, Words

PERMISSION = "recurring_ticket.manage"


def recurring_sight(viewer: Viewer, t: str) -> str:
    """Recurring tickets are for staff who manage them."""
    return "true" if viewer.is_staff and viewer.may(PERMISSION) else "false"


def schedule_name(key: UUID) -> str:
    """The name of the schedule of a recurring ticket."""
    return f"recurring.{key}"


NEXT = (
    "(select s.next_run_at from schedules s where s.tenant_id = {t}.tenant_id and s.name = 'recurring.' || {t}.id"
    " and s.is_active)"
)
"""SQL for when one is opened next."""


async def count(ctx: Context) -> int:
    found: int = await fetch_value(
        "select count(*) from recurring_tickets where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return found


async def lock(ctx: Context, key: UUID) -> Row | None:
    """A recurring ticket, whoever asks, locked until the transaction ends."""
    return await fetch_one(
        "select * from recurring_tickets where tenant_id = :tenant and id = :id for update",
        {"tenant": ctx.tenant_id, "id": key},
    )


async def requester(ctx: Context, key: UUID) -> Row | None:
    return await fetch_one(
        "select status from users where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": key},
    )


async def form_of(ctx: Context, key: UUID) -> Row | None:
    """A form's label and whether it is in use. It stays until the transaction ends."""
    return await fetch_one(
        "select label, labels, is_active from forms where tenant_id = :tenant and id = :id for key share",
        {"tenant": ctx.tenant_id, "id": key},
    )


async def named_with_field(ctx: Context, key: str) -> list[Words]:
    """Names of recurring tickets that fill a custom field."""
    rows = await fetch(
        "select name from recurring_tickets where tenant_id = :tenant"
        " and custom @> jsonb_build_array(jsonb_build_object('key', :key::text)) order by name, id limit 10",
        {"tenant": ctx.tenant_id, "key": key},
    )
    return [OwnWords(row["name"]) for row in rows]


async def is_open_for_work(tenant_id: UUID) -> bool:
    """Whether the tenant works at all now."""
    return bool(
        await fetch_value("select status = 'active' from tenants where id = :tenant", {"tenant": tenant_id})
    )

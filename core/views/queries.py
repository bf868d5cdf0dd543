"""Sight of views, and the reads that writes need."""

from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row
from core.kit.i18n import OwnWords, called

PERMISSION = "view.manage"
_CHOSEN = (
    "exists (select 1 from view_shares s where s.tenant_id = {t}.tenant_id and s.view_id = {t}.id"
    " and (s.group_id = any(:my_groups::uuid[]) or s.role_id in (select r.role_id from user_roles r"
    " where r.tenant_id = :tenant and r.user_id = :me)))"
)


# What a view tests and shows is told with it, so one that speaks of an internal field is the staff's.
_SHOWS_INTERNAL = (
    "exists (select 1 from field_definitions sf where sf.tenant_id = {t}.tenant_id and sf.object = 'TICKET'"
    " and sf.customer_access = 'NONE' and ({t}.columns ? ('custom.' || sf.key) or"
    " jsonb_path_exists({t}.condition, '$.**.field ? (@ == $name)', jsonb_build_object('name', 'custom.' || sf.key))))"
)


def view_sight(viewer: Viewer, t: str) -> str:
    """Views for everybody, but for those that speak of internal fields; for staff those for staff, for one of their
    roles or groups, and their own (I7). Who manages views sees all that are not somebody's own."""
    if not viewer.is_staff:
        return f"{t}.visibility = 'EVERYBODY' and not {_SHOWS_INTERNAL.format(t=t)}"
    if viewer.may(PERMISSION):
        return f"{t}.owner_id is null or {t}.owner_id = :me"
    return f"{t}.visibility in ('EVERYBODY', 'STAFF') or {t}.owner_id = :me or {_CHOSEN.format(t=t)}"


async def lock_view(ctx: Context, view_id: UUID) -> Row | None:
    """A view that the viewer sees, locked until the transaction ends."""
    return await fetch_one(
        f"select t.* from views t where t.tenant_id = :tenant and t.id = :id and ({view_sight(ctx.viewer, 't')})"
        " for update of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": view_id},
    )


async def seen_views(ctx: Context) -> list[Row]:
    """All views that the viewer sees, in their order."""
    return await fetch(
        "select t.id, t.label, t.position, t.owner_id from views t where t.tenant_id = :tenant"
        f" and ({view_sight(ctx.viewer, 't')}) order by t.position, t.id",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id},
    )


def may_know_condition(viewer: Viewer, t: str) -> str:
    """Staff know what a view picks. It may name groups, people and organisations that others see nowhere, so they are
    not told, not even opaque ids."""
    return "true" if viewer.is_staff else "false"


def kept_by(ctx: Context, owner_id: UUID | None) -> tuple[str, dict[str, object]]:
    """The condition on somebody's favourite searches, or on the desk's views, with its values. Either is one part of an
    index; `is not distinct from` would be none."""
    if owner_id is None:
        return "tenant_id = :tenant and owner_id is null", {"tenant": ctx.tenant_id}
    return "tenant_id = :tenant and owner_id = :owner", {"tenant": ctx.tenant_id, "owner": owner_id}


async def count_views(ctx: Context, owner_id: UUID | None) -> int:
    """How many favourite searches somebody has, or how many views the desk has."""
    condition, values = kept_by(ctx, owner_id)
    found: int = await fetch_value(f"select count(*) from views where {condition}", values)
    return found


async def views_using(ctx: Context, name: str) -> list[OwnWords]:
    """Labels of the desk's views whose condition tests a field of tickets, or that have a column for it."""
    rows = await fetch(
        "select label, labels from views where tenant_id = :tenant and owner_id is null and (columns ? :name"
        " or jsonb_path_exists(condition, '$.**.field ? (@ == $name)', jsonb_build_object('name', :name::text)))"
        " order by position, id limit 10",
        {"tenant": ctx.tenant_id, "name": name},
    )
    return [called(row) for row in rows]

"""Sight of forms, and the reads that writes need."""

from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row
from core.kit.i18n import OwnWords, called

PERMISSION = "form.manage"


def form_sight(viewer: Viewer, t: str) -> str:
    """Staff see all forms, others those that are asked of them and in use."""
    return "true" if viewer.is_staff else f"{t}.is_active and {t}.audience in ('EVERYBODY', 'CUSTOMERS')"


async def find_form(ctx: Context, form_id: UUID) -> Row | None:
    """A form, whoever asks, with the tenant's zone and the roles of the viewer. It stays until the transaction ends."""
    return await fetch_one(
        "select f.*, n.time_zone, array(select r.role_id::text from user_roles r where r.tenant_id = :tenant"
        " and r.user_id = :me) as my_roles from forms f join tenants n on n.id = f.tenant_id"
        " where f.tenant_id = :tenant and f.id = :id for key share of f",
        {"tenant": ctx.tenant_id, "id": form_id, "me": ctx.viewer.user_id},
    )


async def count_forms(ctx: Context) -> int:
    found: int = await fetch_value(
        "select count(*) from forms where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    return found


async def count_opened(ctx: Context, form_id: UUID) -> int:
    """How many tickets were opened with a form, up to a thousand; deleted ones count, since they may come back."""
    found: int = await fetch_value(
        "select count(*) from (select 1 from tickets where tenant_id = :tenant and form_id = :form limit 1000) x",
        {"tenant": ctx.tenant_id, "form": form_id},
    )
    return found


async def schedule_with(ctx: Context, form_id: UUID) -> str | None:
    """The name of a recurring ticket that is opened with a form."""
    found: str | None = await fetch_value(
        "select name from recurring_tickets where tenant_id = :tenant and form_id = :form order by name limit 1",
        {"tenant": ctx.tenant_id, "form": form_id},
    )
    return found


async def forms_using(ctx: Context, name: str) -> list[OwnWords]:
    """Labels of forms that ask for a field or test it, archived ones included: their tickets are held to them."""
    rows = await fetch(
        "select label, labels from forms where tenant_id = :tenant"
        " and (jsonb_path_exists(asked, '$[*].name ? (@ == $name)',"
        " jsonb_build_object('name', :name::text)) or jsonb_path_exists(asked, '$.**.field ? (@ == $name)',"
        " jsonb_build_object('name', :name::text))) order by position, id limit 10",
        {"tenant": ctx.tenant_id, "name": name},
    )
    return [called(row) for row in rows]

"""Sight of organisations, and what routing and sign-up ask of them."""

from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_value


def organization_sight(viewer: Viewer, t: str) -> str:
    """Staff see every organisation, a customer their own."""
    return "true" if viewer.is_staff else f"{t}.id = :my_organization"


async def default_group_of(ctx: Context, organization_id: UUID) -> UUID | None:
    """The agent group that an organisation's tickets go to (D3)."""
    found: UUID | None = await fetch_value(
        "select g.id from organizations o join groups g on g.tenant_id = o.tenant_id and g.id = o.default_group_id"
        " where o.tenant_id = :tenant and o.id = :id and g.is_active",
        {"tenant": ctx.tenant_id, "id": organization_id},
    )
    return found


async def organization_for_domain(ctx: Context, domain: str) -> UUID | None:
    """The organisation whose people have addresses at this domain (D2). `domain` in ASCII, lower case. It cannot be
    deleted before the transaction ends."""
    found: UUID | None = await fetch_value(
        "select o.id from organization_domains d join organizations o"
        " on o.tenant_id = d.tenant_id and o.id = d.organization_id"
        " where d.tenant_id = :tenant and d.domain = :domain for key share of o",
        {"tenant": ctx.tenant_id, "domain": domain},
    )
    return found


async def domains_of(ctx: Context, organization_id: UUID) -> list[str]:
    """An organisation's domains in their order."""
    rows = await fetch(
        "select domain from organization_domains where tenant_id = :tenant and organization_id = :id order by domain",
        {"tenant": ctx.tenant_id, "id": organization_id},
    )
    return [row["domain"] for row in rows]


async def is_in_use(ctx: Context, organization_id: UUID) -> bool:
    """Whether people belong to it or tickets name it."""
    found = await fetch_value(
        "select 1 from users where tenant_id = :tenant and organization_id = :id union all"
        " select 1 from tickets where tenant_id = :tenant and organization_id = :id limit 1",
        {"tenant": ctx.tenant_id, "id": organization_id},
    )
    return found is not None


async def by_external_id(ctx: Context, external_id: str) -> UUID | None:
    """The organisation another system knows by this id."""
    found: UUID | None = await fetch_value(
        "select id from organizations where tenant_id = :tenant and external_id = :external",
        {"tenant": ctx.tenant_id, "external": external_id},
    )
    return found

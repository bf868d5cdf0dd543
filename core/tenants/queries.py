"""Look-ups of tenants. They are made before any tenant is known, so they look across all."""

from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import fetch_value, system_fetch
from core.kit.database.sql import Row
from core.tenants.plans import PLANS, Plan

_SELECT = "select id, slug, name, domain, locale, time_zone from tenants where status = 'active'"


def own_tenant(viewer: Viewer, t: str) -> str:
    """A viewer sees their own tenant."""
    return "true"


async def plan_of(tenant_id: UUID) -> Plan:
    """What the tenant may set of its roles (A8), and how many agents it may have."""
    key = await fetch_value("select plan from tenants where id = :tenant", {"tenant": tenant_id})
    return PLANS[key]


async def seats_taken(tenant_id: UUID) -> int:
    """How many agents there are, invited or active."""
    found: int = await fetch_value(
        "select count(*) from users where tenant_id = :tenant and kind = 'AGENT' and status <> 'DISABLED'",
        {"tenant": tenant_id},
    )
    return found


async def tenant_at(host: str, *, base_domain: str, multi_tenant: bool) -> Row | None:
    """The tenant that answers at a host name: its own domain, or `<slug>.<base domain>`; with multi-tenancy off, the
    only one (A2)."""
    if not multi_tenant:
        rows = await system_fetch(f"{_SELECT} and slug = 'default'")
        return rows[0] if rows else None
    name = host.rsplit(":", 1)[0].lower().rstrip(".") if not host.startswith("[") else host
    suffix = f".{base_domain}"
    slug = name.removesuffix(suffix) if name.endswith(suffix) else None
    rows = await system_fetch(
        f"{_SELECT} and (domain = :domain or slug = :slug) limit 1", {"domain": name, "slug": slug}
    )
    return rows[0] if rows else None

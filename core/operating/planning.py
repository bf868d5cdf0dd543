"""The plans of tenants (A8)."""

from core.kit.context import acting_for
from core.kit.database import transaction
from core.operating.acting import operator_context, tenant_by_slug
from core.operating.installation import opened
from core.tenants.service import set_plan
from settings import Settings


async def plan_tenant(settings: Settings, *, tenant: str, plan: str) -> None:
    """Give a tenant a plan. Nothing that it has set is taken away. Raises NoSuchTenant, NoSuchPlan."""
    async with opened(settings):
        tenant_id = await tenant_by_slug(tenant)
        with acting_for(tenant_id):
            async with transaction():
                await set_plan(operator_context(tenant_id), plan)

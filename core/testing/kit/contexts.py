"""What plugins are given to work with, for tests that call a provider by themselves."""

from uuid import UUID

from core.extensions.service.tools import ForTenant, GuardedHttp
from core.kit.http import Outgoing
from core.kit.ids import new_id
from core.operating import operator_context
from core.sdk import TenantContext


def tenant_context(tenant_id: UUID | None = None) -> TenantContext:
    """A tenant as a provider sees it: the product's own, with its rules of what may be asked of the Internet."""
    return ForTenant(operator_context(tenant_id or new_id()), GuardedHttp(Outgoing(), is_granted=True))

"""Every permission there is, gathered from the domains: what roles are made of and what token scopes may name."""

from core.customers.permissions import PERMISSIONS as CUSTOMERS
from core.extensions.permissions import PERMISSIONS as EXTENSIONS
from core.fields.permissions import PERMISSIONS as FIELDS
from core.groups.permissions import PERMISSIONS as GROUPS
from core.identity.permissions import PERMISSIONS as IDENTITY
from core.jobs.permissions import PERMISSIONS as JOBS
from core.kit.permissions import declare
from core.signon.permissions import PERMISSIONS as SIGNON
from core.tenants.permissions import PERMISSIONS as TENANTS
from core.tickets.permissions import PERMISSIONS as TICKETS
from core.webhooks.permissions import PERMISSIONS as WEBHOOKS

PERMISSIONS: dict[str, str] = {
    **TICKETS,
    **CUSTOMERS,
    **IDENTITY,
    **GROUPS,
    **FIELDS,
    **JOBS,
    **TENANTS,
    **WEBHOOKS,
    **EXTENSIONS,
    **SIGNON,
}
declare(PERMISSIONS)

"""Every type of event there is, gathered from the domains: what webhooks and readers of the stream may name."""

from core.customers.event_types import EVENT_TYPES as CUSTOMERS
from core.extensions.event_types import EVENT_TYPES as EXTENSIONS
from core.fields.event_types import EVENT_TYPES as FIELDS
from core.groups.event_types import EVENT_TYPES as GROUPS
from core.identity.event_types import EVENT_TYPES as IDENTITY
from core.jobs.event_types import EVENT_TYPES as JOBS
from core.kit.event_types import declare
from core.tenants.event_types import EVENT_TYPES as TENANTS
from core.tickets.event_types import EVENT_TYPES as TICKETS
from core.webhooks.event_types import EVENT_TYPES as WEBHOOKS

EVENT_TYPES: dict[str, str] = {
    **TICKETS,
    **CUSTOMERS,
    **IDENTITY,
    **GROUPS,
    **FIELDS,
    **JOBS,
    **TENANTS,
    **WEBHOOKS,
    **EXTENSIONS,
}
declare(EVENT_TYPES)

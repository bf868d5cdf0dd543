"""Every type of event there is, gathered from the domains: what webhooks and readers of the stream may name."""

from core.appearance.event_types import EVENT_TYPES as APPEARANCE
from core.customers.event_types import EVENT_TYPES as CUSTOMERS
from core.exchange.event_types import EVENT_TYPES as EXCHANGE
from core.extensions.event_types import EVENT_TYPES as EXTENSIONS
from core.fields.event_types import EVENT_TYPES as FIELDS
from core.forms.event_types import EVENT_TYPES as FORMS
from core.groups.event_types import EVENT_TYPES as GROUPS
from core.identity.event_types import EVENT_TYPES as IDENTITY
from core.jobs.event_types import EVENT_TYPES as JOBS
from core.kit.event_types import declare
from core.mails.event_types import EVENT_TYPES as MAILS
from core.notifications.event_types import EVENT_TYPES as NOTIFICATIONS
from core.recurring.event_types import EVENT_TYPES as RECURRING
from core.sides.event_types import EVENT_TYPES as SIDES
from core.signon.event_types import EVENT_TYPES as SIGNON
from core.tenants.event_types import EVENT_TYPES as TENANTS
from core.tickets.event_types import EVENT_TYPES as TICKETS
from core.views.event_types import EVENT_TYPES as VIEWS
from core.webhooks.event_types import EVENT_TYPES as WEBHOOKS

EVENT_TYPES: dict[str, str] = {
    **TICKETS,
    **CUSTOMERS,
    **IDENTITY,
    **GROUPS,
    **FIELDS,
    **FORMS,
    **JOBS,
    **TENANTS,
    **VIEWS,
    **MAILS,
    **RECURRING,
    **SIDES,
    **APPEARANCE,
    **WEBHOOKS,
    **EXTENSIONS,
    **SIGNON,
    **NOTIFICATIONS,
    **EXCHANGE,
}
declare(EVENT_TYPES)

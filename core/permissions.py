"""Every permission there is, gathered from the domains: what roles are made of and what token scopes may name."""

from core.appearance.permissions import PERMISSIONS as APPEARANCE
from core.customers.permissions import PERMISSIONS as CUSTOMERS
from core.exchange.permissions import PERMISSIONS as EXCHANGE
from core.extensions.permissions import PERMISSIONS as EXTENSIONS
from core.fields.permissions import PERMISSIONS as FIELDS
from core.forms.permissions import PERMISSIONS as FORMS
from core.groups.permissions import PERMISSIONS as GROUPS
from core.identity.permissions import PERMISSIONS as IDENTITY
from core.jobs.permissions import PERMISSIONS as JOBS
from core.kit.permissions import declare
from core.mails.permissions import PERMISSIONS as MAILS
from core.recurring.permissions import PERMISSIONS as RECURRING
from core.signon.permissions import PERMISSIONS as SIGNON
from core.tenants.permissions import PERMISSIONS as TENANTS
from core.tickets.permissions import PERMISSIONS as TICKETS
from core.views.permissions import PERMISSIONS as VIEWS
from core.webhooks.permissions import PERMISSIONS as WEBHOOKS

PERMISSIONS: dict[str, str] = {
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
    **APPEARANCE,
    **WEBHOOKS,
    **EXTENSIONS,
    **SIGNON,
    **EXCHANGE,
}
declare(PERMISSIONS)

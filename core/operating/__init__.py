"""What operators do at the machine: found helpdesks, invite people, make API tokens. Every right, recorded as coming by
the command line. The first group is what `deskgraph` commands call with settings; the second works inside an open
database.
"""

from core.founding.service import found_tenant
from core.operating.acting import NoSuchTenant, automatic_context, operator_context, role_keys, tenant_by_slug
from core.operating.founding import Founded, create_tenant, list_tenants
from core.operating.inviting import Invited, invite_user
from core.operating.jobs import JobRecord, list_jobs, retry_job, show_job
from core.operating.planning import plan_tenant
from core.operating.plugins import migrate_shipped_plugins
from core.operating.schedules import ScheduleRecord, list_schedules, run_schedule
from core.operating.searching import Rebuilt, rebuild_search
from core.operating.single import ensure_default_tenant
from core.operating.tokens import MadeToken, create_token

__all__ = [
    "Founded",
    "Invited",
    "JobRecord",
    "MadeToken",
    "NoSuchTenant",
    "Rebuilt",
    "ScheduleRecord",
    "automatic_context",
    "create_tenant",
    "create_token",
    "ensure_default_tenant",
    "found_tenant",
    "invite_user",
    "list_jobs",
    "list_schedules",
    "list_tenants",
    "migrate_shipped_plugins",
    "operator_context",
    "plan_tenant",
    "rebuild_search",
    "retry_job",
    "role_keys",
    "run_schedule",
    "show_job",
    "tenant_by_slug",
]

"""Scheduled work: one job of the installation becomes a job for every tenant that has enabled the plugin."""

from datetime import timedelta
from uuid import UUID

from core.kit.database import Reach, execute, fetch
from core.kit.ids import new_id
from core.kit.schedules import Every
from core.kit.schedules.rhythm import Rhythm

SPREAD = "plugins.spread"
"""The kind of the installation's own job: `{"job": "<plugin>.<name>"}`."""
BATCH = 1000
LONGEST = timedelta(minutes=1)
"""Jobs of one time are spread over this while, so that not all tenants' systems are asked at the same moment."""

# Of every tenant: hence the system reach.
_NEXT = """
select p.tenant_id from plugin_enablements p join tenants t on t.id = p.tenant_id and t.status = 'active'
where p.plugin = :plugin and p.tenant_id > :after and not exists (
  select from jobs j where j.tenant_id = p.tenant_id and j.kind = :kind and j.state in ('ready', 'sent', 'leased')
) order by p.tenant_id limit :batch
"""
_WRITE = """
insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)
select x.id, x.tenant, now(), :kind, '{}', 'ready', now() + random() * :over::interval, 0
from unnest(:ids::uuid[], :tenants::uuid[]) x(id, tenant)
"""


async def spread(kind: str, plugin: str, schedule: Rhythm | None) -> None:
    """Ask for the work of every tenant that does not wait for it already. Where it is cut off and called again, nobody
    gets two."""
    over = min(LONGEST, schedule.interval / 2) if isinstance(schedule, Every) else LONGEST
    after = UUID(int=0)
    while True:
        values = {"plugin": plugin, "kind": kind, "after": after, "batch": BATCH}
        tenants: list[UUID] = [row["tenant_id"] for row in await fetch(_NEXT, values, reach=Reach.SYSTEM)]
        if not tenants:
            return
        ids = [new_id() for _ in tenants]
        await execute(
            _WRITE, {"kind": kind, "over": over, "ids": ids, "tenants": tenants}, reach=Reach.SYSTEM
        )
        after = tenants[-1]

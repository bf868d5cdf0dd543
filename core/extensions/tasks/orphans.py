"""Jobs of plugins that are not there any more."""

from collections.abc import Collection
from datetime import timedelta

from core.kit.database import Reach, execute
from core.kit.jobs.faults import Fault
from core.kit.logging import get_logger
from core.pluginhost.kinds.jobs import PREFIX

log = get_logger(__name__)

AGE = timedelta(days=1)
"""So long a job waits for a worker that knows its kind: some may be newer than others, or start without plugins."""


async def park_orphans(kinds: Collection[str], *, age: timedelta = AGE) -> int:
    """Park the jobs that no plugin of this worker does, and say how many. With the plugin back they can be retried. Of
    every tenant: hence the system reach."""
    parked = await execute(
        "update jobs set state = 'parked', finished_at = now(), lease_until = null, fault = :fault, last_error ="
        " 'The plugin that does ' || kind || ' is not installed, or broken.'"
        " where state in ('ready', 'sent') and starts_with(kind, :prefix) and kind <> all(:kinds)"
        " and run_at < now() - :age::interval",
        {"fault": Fault.PLUGIN_GONE.value, "prefix": PREFIX, "kinds": list(kinds), "age": age},
        reach=Reach.SYSTEM,
    )
    if parked:
        log.warning("plugin.jobs_parked", many=parked)
    return parked

"""Handlers of plugins' jobs: whether they may run, and as whom."""

from collections.abc import Awaitable, Callable

from core.extensions.acting import ForPlugin, by_itself
from core.extensions.queries import granted_scopes
from core.extensions.service.tools import Tools
from core.extensions.tasks.deadlines import run_within
from core.extensions.tasks.spreading import SPREAD, spread
from core.extensions.tasks.telling import kind_of, tell
from core.extensions.tasks.watchdog import Watchdog, asleep
from core.kit.jobs import Claimed, Handler, of_plugins
from core.kit.logging import get_logger
from core.kit.schedules import Plan
from core.pluginhost import Host
from core.pluginhost.kinds import JOBS, SUBSCRIPTIONS
from core.pluginhost.kinds.jobs import PREFIX
from core.sdk import Job

log = get_logger(__name__)


class NotMigrated(Exception):
    """The plugin's tables wait for `./desk plugin migrate`."""


def plugin_handlers(tools: Tools, watchdog: Watchdog | None = None) -> dict[str, Handler]:
    """Who does which kind of plugins' jobs. The watchdog is for a process that does nothing else."""
    watchdog = watchdog or asleep()
    found = {
        f"{PREFIX}{key}": _of_job(tools, each.plugin, each.thing, watchdog)
        for key, each in tools.host.all_of(JOBS).items()
    }
    for each in tools.host.all_of(SUBSCRIPTIONS).values():
        kind = kind_of(each.plugin, each.thing)
        found[kind] = _guarded(tools, each.plugin, tell(each.plugin, each.thing, watchdog))
    return found


def job_kinds(host: Host) -> frozenset[str]:
    """The kinds of all jobs that this process's plugins do."""
    jobs = {f"{PREFIX}{key}" for key in host.all_of(JOBS)}
    return frozenset(
        jobs | {kind_of(each.plugin, each.thing) for each in host.all_of(SUBSCRIPTIONS).values()}
    )


def plugin_plans(host: Host) -> list[Plan]:
    """What recurs: a job of the installation, which becomes one for every tenant that has enabled the plugin."""
    return [
        Plan(f"{PREFIX}{key}", SPREAD, each.thing.schedule, {"job": key})
        for key, each in host.all_of(JOBS).items()
        if each.thing.schedule is not None
    ]


def spread_handler(host: Host) -> Handler:
    """Turns such a job into those of tenants. One of a plugin that is gone, or waits for a migration, becomes none."""

    async def handle(job: Claimed) -> None:
        key = job.payload["job"]
        found = host.all_of(JOBS).get(key)
        if found is not None and host.is_ready(found.plugin):
            await spread(f"{PREFIX}{key}", found.plugin, found.thing.schedule)

    return handle


def _of_job(tools: Tools, plugin: str, declared: Job, watchdog: Watchdog) -> Handler:
    async def work(ctx: ForPlugin, job: Claimed) -> None:
        payload = dict(job.payload)
        await run_within(
            plugin,
            job.kind,
            lambda: declared.handler(ctx, payload),
            seconds=declared.timeout,
            watchdog=watchdog,
        )

    return _guarded(tools, plugin, work)


def _guarded(tools: Tools, plugin: str, work: Callable[[ForPlugin, Claimed], Awaitable[None]]) -> Handler:
    """Runs it for tenants that have enabled the plugin; for others the job is done."""

    async def handle(job: Claimed) -> None:
        if not tools.host.is_ready(plugin):
            raise NotMigrated(f"The tables of {plugin} wait for ./desk plugin migrate {plugin}.")
        granted = await granted_scopes(job.tenant_id, plugin)
        if granted is not None:
            await work(by_itself(tools, plugin, job.tenant_id, granted), job)
        else:
            log.info("plugin.job_dropped", plugin=plugin, reason="not enabled")

    return of_plugins(handle)

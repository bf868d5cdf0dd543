"""Work that a plugin does later, or every so often."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.kit.schedules.rhythm import Cron, Every
from core.sdk.context import PluginContext

__all__ = ["Cron", "Every", "Job", "JobHandler"]

JobHandler = Callable[[PluginContext, Mapping[str, Any]], Awaitable[None]]
"""Called with the payload that was enqueued, which a schedule leaves empty."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work. It is done for one tenant at a time, at least once: a handler that died half-way is called again,
    so it begins by asking what is done already. One that raises is called again, later each time, for about half a
    day; one that raises `Rejected` is not. Then the job is parked, and the tenant sees it among its jobs.

    With a `schedule` it is also done so often for every tenant that has enabled the plugin. `timeout` is in seconds,
    300 at most; code that does not end by then is ended with the process that runs it.
    """

    name: str
    handler: JobHandler
    schedule: Every | Cron | None = None
    timeout: int = 60

"""Work that plugins do in the worker."""

import inspect
import re

from core.kit.jobs import MOST_SECONDS
from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.sdk import Cron, Every, Job

LONGEST_KIND = 60
PREFIX = "plugin."
"""What the kinds of all jobs of plugins begin with."""


def check_name(plugin: str, name: object, what: str) -> None:
    """Raises Refused for a name that makes no kind of job."""
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise Refused(f"The {what} {name!r} needs a name of lower-case letters, digits and _.")
    if len(f"{PREFIX}{plugin}.on.{name}") > LONGEST_KIND:
        raise Refused(f"The {what} {name} needs a shorter name.")


def check_handler(handler: object, what: str) -> None:
    """Raises Refused for what is no coroutine function."""
    if not inspect.iscoroutinefunction(handler):
        raise Refused(f"The handler of the {what} must be `async def`.")


def _checked(plugin: str, given: object) -> Job:
    if not isinstance(given, Job):
        raise Refused("register_jobs returns objects of Job only.")
    check_name(plugin, given.name, "job")
    check_handler(given.handler, f"job {given.name}")
    if not 1 <= given.timeout <= MOST_SECONDS:
        raise Refused(f"The timeout of the job {given.name} must be from 1 to {MOST_SECONDS} seconds.")
    if given.schedule is not None and not isinstance(given.schedule, Every | Cron):
        raise Refused(f"The schedule of the job {given.name} must be an Every or a Cron.")
    return given


JOBS = Kind("job", "register_jobs", _checked, lambda plugin, each: f"{plugin}.{each.name}", needs_tables=True)

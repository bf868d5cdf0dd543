"""The one place where a plugin's code is run and whatever it raises is caught."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.kit.logging import get_logger
from core.pluginhost.failures import Failure, Refused, Stage, failure, where
from core.pluginhost.patience import waited_for
from core.sdk import ProviderError

log = get_logger(__name__)
Result = TypeVar("Result")


class Broken(Exception):
    """A plugin's code failed; the record says how. It was logged."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.shown)
        self.failure = failure


def attempt(plugin: str, stage: Stage, code: Callable[[], Result]) -> Result:
    """What the code returns. Raises Broken, and nothing else, whatever the code raises: exits as well, and what is no
    Exception, as panics of libraries in Rust are, since a plugin ends no process. Only Ctrl-C passes."""
    try:
        with waited_for(plugin):
            return code()
    except KeyboardInterrupt:
        raise
    except Refused as error:
        told = failure(plugin, stage, error)
        log.error("plugin.failed", plugin=plugin, stage=stage.value, problem=told.problem)
        raise Broken(told) from error
    except BaseException as error:
        told = failure(plugin, stage, error)
        if stage is Stage.RUN:
            log_failure(plugin, stage.value, error)
        else:  # `plugin check` has the trace
            log.error(
                "plugin.failed", plugin=plugin, stage=stage.value, problem=told.problem, where=where(error)
            )
        raise Broken(told) from error


async def attempt_async(
    plugin: str,
    operation: str,
    code: Callable[[], Awaitable[Result]],
    *,
    expected: tuple[type[Exception], ...] = (ProviderError,),
) -> Result:
    """What a plugin's code answers. Raises what is expected as it does, and Broken for whatever else it raises; being
    cancelled passes where somebody asked for that, and is the plugin's fault where nobody did."""
    try:
        return await code()
    except expected:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | GeneratorExit) or _is_wanted(error):
            raise
        log_failure(plugin, operation, error)
        raise Broken(failure(plugin, Stage.RUN, error)) from error


def _is_wanted(error: BaseException) -> bool:
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def log_failure(plugin: str, operation: str, error: BaseException) -> None:
    """Where it was raised and what kind of thing, but not its text: that may quote a tenant's secret or content."""
    log.error(
        "plugin.failed", plugin=plugin, stage=operation, problem=type(error).__name__, where=where(error)
    )

"""The one place where a plugin's code is run and whatever it raises is caught."""

from collections.abc import Callable
from typing import TypeVar

from core.kit.logging import get_logger
from core.pluginhost.failures import Failure, Refused, Stage, failure

log = get_logger(__name__)
Result = TypeVar("Result")


class Broken(Exception):
    """A plugin's code failed; the record says how. It was logged."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.shown)
        self.failure = failure


def attempt(plugin: str, stage: Stage, code: Callable[[], Result]) -> Result:
    """What the code returns. Raises Broken, and nothing else, whatever the code raises; an exit is caught as well,
    since a plugin ends no process."""
    try:
        return code()
    except Refused as error:
        told = failure(plugin, stage, error)
        log.error("plugin.failed", plugin=plugin, stage=stage.value, problem=told.problem)
        raise Broken(told) from error
    except (Exception, SystemExit) as error:
        told = failure(plugin, stage, error)
        log.error("plugin.failed", plugin=plugin, stage=stage.value, problem=told.problem, exc_info=True)
        raise Broken(told) from error

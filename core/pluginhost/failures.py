"""What is wrong with a plugin, written down instead of raised."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from core.pluginhost.patience import TookTooLong


class Stage(StrEnum):
    """Where a plugin failed."""

    FIND = "FIND"
    IMPORT = "IMPORT"
    MANIFEST = "MANIFEST"
    API = "API"
    HOOKS = "HOOKS"
    REGISTER = "REGISTER"
    RUN = "RUN"


class Refused(Exception):
    """A plugin breaks a rule; the message says which, in our words, and names nothing secret. `shown` is what tenants
    read instead, where the message is for operators alone."""

    def __init__(self, problem: str, *, shown: str | None = None) -> None:
        super().__init__(problem)
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Failure:
    """`problem` is for operators: it may quote what the plugin's own code raised. `shown` is in our words only, for
    tenants."""

    plugin: str
    stage: Stage
    problem: str
    shown: str


def failure(plugin: str, stage: Stage, error: BaseException) -> Failure:
    """What was raised, as a record."""
    if isinstance(error, Refused):
        return Failure(plugin, stage, str(error), error.shown or str(error))
    if isinstance(error, TookTooLong):
        return Failure(plugin, stage, str(error), str(error))
    name = type(error).__name__
    return Failure(plugin, stage, _described(error), f"Its code raised {name}; the server's log says more.")


def _described(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        # The library's own text quotes what was given, which may be a secret.
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, each['loc'])) or error.title}: {each['msg']}" for each in found)
    return f"{type(error).__name__}: {error}".rstrip(": ")


class PluginsFailed(Exception):
    """The process must not start: a required plugin is not there in full, or in strict mode any is broken."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        told = [f"{each.plugin}: {each.problem}" for each in failures]
        super().__init__(f"Plugins keep the server from starting. {' '.join(told)}")

"""What is wrong with a plugin, written down instead of raised."""

import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType

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
    """`problem` and `trace` are for operators: they may quote what the plugin's own code raised. `shown` is in our
    words only, for tenants."""

    plugin: str
    stage: Stage
    problem: str
    shown: str
    trace: str = ""
    """Where it was raised, as Python tells it, from the plugin's own code on. Only of what a start found."""


def failure(plugin: str, stage: Stage, error: BaseException) -> Failure:
    """What was raised, as a record."""
    if isinstance(error, Refused):
        return Failure(plugin, stage, str(error), error.shown or str(error))
    if isinstance(error, TookTooLong):
        return Failure(plugin, stage, str(error), str(error), _trace(error))
    name = type(error).__name__
    told = f"Its code raised {name}; the server's log says more."
    trace = "" if stage is Stage.RUN else _trace(error)  # a tenant's secrets may be at hand there
    return Failure(plugin, stage, _described(error), told, trace)


def _described(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        # The library's own text quotes what was given, which may be a secret.
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, each['loc'])) or error.title}: {each['msg']}" for each in found)
    return f"{type(error).__name__}: {error}".rstrip(": ")


def where(error: BaseException) -> list[str]:
    """The last functions that it came through, for a line of the log; no values."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]


def _trace(error: BaseException) -> str:
    own = _beyond_the_host(error.__traceback__)
    shown = traceback.TracebackException(type(error), error, own)
    if isinstance(error, ValidationError):
        return "".join(shown.stack.format())
    return "".join(shown.format())


def _beyond_the_host(found: TracebackType | None) -> TracebackType | None:
    """Without the frames of whoever loaded it: this package's, and Python's that import. All, where those are all."""
    left = found
    while left is not None:
        name = left.tb_frame.f_code.co_filename
        if not name.startswith("<frozen ") and Path(__file__).parent not in Path(name).parents:
            return left
        left = left.tb_next
    return found


class PluginsFailed(Exception):
    """The process must not start: a required plugin is not there in full, or in strict mode any is broken."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        told = [f"{each.plugin}: {each.problem}" for each in failures]
        super().__init__(f"Plugins keep the server from starting. {' '.join(told)}")

"""What came of loading: every plugin that was found, in which state, and what those that work bring along."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.pluginhost.failures import Failure, PluginsFailed
from core.pluginhost.kinds import MODELS, Kind
from core.pluginhost.options import PluginOptions
from core.sdk import Models, Plugin, PluginManifest

Thing = TypeVar("Thing")


class PluginState(StrEnum):
    """How far a plugin came in this process."""

    LOADED = "LOADED"
    DEGRADED = "DEGRADED"
    NEEDS_MIGRATION = "NEEDS_MIGRATION"
    FAILED = "FAILED"
    OFF = "OFF"


@dataclass(slots=True)
class Installed:
    """A plugin that was found. `seconds` is what finding and calling it took of the start."""

    name: str
    origin: str
    state: PluginState
    manifest: PluginManifest | None = None
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What keeps nothing from working, for authors to look at."""
    seconds: float = 0.0

    @property
    def is_there(self) -> bool:
        """Whether it is the one that works, in part at least: of two with one name, the other one failed."""
        return self.state not in (PluginState.FAILED, PluginState.OFF)


@dataclass(frozen=True, slots=True)
class Brought(Generic[Thing]):
    """A thing and the plugin that it is of."""

    plugin: str
    thing: Thing


@dataclass(frozen=True, slots=True)
class Host:
    """The plugins of this process. After the start nothing changes but whose tables wait for a migration."""

    installed: tuple[Installed, ...] = ()
    plugins: Mapping[str, Plugin] = field(default_factory=dict)
    """Those that work, by name."""
    brought: Mapping[str, Mapping[str, Brought[Any]]] = field(default_factory=dict)
    """What they bring along, by the name of its kind and its own."""
    options: PluginOptions = field(default_factory=PluginOptions)

    def all_of(self, kind: Kind[Thing]) -> Mapping[str, Brought[Thing]]:
        """Everything of a kind, by name."""
        return self.brought.get(kind.name, {})

    def brought_by(self, plugin: str, kind: Kind[Thing]) -> list[Thing]:
        """What one plugin brings along of a kind."""
        return [each.thing for each in self.all_of(kind).values() if each.plugin == plugin]

    @property
    def tables(self) -> Mapping[str, Models]:
        """Where the tables of each plugin are declared that has any."""
        return {each.plugin: each.thing for each in self.all_of(MODELS).values()}

    def note_pending(self, pending: Collection[str]) -> None:
        """Only these wait for a migration now."""
        for each in self.installed:
            if each.is_there:
                loaded = PluginState.DEGRADED if each.failures else PluginState.LOADED
                each.state = PluginState.NEEDS_MIGRATION if each.name in pending else loaded

    @property
    def waiting(self) -> frozenset[str]:
        """Those that wait for a migration."""
        return frozenset(each.name for each in self.installed if each.state is PluginState.NEEDS_MIGRATION)

    def is_ready(self, plugin: str) -> bool:
        """Whether this process has the plugin, and the database its tables."""
        return plugin in self.plugins and plugin not in self.waiting

    def check(self) -> None:
        """Raises PluginsFailed for what must not be wrong as the options have it. A second one of a name that is
        required keeps nothing from starting: the first is there."""
        fatal = [
            failure
            for each in self.installed
            for failure in each.failures
            if self.options.strict or (each.name in self.options.required and not self._is_spare(each))
        ]
        if fatal:
            raise PluginsFailed(fatal)

    def _is_spare(self, each: Installed) -> bool:
        return each.name in self.plugins and not each.is_there

    def record(self, failures: Iterable[Failure]) -> None:
        """Note what turned out to be wrong with plugins after they were loaded. Raises PluginsFailed."""
        for failure in failures:
            for each in self.installed:
                if each.name == failure.plugin and each.is_there:
                    each.failures.append(failure)
                    if each.state is PluginState.LOADED:
                        each.state = PluginState.DEGRADED
        self.check()

    def __iter__(self) -> Iterator[Installed]:
        return iter(self.installed)

    @property
    def failures(self) -> list[Failure]:
        """Everything that went wrong."""
        return [failure for each in self.installed for failure in each.failures]

    @property
    def is_degraded(self) -> bool:
        """Whether something that was to be loaded is not there in full."""
        return bool(self.failures or self.waiting)

"""Loads plugins, one after the other, each apart from the others."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pluggy

from core.kit.logging import get_logger
from core.pluginhost.checking import check_api, check_hooks, manifest_of
from core.pluginhost.claims import Claims
from core.pluginhost.failures import Refused, Stage, failure
from core.pluginhost.finding import Candidate, candidates
from core.pluginhost.host import Brought, Host, Installed, PluginState
from core.pluginhost.isolation import Broken, attempt
from core.pluginhost.kinds import EVENTS, KINDS, MODELS, Kind
from core.pluginhost.locales import add_words
from core.pluginhost.options import PluginOptions
from core.sdk import Plugin
from core.sdk.plugin import PROJECT

log = get_logger(__name__)

SLOW_SECONDS = 1.0
"""What takes longer to load is logged: everybody's start waits for it."""


def load_plugins(
    options: PluginOptions,
    *,
    taken: Mapping[str, Iterable[str]] | None = None,
    found: Sequence[Candidate] | None = None,
) -> Host:
    """Find and load what the options want; or, of those that are `found` already, what they want. `taken` are the
    names, by kind, that the product has itself. Raises PluginsFailed where the options say so; whatever else is wrong
    with a plugin is recorded."""
    loader = _Loader(options, Claims(taken))
    for candidate in candidates(options.path) if found is None else found:
        loader.load(candidate)
    for name in sorted(options.required - {each.name for each in loader.installed}):
        loader.lacks(name)
    if taken is not None and EVENTS.name in taken:
        loader.check_awaited(set(taken[EVENTS.name]))
    host = loader.host()
    host.check()
    return host


class _Loader:
    """Gathers a host. What a plugin brings along counts only once all of it was checked."""

    def __init__(self, options: PluginOptions, claims: Claims) -> None:
        self.options = options
        self.claims = claims
        self.installed: list[Installed] = []
        self.plugins: dict[str, Plugin] = {}
        self.brought: dict[str, dict[str, Brought[Any]]] = {kind.name: {} for kind in KINDS}

    def host(self) -> Host:
        return Host(tuple(self.installed), self.plugins, self.brought, self.options)

    def lacks(self, name: str) -> None:
        """A required plugin was not found."""
        told = failure(name, Stage.FIND, Refused("It is required, and no package or file brings it."))
        self.installed.append(Installed(name, "nowhere", PluginState.FAILED, failures=[told]))

    def check_awaited(self, known: set[str]) -> None:
        """Drop what waits for events that nothing tells: an author's slip, or another plugin that is not here. What
        waits for any of several stays for those that are told."""
        known |= self.brought[EVENTS.name].keys()
        for kind in KINDS:
            for key, each in list(self.brought[kind.name].items()):
                awaited = kind.awaits(each.thing)
                unknown = [type for type in awaited if type not in known]
                if not unknown:
                    continue
                told = (
                    f"The {kind.name} {each.thing.name} waits for {', '.join(unknown)}, which nothing tells"
                )
                if kind.awaits_any and len(unknown) < len(awaited):
                    self._record_of(each.plugin).notes.append(f"{told}; it stays for the others.")
                else:
                    del self.brought[kind.name][key]
                    self._drop(each.plugin, f"{told}.")

    def _record_of(self, plugin: str) -> Installed:
        return next(one for one in self.installed if one.name == plugin)

    def _drop(self, plugin: str, problem: str) -> None:
        """A part of what the plugin brought is not taken after all."""
        record = self._record_of(plugin)
        record.failures.append(failure(plugin, Stage.REGISTER, Refused(problem)))
        record.state = PluginState.DEGRADED
        log.error("plugin.failed", plugin=plugin, stage=Stage.REGISTER.value, problem=problem)

    def load(self, candidate: Candidate) -> None:
        """Load one, or record why not."""
        record = Installed(candidate.name, candidate.origin, PluginState.OFF)
        self.installed.append(record)
        if not self.options.wants(candidate.name):
            return
        began = time.perf_counter()
        try:
            hooks = self._hooks_of(candidate, record)
        except Broken as broken:
            record.failures.append(broken.failure)
            record.state = PluginState.FAILED
        else:
            self._call_hooks(hooks, record)
            self._add_words(record)
            record.state = PluginState.DEGRADED if record.failures else PluginState.LOADED
        record.seconds = time.perf_counter() - began
        if record.seconds > SLOW_SECONDS:
            log.warning("plugin.slow", plugin=record.name, seconds=round(record.seconds, 1))

    def _hooks_of(self, candidate: Candidate, record: Installed) -> pluggy.HookRelay:
        """The plugin's hooks. Raises Broken."""
        name = candidate.name
        # Claimed whatever comes of it: a second one of this name must not stand in for a first that failed.
        attempt(name, Stage.FIND, lambda: self._take_name(candidate))
        kind: Any = attempt(name, Stage.IMPORT, candidate.load)
        manifest = attempt(name, Stage.MANIFEST, lambda: manifest_of(kind, name))
        record.manifest = manifest
        attempt(name, Stage.API, lambda: check_api(manifest))
        attempt(name, Stage.HOOKS, lambda: check_hooks(kind))
        return attempt(name, Stage.HOOKS, lambda: self._registered(kind(), name))

    def _take_name(self, candidate: Candidate) -> None:
        try:
            self.claims.take("name", [candidate.name], candidate.origin)
        except Refused as error:  # which says where on the server both lie
            raise Refused(str(error), shown="Another plugin has this name.") from None

    def _registered(self, plugin: Plugin, name: str) -> pluggy.HookRelay:
        # Each in a register of its own: one whose hooks take other arguments would be left half registered.
        register = pluggy.PluginManager(PROJECT)
        register.add_hookspecs(Plugin)
        register.register(plugin, name)
        self.plugins[name] = plugin
        return register.hook

    def _call_hooks(self, hooks: pluggy.HookRelay, record: Installed) -> None:
        """Take what the plugin brings along. Where a hook fails, what it would bring is dropped and the rest stays; but
        without its tables, what may work with them is dropped, too."""
        has_tables = True
        for kind in KINDS:
            if kind.needs_tables and not has_tables:
                continue
            for each in getattr(hooks, kind.hook).get_hookimpls():
                is_good = self._call(each.function, kind, record)
                has_tables = has_tables and (is_good or kind is not MODELS)

    def _add_words(self, record: Installed) -> None:
        plugin = self.plugins[record.name]
        try:
            attempt(record.name, Stage.REGISTER, lambda: add_words(plugin))
        except Broken as broken:
            record.failures.append(broken.failure)

    def _call(self, function: Callable[[], Any], kind: Kind[Any], record: Installed) -> bool:
        try:
            attempt(record.name, Stage.REGISTER, lambda: self._take(record.name, kind, function()))
        except Broken as broken:
            record.failures.append(broken.failure)
            return False
        return True

    def _take(self, plugin: str, kind: Kind[Any], returned: Any) -> None:
        """All of it or nothing."""
        given = kind.read(plugin, returned)
        for what, names in kind.claims(given).items():
            self.claims.take(what, names, plugin)
        self.brought[kind.name] |= {key: Brought(plugin, thing) for key, thing in given}

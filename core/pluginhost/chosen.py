"""What the operator chooses for a whole installation: one thing of a kind, with its configuration."""

from collections.abc import Mapping
from typing import Any, TypeVar

from core.pluginhost.configs import ConfigInvalid, validated
from core.pluginhost.failures import PluginsFailed, Refused, Stage, failure
from core.pluginhost.host import Host
from core.pluginhost.isolation import Broken, attempt
from core.pluginhost.kinds import Kind

Thing = TypeVar("Thing")


def chosen(host: Host, kind: Kind[type[Thing]], key: str, given: Mapping[str, Any]) -> Thing:
    """The thing, made of its configuration. Raises PluginsFailed where nothing of this name was loaded, the
    configuration is wrong, or its code fails."""
    found = host.all_of(kind).get(key)
    if found is None:
        known = ", ".join(sorted(host.all_of(kind))) or "none"
        raise _refused(key, f"There is no {kind.name} {key}; those loaded are: {known}.")
    cls: Any = found.thing
    try:
        config = attempt(found.plugin, Stage.RUN, lambda: validated(cls.Config, dict(given)))
        made: Thing = attempt(found.plugin, Stage.RUN, lambda: cls(config))
    except Broken as broken:
        if isinstance(broken.__cause__, ConfigInvalid):
            raise _refused(key, f"Its configuration is wrong: {broken.__cause__}.") from None
        raise PluginsFailed([broken.failure]) from broken
    return made


def _refused(key: str, problem: str) -> PluginsFailed:
    return PluginsFailed([failure(key, Stage.RUN, Refused(problem))])

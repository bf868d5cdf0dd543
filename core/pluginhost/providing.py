"""What of the plugins of a host can be configured."""

from collections.abc import Iterator
from typing import Any

from core.pluginhost.host import Host
from core.pluginhost.kinds import PROVIDERS
from core.sdk import Provider


def find_provider(host: Host, plugin: str, name: str) -> tuple[str, type[Provider[Any]]] | None:
    """The name of its kind, and the provider."""
    for kind in PROVIDERS:
        found = host.all_of(kind).get(f"{plugin}.{name}")
        if found is not None:
            return kind.name, found.thing
    return None


def providers_of(host: Host, plugin: str) -> Iterator[tuple[str, type[Provider[Any]]]]:
    """All that a plugin has, each after the name of its kind."""
    for kind in PROVIDERS:
        yield from ((kind.name, each) for each in host.brought_by(plugin, kind))

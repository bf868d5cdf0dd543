"""What must be true of a plugin before any of its hooks is called."""

import re

from core.pluginhost.configs import check_config
from core.pluginhost.failures import Refused
from core.sdk import API_VERSION, Integration, Plugin, PluginManifest
from core.sdk.plugin import PROJECT

_SPEC, _IMPL = f"{PROJECT}_spec", f"{PROJECT}_impl"

HOOKS = frozenset(name for name, each in vars(Plugin).items() if hasattr(each, _SPEC))
"""The names of all hooks."""


def manifest_of(found: object, name: str) -> PluginManifest:
    """The manifest of what was found under this name. Raises Refused."""
    if not isinstance(found, type) or not issubclass(found, Plugin):
        raise Refused("This is no subclass of core.sdk.Plugin.")
    manifest = getattr(found, "manifest", None)
    if not isinstance(manifest, PluginManifest):
        raise Refused("The class has no `manifest = PluginManifest(…)`.")
    if manifest.name != name:
        raise Refused(
            f"It was found as {name}, but its manifest says {manifest.name}; the two must be the same."
        )
    return manifest


def check_api(manifest: PluginManifest) -> None:
    """Raises Refused when the plugin was made for another API."""
    if not manifest.works_with(API_VERSION):
        raise Refused(f"It works with the API {manifest.api}; this is {API_VERSION}.")


def check_hooks(plugin: type[Plugin]) -> None:
    """Raises Refused for a mark without a hook, and for a hook without its mark: both would be ignored silently."""
    for name in dir(plugin):
        each = getattr(plugin, name)
        is_marked = hasattr(each, _IMPL)
        if is_marked and name not in HOOKS:
            raise Refused(f"There is no hook {name}; the hooks are {', '.join(sorted(HOOKS))}.")
        if name in HOOKS and not is_marked and each is not getattr(Plugin, name):
            raise Refused(f"{name} overrides a hook without @hookimpl; mark it.")


def check_integration(found: object) -> None:
    """Raises Refused for what cannot be configured."""
    if not isinstance(found, type) or not issubclass(found, Integration):
        raise Refused("register_integrations returns subclasses of Integration only.")
    name = getattr(found, "name", "")
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name) or not getattr(found, "title", ""):
        raise Refused(
            f"{found.__name__} needs a title, and a name of 3 to 40 lower-case letters, digits and _."
        )
    check_config(getattr(found, "Config", None))

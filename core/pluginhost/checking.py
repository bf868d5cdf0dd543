"""What must be true of a plugin before any of its hooks is called."""

from core.pluginhost.failures import Refused
from core.sdk import API_VERSION, Plugin, PluginManifest
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

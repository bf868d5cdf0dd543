"""Hosts of plugins that a test names, beside whatever is installed."""

from collections.abc import Sequence

from core.pluginhost import Host, PluginOptions, load_plugins
from core.pluginhost.finding import Candidate, candidates
from core.runtime import TAKEN, declared, plugin_options
from core.sdk import Plugin, PluginManifest
from settings import Settings


def host_of(plugins: Sequence[type[Plugin]]) -> Host:
    """These plugins and no others, loaded as they would be at a start. What is wrong is recorded."""
    found = [_candidate(each) for each in plugins]
    return load_plugins(PluginOptions(), taken=TAKEN, found=found)


def host_with(plugins: Sequence[type[Plugin]], settings: Settings) -> Host:
    """What the settings want of what is installed, and these plugins: in place of installed ones of their names."""
    options = plugin_options(settings)
    named = [_candidate(each) for each in plugins]
    names = {each.name for each in named}
    found = [*named, *(each for each in candidates(options.path) if each.name not in names)]
    return declared(load_plugins(options, taken=TAKEN, found=found))


def name_of(plugin: type[Plugin]) -> str:
    """By which name it is found; of one without a manifest that of its class."""
    manifest = getattr(plugin, "manifest", None)
    return manifest.name if isinstance(manifest, PluginManifest) else plugin.__name__


def _candidate(plugin: type[Plugin]) -> Candidate:
    return Candidate(name_of(plugin), f"the class {plugin.__qualname__}", lambda: plugin)

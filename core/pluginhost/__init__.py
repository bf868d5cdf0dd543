"""Owns plugins as a process has them: finding, loading, and keeping one that is broken from harming the others. Not:
which tenants use them."""

from core.pluginhost.failures import Failure, PluginsFailed, Stage
from core.pluginhost.host import Host, Installed, PluginState
from core.pluginhost.loading import load_plugins
from core.pluginhost.options import PluginOptions

__all__ = [
    "Failure",
    "Host",
    "Installed",
    "PluginOptions",
    "PluginState",
    "PluginsFailed",
    "Stage",
    "load_plugins",
]

"""What plugins are made of: all that a plugin may import. Public, and versioned by `API_VERSION`."""

from core.sdk.manifest import PluginManifest
from core.sdk.permission import Permission
from core.sdk.plugin import Plugin, hookimpl
from core.sdk.version import API_VERSION

__all__ = ["API_VERSION", "Permission", "Plugin", "PluginManifest", "hookimpl"]

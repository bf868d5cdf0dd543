"""What plugins are made of: all that a plugin may import. Public, and versioned by `API_VERSION`."""

from core.sdk.context import HttpAnswer, HttpClient, TenantContext
from core.sdk.errors import AuthFailed, ProviderError, Rejected, Unreachable
from core.sdk.manifest import PluginManifest
from core.sdk.permission import Permission
from core.sdk.plugin import Plugin, hookimpl
from core.sdk.provider import Integration, PluginConfig, Provider
from core.sdk.version import API_VERSION

__all__ = [
    "API_VERSION", "AuthFailed", "HttpAnswer", "HttpClient", "Integration", "Permission", "Plugin", "PluginConfig",
    "PluginManifest", "Provider", "ProviderError", "Rejected", "TenantContext", "Unreachable", "hookimpl",
]  # fmt: skip

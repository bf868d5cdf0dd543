"""What a plugin's code is given when it works for a tenant: `PluginContext` of the SDK, made of what the domains
offer."""

from core.extensions.acting.context import ForPlugin, by_itself, of_nobody

__all__ = ["ForPlugin", "by_itself", "of_nobody"]

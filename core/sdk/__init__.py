"""What plugins are made of: all that a plugin may import. Public, and versioned by `API_VERSION`."""

from core.sdk.context import Connected, HttpAnswer, HttpClient, PluginContext, TenantContext, Ticket
from core.sdk.errors import AuthFailed, NotGranted, ProviderError, Rejected, Retry, Unreachable
from core.sdk.events import Event, EventType, Subscription
from core.sdk.jobs import Cron, Every, Job
from core.sdk.manifest import PluginManifest
from core.sdk.notifying import Delivery, NotificationMedium, Recipient, Rendered
from core.sdk.permission import Permission
from core.sdk.plugin import Plugin, hookimpl
from core.sdk.provider import Integration, PluginConfig, Provider
from core.sdk.routes import Call, HttpRequest, Reply, Route
from core.sdk.scopes import SCOPES
from core.sdk.sso import Credentials, Identity, SSOProvider
from core.sdk.table_modules import Models
from core.sdk.version import API_VERSION

__all__ = [
    "API_VERSION", "SCOPES", "AuthFailed", "Call", "Connected", "Credentials", "Cron", "Delivery", "Event", "EventType",
    "Every", "HttpAnswer", "HttpClient", "HttpRequest", "Identity", "Integration", "Job", "Models", "NotGranted",
    "NotificationMedium", "Permission", "Plugin", "PluginConfig", "PluginContext", "PluginManifest", "Provider",
    "ProviderError", "Recipient", "Rejected", "Rendered", "Reply", "Retry", "Route", "SSOProvider", "Subscription",
    "TenantContext", "Ticket", "Unreachable", "hookimpl",
]  # fmt: skip

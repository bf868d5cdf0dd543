"""All kinds of things that plugins bring along. A new one is a file here, a hook of `core.sdk.Plugin`, and a place that
uses it."""

from typing import Any

from core.pluginhost.kinds.actions import ACTIONS
from core.pluginhost.kinds.conditions import CONDITIONS
from core.pluginhost.kinds.events import EVENTS, SUBSCRIPTIONS
from core.pluginhost.kinds.graphql import GRAPHQL
from core.pluginhost.kinds.integrations import INTEGRATIONS
from core.pluginhost.kinds.jobs import JOBS
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.models import MODELS
from core.pluginhost.kinds.notification_media import NOTIFICATION_MEDIA
from core.pluginhost.kinds.permissions import PERMISSIONS
from core.pluginhost.kinds.routes import ROUTES
from core.pluginhost.kinds.sso import SSO
from core.pluginhost.kinds.storage import STORAGE

KINDS: tuple[Kind[Any], ...] = (
    PERMISSIONS, INTEGRATIONS, SSO, NOTIFICATION_MEDIA, MODELS, GRAPHQL, STORAGE, JOBS, ROUTES, EVENTS, SUBSCRIPTIONS,
    CONDITIONS, ACTIONS,
)  # fmt: skip
"""In the order in which a plugin's hooks are called."""
PROVIDERS: tuple[Kind[Any], ...] = (INTEGRATIONS, SSO, NOTIFICATION_MEDIA)
"""The kinds that tenants configure."""

__all__ = [
    "ACTIONS", "CONDITIONS", "EVENTS", "GRAPHQL", "INTEGRATIONS", "JOBS", "KINDS",
    "MODELS", "NOTIFICATION_MEDIA", "PERMISSIONS", "PROVIDERS",
    "ROUTES", "SSO", "STORAGE", "SUBSCRIPTIONS", "Kind",
]  # fmt: skip

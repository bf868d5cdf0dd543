"""All kinds of things that plugins bring along. A new one is a file here, a hook of `core.sdk.Plugin`, and a place that
uses it."""

from typing import Any

from core.pluginhost.kinds.graphql import GRAPHQL
from core.pluginhost.kinds.integrations import INTEGRATIONS
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.permissions import PERMISSIONS
from core.pluginhost.kinds.storage import STORAGE

KINDS: tuple[Kind[Any], ...] = (PERMISSIONS, INTEGRATIONS, GRAPHQL, STORAGE)
"""In the order in which a plugin's hooks are called."""

__all__ = ["GRAPHQL", "INTEGRATIONS", "KINDS", "PERMISSIONS", "STORAGE", "Kind"]

"""Plugins in the API."""

from core.extensions.graphql.mutations import PluginMutation
from core.extensions.graphql.query import PluginQuery
from core.extensions.graphql.types import PluginInstance

__all__ = ["PluginInstance", "PluginMutation", "PluginQuery"]

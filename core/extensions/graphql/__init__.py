"""Plugins in the API."""

from core.extensions.graphql.query import PluginQuery

__all__ = ["PluginQuery"]

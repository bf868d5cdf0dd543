"""Exports and imports in the API."""

from core.exchange.graphql.exports import ExportMutation
from core.exchange.graphql.imports import Import, ImportMutation, ImportQuery

__all__ = ["ExportMutation", "Import", "ImportMutation", "ImportQuery"]

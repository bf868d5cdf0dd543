"""Keeping words: of what events tell of, and of everything."""

from core.search.service.filling import Filled, empty, fill, left
from core.search.service.following import INDEX, WHERE, index_events

__all__ = ["INDEX", "WHERE", "Filled", "empty", "fill", "index_events", "left"]

"""Search in the API: hits of every type in one list, and a filter of tickets."""

from core.search.graphql import filters as _filters  # attaches what it declares
from core.search.graphql.query import SearchQuery
from core.search.graphql.types import HIT_TYPES

__all__ = ["HIT_TYPES", "SearchQuery", "_filters"]

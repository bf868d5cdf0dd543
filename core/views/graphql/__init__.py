"""Views in the API: lists of views, their tickets and counts, mutations."""

from core.views.graphql.mutations import ViewMutation
from core.views.graphql.types import ConditionField, View, ViewQuery, ViewSortKey

__all__ = ["ConditionField", "View", "ViewMutation", "ViewQuery", "ViewSortKey"]

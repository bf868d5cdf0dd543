"""Writes of views."""

from core.views.service import referring as _referring  # says which fields views use
from core.views.service.changing import NewView, ViewPatch, create_view, delete_view, update_view
from core.views.service.moving import move_views
from core.views.service.planting import NewSharedView, system_rows, view_row

__all__ = [
    "NewSharedView", "NewView", "ViewPatch", "_referring", "create_view", "delete_view", "move_views", "system_rows",
    "update_view", "view_row",
]  # fmt: skip

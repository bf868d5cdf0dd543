"""Sight of imports."""

from core.kit.context import Viewer


def import_sight(viewer: Viewer, t: str) -> str:
    """Staff see their own imports, and with the right to read jobs everybody's."""
    if not viewer.is_staff:
        return "false"
    return "true" if viewer.may("job.read") else f"{t}.user_id = :me"

"""The fixed words of views."""

from enum import StrEnum


class ViewVisibility(StrEnum):
    """Who sees a view."""

    EVERYBODY = "EVERYBODY"
    STAFF = "STAFF"
    CHOSEN = "CHOSEN"
    PRIVATE = "PRIVATE"

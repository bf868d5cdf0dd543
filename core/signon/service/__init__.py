"""Writes of sign-in by somebody else's word, one function for each use case."""

from core.signon.service.entering import enter, way_out
from core.signon.service.managing import (
    ConnectionPatch,
    NewConnection,
    create_connection,
    delete_connection,
    update_connection,
)

__all__ = [
    "ConnectionPatch", "NewConnection", "create_connection", "delete_connection", "enter", "update_connection",
    "way_out",
]  # fmt: skip

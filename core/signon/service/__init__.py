"""Writes of sign-in by somebody else's word, one function for each use case."""

from core.signon.service.entering import enter, way_out
from core.signon.service.managing import (
    MethodPatch,
    NewMethod,
    create_method,
    delete_method,
    update_method,
)

__all__ = [
    "MethodPatch", "NewMethod", "create_method", "delete_method", "enter", "update_method",
    "way_out",
]  # fmt: skip

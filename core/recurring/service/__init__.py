"""Writes of recurring tickets, and their opening."""

from core.recurring.service import referring as _referring  # says which fields recurring tickets fill
from core.recurring.service.changing import (
    NewRecurringTicket,
    RecurringTicketPatch,
    create_recurring,
    delete_recurring,
    update_recurring,
)
from core.recurring.service.opening import KIND, open_due

__all__ = [
    "KIND", "NewRecurringTicket", "RecurringTicketPatch", "_referring", "create_recurring", "delete_recurring",
    "open_due", "update_recurring",
]  # fmt: skip

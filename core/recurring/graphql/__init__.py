"""Recurring tickets in the API."""

from core.recurring.graphql.mutations import RecurringTicketMutation
from core.recurring.graphql.types import RecurringTicket, RecurringTicketQuery

__all__ = ["RecurringTicket", "RecurringTicketMutation", "RecurringTicketQuery"]

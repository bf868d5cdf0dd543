"""Tickets in the API: types, lists, mutations."""

from core.tickets.graphql.audit import AuditEvent, AuditQuery
from core.tickets.graphql.bulk import TicketBulkMutation
from core.tickets.graphql.events import EVENT_TYPES, Event
from core.tickets.graphql.moving import MoveMutation
from core.tickets.graphql.mutations import TicketMutation
from core.tickets.graphql.query import TicketQuery
from core.tickets.graphql.settings import TicketSettings, TicketSettingsMutation, TicketSettingsQuery
from core.tickets.graphql.subscriptions import EventQuery, TicketSubscription
from core.tickets.graphql.suspending import SuspendMutation
from core.tickets.graphql.types import Assignment, Message, Status, Tag, Ticket, TicketEvent, Watch
from core.tickets.graphql.vocabulary import VocabularyMutation
from core.tickets.graphql.watching import WatchMutation

__all__ = [
    "EVENT_TYPES", "Assignment", "AuditEvent", "AuditQuery", "Event", "EventQuery", "Message", "MoveMutation", "Status",
    "SuspendMutation", "Tag", "Ticket", "TicketBulkMutation", "TicketEvent", "TicketMutation", "TicketQuery",
    "TicketSettings", "TicketSettingsMutation", "TicketSettingsQuery", "TicketSubscription", "VocabularyMutation",
    "Watch", "WatchMutation",
]  # fmt: skip

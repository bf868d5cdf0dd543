"""Tickets in the API: types, lists, mutations."""

from core.tickets.graphql import conditions as _conditions  # declares what tickets may be tested by
from core.tickets.graphql.audit import AuditEvent, AuditQuery
from core.tickets.graphql.bulk import TicketBulkMutation, TicketSelection
from core.tickets.graphql.canned import CannedReply, CannedReplyMutation, CannedReplyQuery
from core.tickets.graphql.event_types import EventTypeQuery
from core.tickets.graphql.events import EVENT_TYPES, Event
from core.tickets.graphql.joining import JoinMutation
from core.tickets.graphql.moving import MoveMutation
from core.tickets.graphql.mutations import TicketMutation
from core.tickets.graphql.query import TicketQuery
from core.tickets.graphql.resources import ResourceMutation
from core.tickets.graphql.scheme import StatusScheme, StatusSchemeMutation, StatusSchemeQuery
from core.tickets.graphql.settings import TicketSettings, TicketSettingsMutation, TicketSettingsQuery
from core.tickets.graphql.subscriptions import EventQuery, TicketSubscription
from core.tickets.graphql.suspending import SuspendMutation
from core.tickets.graphql.types import (
    Assignment,
    Message,
    Status,
    Tag,
    Ticket,
    TicketEvent,
    TicketLink,
    Watch,
)
from core.tickets.graphql.vocabulary import VocabularyMutation
from core.tickets.graphql.watching import WatchMutation

__all__ = [
    "EVENT_TYPES", "Assignment", "AuditEvent", "AuditQuery", "CannedReply", "CannedReplyMutation",
    "CannedReplyQuery", "Event", "EventQuery", "EventTypeQuery", "JoinMutation", "Message", "MoveMutation",
    "ResourceMutation", "Status", "StatusScheme", "StatusSchemeMutation", "StatusSchemeQuery",
    "SuspendMutation", "Tag", "Ticket", "TicketBulkMutation", "TicketEvent", "TicketLink", "TicketMutation",
    "TicketQuery", "TicketSelection", "TicketSettings", "TicketSettingsMutation", "TicketSettingsQuery",
    "TicketSubscription", "VocabularyMutation", "Watch", "WatchMutation", "_conditions",
]  # fmt: skip

"""Presence in the API: who is on a ticket, and saying so oneself."""

from core.presence.graphql.mutations import PresenceMutation
from core.presence.graphql.types import TicketPresence

__all__ = ["PresenceMutation", "TicketPresence"]

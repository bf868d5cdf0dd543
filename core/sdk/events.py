"""What happens, as plugins tell of it and hear of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.sdk.context import PluginContext


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of the plugin's own, as in `fleet.car_sent`: the plugin's name, a full stop, what happened. Such events
    stand in a ticket's timeline for staff, and go to webhooks that ask for them."""

    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a row of the tenant. The same one may come twice: `id` tells. It holds no content;
    what became of `subject_id` is read where it is needed."""

    id: UUID
    type: str
    occurred_at: datetime
    subject_type: str
    """As in `ticket`."""
    subject_id: UUID
    changed: frozenset[str]
    """The names of what changed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Call the handler for events of these types, after the commit, in the worker, at least once each. Of a tenant they
    come in order, unless one fails: that is tried again later, as a job is, and the others go on."""

    name: str
    events: tuple[str, ...]
    handler: Callable[[PluginContext, Event], Awaitable[None]]

"""What a rule may look at: a ticket as it stood at one moment, and the act that the rule is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from core.sdk.rules.plain import FrozenDict

CustomValue: TypeAlias = str | int | float | bool | tuple[str, ...]
"""A text, also for links, days (`2026-11-23`), times (`08:30:00`) and instants (`2026-11-23T08:30:00Z`); a number; yes
or no; or the keys of the chosen options, of a cascade from its root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSnapshot:
    """A ticket as it stood at one moment: all that conditions of views and lists know of it, but for what depends on
    who asks. Plain data; keys are those that `PluginContext` takes, and instants have a zone."""

    id: UUID
    number: int
    title: str = field(repr=False)
    """At most 200 characters."""
    state: str
    """ACTIVE, SUSPENDED or DELETED."""
    status_id: UUID
    status_category: str
    """What the status means: NEW, OPEN, PENDING, SOLVED or CLOSED."""
    requester_id: UUID
    """Whom it serves."""
    creator_id: UUID
    """Who opened it."""
    source: str
    """What it came by: API, WEB, EMAIL, PHONE, SMS, CHAT, WECHAT, WEIBO or SCHEDULE."""
    created_at: datetime
    updated_at: datetime
    initiator_id: UUID | None = None
    """Who raised it."""
    assignee_id: UUID | None = None
    group_id: UUID | None = None
    organization_id: UUID | None = None
    form_id: UUID | None = None
    priority_id: UUID | None = None
    type_id: UUID | None = None
    nature_id: UUID | None = None
    category_id: UUID | None = None
    """An option of the helpdesk's, as priority, type and nature are; `status_category` is another thing."""
    disposition: str | None = None
    """What a solved one came to, where that is not the usual: INVALID or MERGED."""
    suspend_reason: str | None = None
    """Of a suspended one: SPAM, AUTOMATED, OFF_TOPIC, INCOMPLETE or OTHER."""
    external_id: str | None = None
    due_at: datetime | None = None
    callback_at: datetime | None = None
    last_customer_at: datetime | None = None
    """When a customer last wrote."""
    last_agent_at: datetime | None = None
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    suspended_at: datetime | None = None
    deleted_at: datetime | None = None
    tag_ids: frozenset[UUID] = frozenset()
    watcher_ids: frozenset[UUID] = frozenset()
    """Who follows it or is copied in."""
    custom: Mapping[str, CustomValue] = field(default_factory=dict, repr=False)
    """Values of the helpdesk's own fields, by their keys. What is empty is not there. It is a dict that cannot be
    changed: others look at the same ticket."""
    before: "TicketSnapshot | None" = field(default=None, repr=False)
    """As it stood before the act, itself without a `before`. None for a new one, and where nothing but time passed."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "custom", FrozenDict(self.custom))

    def changes(self) -> frozenset[str]:
        """Names of members that are not as they were `before`. None are where there is no `before`."""
        if self.before is None:
            return frozenset()
        names = (each.name for each in fields(self) if each.name != "before")
        return frozenset(name for name in names if getattr(self, name) != getattr(self.before, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMessage:
    """What was said on the ticket in the act itself."""

    text: str = field(repr=False)
    """Plain, at most 200,000 characters; empty where there are attachments alone."""
    is_public: bool
    """Whether the customer reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act upon a ticket, with all that it did. Whatever rules make of it belongs to the same act."""

    types: frozenset[str]
    """What happened, as in `ticket.updated` and `message.added`: the types of its events. Empty where nothing did, and
    a rule is asked because time passed."""
    occurred_at: datetime
    """What time it is to the rule."""
    side: Literal["AGENT", "CUSTOMER", "SYSTEM"] = "SYSTEM"
    """Who acts: the desk, a customer, or the product by itself."""
    actor_id: UUID | None = None
    """None for the product itself."""
    message: StepMessage | None = None

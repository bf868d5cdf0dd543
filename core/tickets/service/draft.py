"""A ticket on its way to being written: as it was, as it will be, and what comes with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database.sql import Row
from core.kit.events import Happening
from core.tickets.states import DONE, AssignmentHow, Sender, StatusCategory, Visibility

WRITTEN = (
    "title", "state", "status_id", "status_at", "status_category", "priority_id", "priority_position", "type_id",
    "nature_id", "category_id", "requester_id", "initiator_id", "group_id", "assignee_id", "organization_id", "due_at",
    "callback_at", "first_reply_at", "last_customer_at", "last_agent_at", "solved_at", "closed_at",
    "deleted_at", "suspended_at", "suspend_reason", "released_due_at", "remind_at", "waiting_since", "release_count",
    "disposition", "merged_into_id", "last_message_id", "custom", "external_id", "form_id",
)  # fmt: skip
DERIVED = frozenset({
    "status_at", "status_category", "priority_position", "last_message_id", "last_customer_at", "last_agent_at",
    "first_reply_at", "solved_at", "closed_at", "deleted_at", "suspended_at", "suspend_reason", "released_due_at",
    "remind_at", "waiting_since", "release_count", "merged_into_id", "state", "organization_id",
})  # fmt: skip
"""Columns that follow from others: their changes are not told in events."""
_STAFFS_OWN = frozenset({
    "group_id", "last_message_id", "released_due_at", "remind_at", "waiting_since", "release_count", "disposition",
    "merged_into_id",
})  # fmt: skip
"""Columns that customers and helpers never see. (A public message moves others, too.)"""
_RESTING = {"state", "deleted_at", "suspended_at", "suspend_reason"}


@dataclass(slots=True)
class DraftMessage:
    """A message that will be written with the ticket."""

    id: UUID
    author_id: UUID
    sender: Sender
    visibility: Visibility
    medium: str
    body_text: str
    body_html: str
    upload_ids: tuple[UUID, ...] = ()


@dataclass(slots=True)
class Draft:
    """`before` is empty for a new ticket. Stages change `now`; the last stage writes the difference. `chosen` names the
    columns that a person set in this step, which no reaction changes; `leads_to` is the category whose first status the
    step puts the ticket in, and `leads_to_id` a status of its own; `how` tells in what way it moves, where before
    and after do not."""

    ctx: Context
    id: UUID
    before: dict[str, Any]
    now: dict[str, Any]
    message: DraftMessage | None = None
    tags_before: set[UUID] | None = None
    tags: set[UUID] | None = None
    chosen: frozenset[str] = frozenset()
    leads_to: StatusCategory | None = None
    leads_to_id: UUID | None = None
    how: AssignmentHow | None = None
    creator_id: UUID | None = None
    """Who counts as the creator of a new ticket that the product opens by itself."""
    place: tuple[str, ...] = ("id",)
    """Where the input names the ticket: what its present state rules out is told there."""
    custom_places: Mapping[str, int] = field(default_factory=dict)
    """Where the input gives custom fields, by their keys."""
    definitions: int | None = None
    """The version of what the tenant defines, where the transaction has read it."""
    internal: Collection[str] = ()
    """Keys of the custom fields that customers do not see, where the step gives any."""
    is_shown: bool = False
    """Whether customers see something of it even where no column says so: messages come or go."""
    statuses: list[Row] = field(default_factory=list)
    scheme: Mapping[str, Any] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    at: datetime = field(init=False)

    @property
    def is_new(self) -> bool:
        return not self.before

    def __post_init__(self) -> None:
        self.at = self.ctx.now()

    def changed(self) -> dict[str, tuple[Any, Any]]:
        """Column to (before, after) for what differs."""
        return {
            name: (self.before.get(name), self.now[name])
            for name in WRITTEN
            if self.before.get(name) != self.now[name]
        }

    def is_worked_on(self) -> bool:
        """Whether more than the ticket's state changes."""
        changes = not self.changed().keys() <= _RESTING or self.message is not None
        return changes or self.tags != self.tags_before or bool(self.happenings)

    def is_public(self) -> bool:
        """Whether customers and helpers who see the ticket can see that it changed."""
        said = self.message is not None and self.message.visibility is Visibility.PUBLIC
        hidden = _STAFFS_OWN if self.is_custom_public() else {*_STAFFS_OWN, "custom"}
        return said or self.is_shown or not self.changed().keys() <= hidden

    def is_custom_public(self) -> bool:
        """Whether a custom field changes that customers see."""
        was, now = self.before.get("custom") or {}, self.now["custom"]
        return any(was.get(key) != now.get(key) for key in {*was, *now} - {*self.internal})

    def is_touched(self) -> bool:
        changes = bool(self.changed()) or self.message is not None or self.tags != self.tags_before
        return changes or bool(self.happenings)


def blank(**values: Any) -> dict[str, Any]:
    """A new ticket's columns before any stage."""
    return {
        **dict.fromkeys(WRITTEN),
        "state": "ACTIVE",
        "priority_position": 0,
        "release_count": 0,
        "custom": {},
        **values,
    }


def set_status(draft: Draft, status: Row) -> None:
    """Put the ticket in a status."""
    draft.now["status_id"], draft.now["status_category"] = status["id"], status["category"]


def status_of(draft: Draft, status_id: UUID | None) -> Row | None:
    """The tenant's active status with this key."""
    return next((each for each in draft.statuses if each["id"] == status_id), None)


def first_of(draft: Draft, category: StatusCategory) -> Row:
    """The tenant's first active status of a category. A tenant need not have PENDING, and one of SOLVED and CLOSED is
    enough: it then stands for the other."""
    wanted = (category, *DONE) if category in DONE else (category,)
    return next(each for one in wanted for each in draft.statuses if each["category"] == one)


def stored(ctx: Context, row: Row) -> Draft:
    """A draft of a stored ticket, read with the version of what the tenant defines."""
    before = dict(row)
    version = before.pop("definitions_version")
    if isinstance(before["custom"], str):
        before["custom"] = orjson.loads(before["custom"])
    return Draft(ctx=ctx, id=before["id"], before=before, now=dict(before), definitions=version)

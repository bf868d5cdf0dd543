"""What an action can ask for. Each command is something that people can do by the API, with the same checks: what is
not there, or breaks a rule of the helpdesk's, is refused when it is carried out. What can be known before is refused
when the command is made, by ValueError.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args
from uuid import UUID

import orjson

from core.sdk.rules.plain import frozen, is_storable
from core.sdk.rules.snapshots import CustomValue

MOST_COMMANDS = 50
"""That an action may ask for at once."""
LONGEST_TITLE, LONGEST_VALUE, LONGEST_MESSAGE, LARGEST_PAYLOAD = 200, 20_000, 200_000, 64 * 1024
LONGEST_JOB, MOST_KEYS = 46, 500

FieldName: TypeAlias = Literal[
    "title", "status_id", "priority_id", "type_id", "nature_id", "category_id", "requester_id", "initiator_id",
    "due_at", "callback_at",
]  # fmt: skip
_NEVER_EMPTY = frozenset({"title", "status_id", "requester_id"})
_NUMBERS = 2**53


@dataclass(frozen=True, slots=True)
class SetField:
    """Change a field of the ticket's own, as `ticketUpdate` does: None empties it. Title, status and requester are
    never empty; whether others may be, the helpdesk's rules say."""

    field: FieldName
    value: str | UUID | datetime | None

    def __post_init__(self) -> None:
        _need(self.field in get_args(FieldName), f"there is no field {self.field} to set")
        if self.value is None:
            _need(self.field not in _NEVER_EMPTY, f"{self.field} is never empty")
        elif self.field == "title":
            _check_text(self.value, LONGEST_TITLE, "the title")
        elif self.field.endswith("_at"):
            _check_moment(self.value)
        else:
            _check_key(self.value, self.field)


@dataclass(frozen=True, slots=True)
class SetCustomField:
    """Give one of the helpdesk's own fields a value, as `ticketUpdate` does: None empties it. Which form it takes, the
    field's kind says: a datetime is for instants, a tuple of keys for every choice, at most
    500."""

    key: str
    value: CustomValue | datetime | None

    def __post_init__(self) -> None:
        _check_text(self.key, LONGEST_TITLE, "the key")
        match self.value:
            case None | bool():
                pass
            case int() | float():
                _need(abs(self.value) < _NUMBERS, "the number is too large")
            case datetime():
                _check_moment(self.value)
            case tuple():
                _need(bool(self.value), "a choice has keys; None empties it")
                _need(len(self.value) <= MOST_KEYS, f"a choice has at most {MOST_KEYS} keys")
                for each in self.value:
                    _check_text(each, LONGEST_TITLE, "a key")
            case _:
                _check_text(self.value, LONGEST_VALUE, "the value")


@dataclass(frozen=True, slots=True)
class AddTag:
    """Put a tag on the ticket, as `ticketUpdate` does. One that it has stays."""

    tag_id: UUID

    def __post_init__(self) -> None:
        _check_key(self.tag_id, "tag_id")


@dataclass(frozen=True, slots=True)
class RemoveTag:
    """Take a tag off the ticket, as `ticketUpdate` does. One that it has not is no error."""

    tag_id: UUID

    def __post_init__(self) -> None:
        _check_key(self.tag_id, "tag_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Give the ticket to a group, an agent or both, as `ticketAssign` does. A group alone leaves its agent behind."""

    group_id: UUID | None = None
    assignee_id: UUID | None = None

    def __post_init__(self) -> None:
        given = [each for each in (self.group_id, self.assignee_id) if each is not None]
        _need(bool(given), "name a group, an agent or both")
        for each in given:
            _check_key(each, "who is named")


@dataclass(frozen=True, slots=True)
class AddMessage:
    """Say something on the ticket, as `ticketReply` does: to the customer, or among staff."""

    text: str = field(repr=False)
    is_public: bool = field(kw_only=True)

    def __post_init__(self) -> None:
        _check_text(self.text, LONGEST_MESSAGE, "the message")
        _need(isinstance(self.is_public, bool), "say whether customers read it")


@dataclass(frozen=True, slots=True)
class StartJob:
    """Have a job of the plugin's done after the commit, as `PluginContext.jobs.enqueue` does: whatever is asked of
    others is asked there. The payload is plain data, at most 64 KiB of JSON; a frozen copy of it is kept."""

    job: str
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        name: object = self.job
        is_name = isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None
        _need(is_name, "a job has a name of lower-case letters, digits and _")
        _need(len(self.job) <= LONGEST_JOB, f"the name of a job has more than {LONGEST_JOB} characters")
        _need(isinstance(self.payload, Mapping), "the payload is no mapping")
        payload = frozen(self.payload)
        try:
            size = len(orjson.dumps(payload))  # as it is kept
        except TypeError:
            raise ValueError("the payload is no plain data") from None
        _need(size <= LARGEST_PAYLOAD, f"the payload has more than {LARGEST_PAYLOAD} bytes")
        object.__setattr__(self, "payload", payload)


Command: TypeAlias = SetField | SetCustomField | AddTag | RemoveTag | Assign | AddMessage | StartJob
"""All there are."""


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _check_text(given: object, most: int, what: str) -> None:
    is_text = isinstance(given, str) and not given.isspace() and is_storable(given)
    _need(bool(given) and is_text, f"{what} must be a text")
    _need(len(str(given)) <= most, f"{what} has more than {most} characters")


def _check_moment(given: object) -> None:
    if not isinstance(given, datetime) or given.utcoffset() is None:
        raise ValueError("an instant is a datetime with a zone")
    try:
        given.astimezone(UTC)
    except OverflowError:  # the first and the last day of all have no UTC in every zone
        raise ValueError("the instant is out of range") from None


def _check_key(given: object, what: str) -> None:
    _need(isinstance(given, UUID), f"{what} must be a UUID")

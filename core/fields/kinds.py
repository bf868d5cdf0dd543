"""The kinds of custom field (K1): what each takes, and how it is kept as JSON."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from core.fields.access import CustomerAccess
from core.fields.errors import UnknownOption, WrongForm, WrongValue
from core.kit.errors import TooLong

SHORT, LONG = 400, 20_000


class FieldKind(StrEnum):
    """What a custom field holds. Never changes once the field exists."""

    TEXT = "TEXT"
    MULTILINE = "MULTILINE"
    SELECT = "SELECT"
    MULTISELECT = "MULTISELECT"
    RADIO = "RADIO"
    CHECKBOX = "CHECKBOX"
    DATE = "DATE"
    TIME = "TIME"
    DATETIME = "DATETIME"
    NUMBER = "NUMBER"
    POSITIVE_INTEGER = "POSITIVE_INTEGER"
    LINK = "LINK"
    CASCADE = "CASCADE"
    BOOLEAN = "BOOLEAN"


FORMS: dict[FieldKind, str] = {
    FieldKind.TEXT: "text", FieldKind.MULTILINE: "text", FieldKind.LINK: "text", FieldKind.DATE: "text",
    FieldKind.TIME: "text", FieldKind.DATETIME: "date_time", FieldKind.NUMBER: "number",
    FieldKind.POSITIVE_INTEGER: "number", FieldKind.BOOLEAN: "boolean", FieldKind.SELECT: "option_keys",
    FieldKind.RADIO: "option_keys", FieldKind.MULTISELECT: "option_keys", FieldKind.CHECKBOX: "option_keys",
    FieldKind.CASCADE: "option_keys",
}  # fmt: skip
SHOWN = {
    "text": "text",
    "date_time": "dateTime",
    "number": "number",
    "boolean": "boolean",
    "option_keys": "optionKeys",
}


def form_of(kind: FieldKind) -> str:
    """Which member of inputs, filters and values is used for this kind, as the API writes it."""
    return SHOWN[FORMS[kind]]


def has_options(kind: FieldKind) -> bool:
    """Whether values of this kind are chosen from options."""
    return FORMS[kind] == "option_keys"


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field as the checks need it."""

    id: UUID
    key: str
    label: str
    kind: FieldKind
    is_required: bool
    access: CustomerAccess
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """An active option of a field."""

    id: UUID
    key: str
    parent_id: UUID | None


Choices = dict[tuple[UUID, str], Choice]


def accept(definition: Definition, form: str, value: Any, options: Choices) -> Any:
    """The value as it is kept. Raises WrongForm, WrongValue, UnknownOption, TooLong. Options are kept by key; a
    cascade as the path from its root."""
    if form != FORMS[definition.kind]:
        raise WrongForm(label=definition.label, form=SHOWN[FORMS[definition.kind]])
    if form == "text":
        return _text(definition, value)
    if form == "number":
        return _number(definition, value)
    if form == "date_time":
        return _moment(definition, value)
    if form == "boolean":
        return bool(value)
    return _choice(definition, value, options)


def _moment(definition: Definition, value: datetime) -> str:
    try:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError as error:  # the first and the last day of all have no UTC in every zone
        raise _wrong(definition, value) from error


def _wrong(definition: Definition, value: object) -> WrongValue:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return WrongValue(label=definition.label, value=str(value)[:80])


def _text(definition: Definition, value: str) -> str | None:
    cleaned = value.replace("\x00", "").strip()
    if definition.kind is FieldKind.TEXT:
        cleaned = " ".join(cleaned.split())
    limit = LONG if definition.kind is FieldKind.MULTILINE else SHORT
    if len(cleaned) > limit:
        raise TooLong(limit=limit)
    if not cleaned:
        return None
    try:
        if definition.kind is FieldKind.DATE:
            return date.fromisoformat(cleaned).isoformat()
        if definition.kind is FieldKind.TIME and is_time(cleaned):
            return time.fromisoformat(cleaned).isoformat()
        if definition.kind is FieldKind.LINK and _is_link(cleaned):
            return cleaned
    except ValueError as error:
        raise _wrong(definition, cleaned) from error
    if definition.kind in (FieldKind.TEXT, FieldKind.MULTILINE):
        return cleaned
    raise _wrong(definition, cleaned)


def is_time(text: str) -> bool:
    """Whether a text is written as a time is: `08:30`, or `08:30:00`, in which form it is kept."""
    return re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", text) is not None


def _is_link(text: str) -> bool:
    parts = urlsplit(text)
    plain = not any(each.isspace() or not each.isprintable() for each in text)
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _number(definition: Definition, value: float) -> float | int:
    if value != value or value in (float("inf"), float("-inf")):
        raise _wrong(definition, value)
    if definition.kind is FieldKind.POSITIVE_INTEGER:
        if value <= 0 or value != int(value) or value > 2**53:
            raise _wrong(definition, value)
        return int(value)
    return value


def _choice(definition: Definition, keys: list[str], options: Choices) -> list[str] | None:
    single = definition.kind in (FieldKind.SELECT, FieldKind.RADIO)
    if single and len(keys) > 1:
        raise _wrong(definition, ", ".join(keys))
    for key in keys:
        if (definition.id, key) not in options:
            raise UnknownOption(label=definition.label, key=key)
    if definition.kind is FieldKind.CASCADE:
        parents = [None, *(options[definition.id, key].id for key in keys)]
        for key, parent in zip(keys, parents, strict=False):
            if options[definition.id, key].parent_id != parent:
                raise _wrong(definition, " / ".join(keys))
        return keys or None
    return list(dict.fromkeys(keys)) or None

"""What arguments are made of: words, values that filters find something by, and how GraphQL writes them."""

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

import orjson

LOCALES = ["en", "zh-Hans", "de", "zh", "en-GB", "de", "fr", "xx-nowhere-at-all"]
MOMENTS = [
    "2026-03-01T08:30:00Z",
    "2026-03-01T12:00:00.12+02:00",
    "1999-01-01T00:00:00Z",
    "9000-01-01T00:00:00Z",
]
FORMS = {
    "text": ["text", "multiline", "date", "time", "link"], "number": ["number", "positive_integer"],
    "dateTime": ["datetime"], "boolean": ["boolean"],
    "option": ["select", "radio", "multiselect", "checkbox", "cascade"],
}  # fmt: skip
"""Members of a condition on a custom field, with keys of fields that take them."""
CUSTOM_TEXTS = [
    "text 文本",
    "2026-02-28",
    "08:30",
    "https://example.com/?a=1",
    "a",
    "b",
    "c",
    "hardware",
    "printer",
]
MISSING = object()
"""Stands for a variable that is not given."""


@dataclass(frozen=True)
class Name:
    """A word that GraphQL writes without quotes: an enum's value, or a variable."""

    text: str
    is_variable: bool = False


OPERATORS = {
    "IDFilter", "StringFilter", "DateTimeFilter", "NumberFilter", "BooleanFilter", "TagsFilter", "DomainFilter",
    "TicketNumberFilter", "CustomTextFilter",
}  # fmt: skip


def literal(value: Any) -> str:
    if isinstance(value, Name):
        return f"${value.text}" if value.is_variable else value.text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return orjson.dumps(value).decode()


def plain(value: Any) -> Any:
    """The value as a variable has it."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def order_of_cursor(cursor: str) -> list[dict[str, Name]] | None:
    """The order that a cursor is of, as an argument; None for a cursor that is none or of no order."""
    try:
        fingerprint = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0]
        direction = {"+": "ASC", "-": "DESC"}[fingerprint[-1]]
    except (ValueError, LookupError, TypeError):
        return None
    names = [name for name in fingerprint[:-1].split(",") if name]
    return [{"field": Name(name), "direction": Name(direction)} for name in names] or None

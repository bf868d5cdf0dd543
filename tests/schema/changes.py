"""What changed since the last release, in the words of graphql-core, and which of it clients must be warned of."""

import re
from collections.abc import Iterator
from datetime import date

from graphql import (
    BreakingChange,
    DangerousChange,
    GraphQLSchema,
    find_breaking_changes,
    find_dangerous_changes,
)

from tests.schema.rules import REMOVAL, members

_REMOVED = re.compile(r"^(?:Field|Argument|Enum value) ([\w.]+)(?:\((\w+):\))? was removed\.$")

# How an API grows: a document that says nothing of them means what it meant.
_GROWTH = {"OPTIONAL_ARG_ADDED", "OPTIONAL_INPUT_FIELD_ADDED"}


def changes(released: GraphQLSchema, now: GraphQLSchema, today: date) -> Iterator[str]:
    """Breaking and dangerous changes, less removals that were announced for a day that has passed."""
    due = set(_due(released, today))
    found: list[BreakingChange | DangerousChange] = [
        *find_breaking_changes(released, now),
        *find_dangerous_changes(released, now),
    ]
    for change in found:
        if change.type.name not in _GROWTH and _place(change.description) not in due:
            yield f"{change.type.name}: {change.description}"


def _due(released: GraphQLSchema, today: date) -> Iterator[str]:
    for place, member in members(released):
        announced = REMOVAL.search(member.deprecation_reason or "")
        if announced and date.fromisoformat(announced[1]) < today:
            yield place


def _place(description: str) -> str:
    found = _REMOVED.match(description)
    return "" if found is None else found[1] + (f"({found[2]})" if found[2] else "")


def acknowledged(text: str) -> list[str]:
    """The changes an allow-file names, one a line; the reason stands above in a line that begins with #."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]

"""What stands in a cell, and how it is kept from being taken for a formula."""

from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

Cell: TypeAlias = "str | int | float | bool | None"

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets read a text as a formula when it stands first; some of them take full width for it, too."""
MARK = "'"
LONGEST_XLSX = 32_767
"""Characters in a cell of Excel."""


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might compute this text."""
    return text.startswith(_DANGEROUS)


def neutral(text: str) -> str:
    """The text for a file without types: an apostrophe before what a spreadsheet would compute."""
    return MARK + text if is_dangerous(text) else text


def unmarked(text: str) -> str:
    """The text again, as `neutral` was given it."""
    return text[1:] if text.startswith(MARK) and is_dangerous(text[1:]) else text


def moment(value: datetime | None, zone: ZoneInfo) -> str | None:
    """A time as people in that zone read it, with its offset: `2026-11-23 16:00:00+08:00`."""
    return None if value is None else value.astimezone(zone).isoformat(sep=" ", timespec="seconds")

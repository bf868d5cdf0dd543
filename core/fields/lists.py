"""The words of this domain, and what keeps its lists in bounds."""

import re
from enum import StrEnum

from core.fields.errors import BadColor, BadKey, BadPosition
from core.kit.errors import Required, TooLong

MOST_FIELDS = 200
MOST_OPTIONS = 500
DEEPEST = 5
LONGEST_LABEL = 80
LARGEST_POSITION = 1_000_000

_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OPTION_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_COLOR = re.compile(r"#[0-9a-f]{6}")


class FieldObject(StrEnum):
    """What a custom field is added to."""

    TICKET = "TICKET"
    USER = "USER"
    ORGANIZATION = "ORGANIZATION"


class OptionList(StrEnum):
    """Which list an option stands in."""

    PRIORITY = "PRIORITY"
    TYPE = "TYPE"
    NATURE = "NATURE"
    CATEGORY = "CATEGORY"
    FIELD = "FIELD"


def clean_key(given: str, *path: str, option: bool = False) -> str:
    """A key as it is. Raises BadKey; keys are never mended, since programs rely on them. An option's may begin with
    a digit."""
    if not (_OPTION_KEY if option else _FIELD_KEY).fullmatch(given):
        raise BadKey(path=path, value=given[:60])
    return given


def clean_label(given: str | None, *path: str) -> str:
    """A label without surplus space. Raises Required, TooLong (80)."""
    cleaned = " ".join((given or "").replace("\x00", "").split())
    if not cleaned:
        raise Required(path=path)
    if len(cleaned) > LONGEST_LABEL:
        raise TooLong(path=path, limit=LONGEST_LABEL)
    return cleaned


def clean_color(given: str | None, *path: str) -> str | None:
    """A colour in small letters. Raises BadColor."""
    if given is None:
        return None
    if not _COLOR.fullmatch(given.lower()):
        raise BadColor(path=path, value=given[:40])
    return given.lower()


def check_position(given: int | None, *path: str) -> int | None:
    """Raises BadPosition outside 0 to 1,000,000."""
    if given is not None and not 0 <= given <= LARGEST_POSITION:
        raise BadPosition(path=path, limit=LARGEST_POSITION)
    return given

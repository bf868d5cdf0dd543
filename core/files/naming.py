"""File names as people gave them, made harmless: they are shown and offered for saving, never used as a path."""

import re
import unicodedata
from urllib.parse import quote

from core.files.errors import BadContentType, BadFileName
from core.kit.errors import TooLong

LONGEST_NAME = 255
LONGEST_TYPE = 120
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINERS = "\u200c\u200d"


def clean_name(given: str) -> str:
    """The last part of the name without what cannot be seen: control characters, and marks that turn the direction
    of writing and so show `exe.png` for `gnp.exe`. Raises BadFileName, TooLong (255 characters)."""
    last = re.split(r"[/\\]", given)[-1]
    seen = "".join(each for each in last if each in _JOINERS or unicodedata.category(each) not in _HIDDEN)
    cleaned = " ".join(seen.split())
    if not cleaned.strip(". " + _JOINERS):
        raise BadFileName(path=("fileName",))
    if len(cleaned) > LONGEST_NAME:
        raise TooLong(path=("fileName",), limit=LONGEST_NAME)
    return cleaned


def clean_type(given: str) -> str:
    """The media type in lower case without parameters. Raises BadContentType."""
    cleaned = given.partition(";")[0].strip().lower()
    if len(cleaned) > LONGEST_TYPE or not _MEDIA_TYPE.fullmatch(cleaned):
        raise BadContentType(path=("contentType",), value=given[:80])
    return cleaned


def disposition(name: str) -> str:
    """`Content-Disposition: attachment` in the two forms of RFC 6266: ASCII for old programs, and RFC 5987."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

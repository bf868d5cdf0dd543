"""The text of a message: plain or HTML in, both out, nothing dangerous kept."""

import html
import re

import nh3

from core.kit.errors import TooLong
from core.tickets.errors import EmptyMessage
from core.tickets.service.markup import tame

LONGEST_BODY = 200_000
_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol",
    "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
}
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h[1-4]|/tr|/blockquote)\s*/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]+>")


def bodies(text: str | None, markup: str | None, *, path: str, may_be_empty: bool) -> tuple[str, str]:
    """`(plain text, safe HTML)` from whichever was given. Raises EmptyMessage, TooLong (200,000 characters)."""
    given = markup if markup is not None else text or ""
    given = given.replace("\x00", "")
    if len(given) > LONGEST_BODY:
        raise TooLong(path=(path,), limit=LONGEST_BODY)
    if markup is not None:
        safe = nh3.clean(
            tame(given, _TAGS, _ATTRIBUTES),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
        )
        plain = html.unescape(_ANY_TAG.sub("", _BREAKS.sub("\n", safe))).strip()
    else:
        plain = given.strip()
        safe = "<br>".join(html.escape(plain, quote=False).splitlines())
    if not plain and "<img" not in safe and not may_be_empty:
        raise EmptyMessage(path=(path,))
    return plain, safe

"""What a file is, told by its first bytes and not by who sent it.

Names and announced types are claims. What matters is that nothing a browser or a machine would run (HTML, SVG, scripts,
programs) passes for a picture, a document or a recording; text, spreadsheets and archives are kept under the name they
came with, since their first bytes say too little. Downloads are never shown inline, whatever they are.
"""

import re

import puremagic

from core.files.errors import WrongContent

HEAD = 4096
"""How many of the first bytes are looked at."""

UNKNOWN = "application/octet-stream"
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|link|style|title|table|h1|div|img|a\s|br|p>|!--)",
    re.IGNORECASE,
)
_PROGRAMS = {
    b"MZ": "application/vnd.microsoft.portable-executable",
    b"\x7fELF": "application/x-elf",
    b"#!": "text/x-shellscript",
}
_PICTURES = ("image/",)
_INERT = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/vnd.",
    "application/msword",
)
_PROGRAM_TYPES = frozenset(
    {"application/vnd.microsoft.portable-executable", "application/vnd.android.package-archive"}
)


def content_type(head: bytes, announced: str) -> str:
    """The type to keep for content that begins with `head`. Raises WrongContent when the announced type promises
    something harmless and the content is not that."""
    if not head:
        return UNKNOWN
    active, known = _active(head), _known(head)
    if announced.startswith(_INERT) and announced != "image/svg+xml" and announced not in _PROGRAM_TYPES:
        if active is not None:
            raise WrongContent(announced=announced, found=active)
        return _kept_promise(head, announced, known)
    if active is not None:
        return active
    if announced == UNKNOWN and known:
        return known[0]
    return announced


def _kept_promise(head: bytes, announced: str, known: list[str]) -> str:
    if announced == "application/pdf":
        if b"%PDF-" not in head[:1024]:
            raise WrongContent(announced=announced, found=known[0] if known else UNKNOWN)
        return announced
    if not announced.startswith(_PICTURES):
        return announced
    pictures = [each for each in known if each.startswith(_PICTURES)]
    if not pictures:
        raise WrongContent(announced=announced, found=known[0] if known else UNKNOWN)
    return announced if announced in pictures else pictures[0]


def _active(head: bytes) -> str | None:
    for start, found in _PROGRAMS.items():
        if head.startswith(start):
            return found
    text = _readable(head)
    if re.search(rb"<svg[\s>]", text, re.IGNORECASE) and text.startswith(b"<"):
        return "image/svg+xml"
    if _MARKUP.match(text):
        return "text/html"
    if text.startswith(b"<?xml"):
        return "text/html" if _MARKUP.search(text) else "application/xml"
    return None


def _readable(head: bytes) -> bytes:
    """The beginning as a browser reads it: without the byte order mark, UTF-16 made plain, space skipped."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\x0c\r ")


def _known(head: bytes) -> list[str]:
    """Media types that the magic numbers allow, the likeliest first."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []
    return list(dict.fromkeys(each.mime_type for each in found if each.mime_type))

"""Markup as people and mail programs write it, made tame before it is sanitised.

A parser that repairs HTML as browsers do may need minutes and gigabytes for the mistakes of one small message: elements
fifty thousand deep, or formatting that nobody ends and that is therefore begun anew in every paragraph. So the tags
that may stay are written again first, each ended where it has to be and nested within bounds, in time that grows with
the text. Whether the result is safe is not judged here but by the sanitiser, which reads what this module wrote.
"""

import re
from collections.abc import Mapping, Set

DEEPEST, DEEPEST_FORMATTING = 100, 12
"""How deep elements may stand in each other; deeper tags are left out and their text stays."""

_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<[!?][^>]*>?|</[^a-zA-Z][^>]*>?"
    r"|<(?P<raw>script|style)\b.*?(?:</(?P=raw)[^>]*>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^\"'<>])*+)>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<![a-zA-Z-])(?P<name>[a-zA-Z-]++)\s*+=\s*+(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]++))"
)
_EMPTY = frozenset({"br", "hr", "img"})
_FORMATTING = frozenset({"a", "b", "code", "em", "i", "s", "strong", "u"})
_BLOCKS = frozenset(
    {"blockquote", "div", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "table", "ul"}
)
_TABLE_PARTS = frozenset({"table", "tbody", "td", "th", "thead", "tr"})
_CELL = frozenset({"table", "td", "th"})
_FOLLOWERS: Mapping[str, tuple[Set[str], Set[str]]] = {
    "li": (frozenset({"li"}), _CELL | {"ol", "ul"}),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
}
"""What a start tag ends if that is open, and within what."""


def tame(markup: str, tags: Set[str], attributes: Mapping[str, Set[str]]) -> str:
    """The text with those of its tags and attributes that are named, well-formed, at most DEEPEST deep."""
    writer = _Writer(tags, attributes)
    place = 0
    for piece in _PIECE.finditer(markup):
        writer.text(markup[place : piece.start()])
        place = piece.end()
        if piece["name"] and piece["end"]:
            writer.end(piece["name"].lower())
        elif piece["name"]:
            writer.start(piece["name"].lower(), piece["attributes"])
    writer.text(markup[place:])
    writer.end_down_to(0)
    return "".join(writer.written)


class _Writer:
    """Writes pieces, and knows what is open."""

    def __init__(self, tags: Set[str], attributes: Mapping[str, Set[str]]) -> None:
        self.written: list[str] = []
        self._tags, self._attributes = tags, attributes
        self._open: list[str] = []

    def text(self, text: str) -> None:
        self.written.append(text.replace("<", "&lt;").replace(">", "&gt;"))

    def start(self, name: str, attributes: str) -> None:
        if name not in self._tags:
            return
        if name in _BLOCKS:
            self._end_nearest(frozenset({"p"}), _CELL)
        if name in _FOLLOWERS:
            self._end_nearest(*_FOLLOWERS[name])
        if name not in _EMPTY and not self._has_room(name):
            return
        self.written.append(f"<{name}{self._kept(name, attributes)}>")
        if name not in _EMPTY:
            self._open.append(name)

    def end(self, name: str) -> None:
        within = frozenset({"table"}) if name in _TABLE_PARTS else _CELL
        self._end_nearest(frozenset({name}), within)

    def end_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self.written.append(f"</{self._open.pop()}>")

    def _end_nearest(self, names: Set[str], within: Set[str]) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth] in names:
                return self.end_down_to(depth)
            if self._open[depth] in within:
                return None
        return None

    def _has_room(self, name: str) -> bool:
        if name not in _FORMATTING:
            return len(self._open) < DEEPEST
        formatting = sum(each in _FORMATTING for each in self._open)
        # A link within a link would make the sanitiser's parser take the outer one apart.
        return formatting < DEEPEST_FORMATTING and not (name == "a" and "a" in self._open)

    def _kept(self, name: str, attributes: str) -> str:
        kept: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(attributes):
            attribute = found["name"].lower()
            if attribute in self._attributes.get(name, ()):
                value = found["a"] or found["b"] or found["c"] or ""
                kept.setdefault(attribute, value.replace('"', "&quot;"))
        return "".join(f' {attribute}="{value}"' for attribute, value in kept.items())

"""The piece of a text that shows why something was found: plain text in parts, some of which match."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.search.folding import fold, fold_with_places

LONGEST = 200
_BEFORE = 60
_BETWEEN = " · "
_CUT = "…"
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """Some text, and whether it is what was searched for."""

    text: str
    is_match: bool


def snippet(texts: Sequence[str], pattern: re.Pattern[str]) -> list[Part]:
    """What something is called, and after it whatever else of its texts matches; of a long text the piece around the
    first match."""
    found: list[Part] = []
    for place, text in enumerate(texts):
        matches = _matches(text, pattern)
        if matches or place == 0:
            found += [Part(_BETWEEN, False)] if found else []
            found += _parts(text, matches)
    return found


def _matches(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    folded = fold(text)
    if len(folded) == len(text):  # as nearly always: then places are the same, too
        return [each.span() for each in pattern.finditer(folded)]
    folded, places = fold_with_places(text)
    return [(places[each.start()], places[each.end()]) for each in pattern.finditer(folded)]


def _parts(text: str, matches: Sequence[tuple[int, int]]) -> list[Part]:
    begin, end = _window(text, matches[0][0] if matches else 0)
    parts = [Part(_CUT, False)] if begin > 0 else []
    place = begin
    for start, stop in matches:
        if stop > end:
            break
        if start < place:
            continue
        parts += [Part(text[place:start], False), Part(text[start:stop], True)]
        place = stop
    parts += [Part(text[place:end], False), Part(_CUT if end < len(text) else "", False)]
    return [Part(_SPACE.sub(" ", each.text), each.is_match) for each in parts if each.text]


def _window(text: str, first: int) -> tuple[int, int]:
    """Where the piece around a place begins and ends: at a space, if there is one near."""
    begin = max(0, min(first - _BEFORE, len(text) - LONGEST))
    if begin > 0:
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    return begin, min(len(text), begin + LONGEST)

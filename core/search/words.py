"""From texts to words. Chinese, Japanese and Korean have no spaces between: there each pair of neighbours is a word, so
that any two characters are found wherever they stand. Other words are found by how they begin."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from core.search.folding import fold

FORM = 1
"""Rises when words are made in another way: rows of a lower form are made again by a rebuild."""

LONGEST_TEXT = 16_000
"""Characters of one text that are found; PostgreSQL counts the places of words no further."""

_CJK = r"\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_WORD = rf"[^\W_{_CJK}]+"
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|{_WORD}(?:[._@-]{_WORD})*")
_JOINT = re.compile(r"[._@-]")
_LONGEST_WORD = 60
_MOST_JOINED = 8
_SHORTEST_END = 4
_TAGS = "0123456789abcdefghijklmnopqrstuv"

Weighted = tuple[str, str]
"""A text and how much it counts, from A to D."""


def tag_of(tenant_id: UUID) -> str:
    """What all words of a tenant begin with: so one index holds those of all tenants apart. A few characters, which two
    tenants may share without harm."""
    number = tenant_id.int
    return "".join(_TAGS[number >> shift & 31] for shift in (0, 5, 10, 15))


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a folded text that words are made of, and whether a part is of Chinese characters."""
    for found in _RUN.finditer(text):
        yield found[0], found["cjk"] is not None


def pairs(run: str) -> list[str]:
    """The words of Chinese characters in a row: each with the one after it, and the last by itself, so that one
    character alone is found, too."""
    return [run[place : place + 2] for place in range(len(run))]


def ends(run: str) -> list[str]:
    """The words that a joined word is found by, whichever of its parts is typed first: of `ann@mail.example` itself,
    `mail.example` and `example`. A number that is written in groups is found without them, too."""
    parts = [each[:_LONGEST_WORD] for each in _JOINT.split(run)]
    found = ["_".join(parts[place : place + _MOST_JOINED]) for place in range(len(parts))]
    if len(parts) > 1 and all(each.isdecimal() for each in parts):
        found.append("".join(parts)[:_LONGEST_WORD])
    return found


def joined(run: str) -> list[str]:
    """The same as it is asked for: a word for so many parts as are kept together."""
    parts = [each[:_LONGEST_WORD] for each in _JOINT.split(run)]
    return ["_".join(parts[place : place + _MOST_JOINED]) for place in range(0, len(parts), _MOST_JOINED)]


def phone_ends(number: str) -> str:
    """A phone number as a text in which it is found by its last digits, too: nobody types the country."""
    digits = "".join(each for each in number if each.isdecimal())
    return " ".join(digits[place:] for place in range(max(1, len(digits) - _SHORTEST_END + 1)))


def words_of(texts: Iterable[Weighted], tenant_id: UUID) -> str:
    """The words of several texts, as the text of a `tsvector`."""
    tag = tag_of(tenant_id)
    places: dict[str, list[str]] = {}
    place = 0
    for text, weight in texts:
        for run, is_cjk in runs(fold(text[:LONGEST_TEXT])):
            for words in map(_alone, pairs(run)) if is_cjk else [ends(run)]:
                place = min(place + 1, 16_383)
                for word in words:
                    places.setdefault(word, []).append(f"{place}{weight}")
            place += 1  # a phrase does not go on from one run to the next
    return " ".join(f"'{tag}{word}':{','.join(found[:255])}" for word, found in places.items())


def _alone(word: str) -> list[str]:
    return [word]

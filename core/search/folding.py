"""Texts as search compares them: full and half width, capitals and accents make no difference."""

from collections.abc import Iterator
from unicodedata import category, normalize


def _plain_letters() -> dict[int, str]:
    """Latin letters with accents, to those without."""
    found = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        bare = "".join(each for each in normalize("NFD", chr(code)) if category(each) != "Mn")
        if bare.isascii() and bare:
            found[code] = bare
    return found


_PLAIN = _plain_letters()


def fold(text: str) -> str:
    """The text in the form that is compared. It may have another length."""
    if text.isascii():
        return text.lower()
    return normalize("NFKC", text).translate(_PLAIN).casefold()


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The same, and for each of its characters the place in the text that it comes from; one more for the end."""
    folded: list[str] = []
    places: list[int] = []
    for start, piece in _pieces(text):
        made = fold(piece)
        folded.append(made)
        places += [start] * len(made)
    return "".join(folded), [*places, len(text)]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each character with the marks that follow it, since they may become one."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or text[place].isascii() or category(text[place])[0] != "M":
            yield start, text[start:place]
            start = place

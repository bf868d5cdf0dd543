"""Where in a template something stands."""

from bisect import bisect_right
from dataclasses import dataclass, field

_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a place in it, both from one."""

    line: int
    place: int


def place_of(source: str, index: int) -> Place:
    """Where a character stands."""
    before = source[:index]
    return Place(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def near(source: str, index: int) -> str:
    """What stands there, for people."""
    return " ".join(source[index : index + _LONGEST_SHOWN].split()) or "…"


@dataclass(slots=True)
class Mapped:
    """A text made of another, which knows where each part came from."""

    parts: list[str] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _sources: list[tuple[int, bool]] = field(default_factory=list)
    _length: int = 0

    def add(self, text: str, source: int, *, is_same: bool = False) -> None:
        """Add a part that came from there; `is_same` where it is letter for letter what stands there."""
        if text:
            self._starts.append(self._length)
            self._sources.append((source, is_same))
            self.parts.append(text)
            self._length += len(text)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def sources(self) -> list[int]:
        """Where each part came from."""
        return [source for source, _ in self._sources]

    def source_of(self, index: int) -> int:
        """Where in the source a character of the text came from."""
        place = bisect_right(self._starts, index) - 1
        if place < 0:
            return 0
        source, is_same = self._sources[place]
        return source + (index - self._starts[place] if is_same else 0)

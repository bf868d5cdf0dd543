"""Reading Markdown as far as these checks need it: fences, headings, links, code within lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(
    r"^(?P<mark>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=mark)[ \t]*$", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")
_CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its language, the words after that, its text, and the line it begins in."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int

    def option(self, name: str) -> str | None:
        """The value of `name=value` among the words."""
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), None)


def fences(text: str) -> list[Fence]:
    """The fenced blocks of a page. What stands within a longer fence is text."""
    found = []
    for each in _FENCE.finditer(text):
        language, *words = each["info"].split() or [""]
        found.append(Fence(language, tuple(words), each["body"], text.count("\n", 0, each.start()) + 1))
    return found


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def codes(text: str) -> Iterator[str]:
    """What is marked as code within the lines of a page, line breaks taken for spaces."""
    for each in _CODE.finditer(prose(text)):
        yield " ".join(each[1].split())


def anchors(text: str) -> set[str]:
    """What `#…` may name on a page: headings in the form that GitHub gives them, repeated ones numbered."""
    found: dict[str, int] = {}
    for each in _HEADING.finditer(prose(text)):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", each[1]).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found[name] = found.get(name, -1) + 1
    return {f"{name}-{again}" if again else name for name, most in found.items() for again in range(most + 1)}


def links(text: str) -> list[str]:
    """Where the links of a page lead."""
    without_code = _CODE.sub("", prose(text).replace("[`", "[").replace("`]", "]"))
    return [each[1] or each[2] for each in _LINK.finditer(without_code)]

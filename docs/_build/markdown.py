"""Markdown tables."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are one line each, with `|` and `<` made harmless outside code."""
    lines = [_line(head), "|" + "---|" * len(head)]
    lines += [_line([cell(each) for each in row]) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(text: str) -> str:
    """A text as the content of one cell."""
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    # Every second part is code, where angle brackets are shown as they are.
    return "`".join(part if place % 2 else part.replace("<", "\\<") for place, part in enumerate(parts))


def code(text: str) -> str:
    return f"`{text}`"

"""SQL of ours with line breaks, for people."""

import re

_WORDS = re.compile(r"(\s*)('(?:[^']|'')*'|\(|\)|[^\s()']+)")
_BEGINNING = {"select", "from", "where", "order", "left", "cross", "join", "limit", "union"}


def laid_out(text: str) -> str:
    """The statement with each clause on a line of its own, and sub-selects indented. Nothing but space changes."""
    words = _WORDS.findall(text)
    around = zip(
        ["", *(word for _, word in words)], words, [*(word for _, word in words[1:]), ""], strict=False
    )
    lines, opened = [""], list[bool]()
    for before, (space, word), after in around:
        if (word == ")" and opened and opened.pop()) or _begins(before, word, after):
            lines.append(_indent(opened) + word)
        else:
            lines[-1] += (" " if space else "") + word
        if word == "(":
            opened.append(after == "select")
    return "\n".join(line for line in lines if line.strip())


def _indent(opened: list[bool]) -> str:
    return "  " * sum(opened)


def _begins(before: str, word: str, after: str) -> bool:
    """Whether a clause begins here; `left` may be a function, and `from` may follow `distinct`."""
    if word not in _BEGINNING:
        return False
    match word:
        case "left" | "cross":
            return after == "join"
        case "join":
            return before not in ("left", "cross")
        case "order":
            return after == "by"
    return before != "distinct"

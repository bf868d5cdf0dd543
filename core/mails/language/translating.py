"""From what people write to Liquid: what FreeMarker says otherwise is said anew, everything else stays as it is.

What Liquid reads is short, begins and ends with no spaces and has no ranges: over the rest its own patterns take long,
and its own bounds do not see how far a range goes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.mails.errors import NeverEnded, UnknownTag, Unreadable
from core.mails.language.freemarker import NotUnderstood, expression
from core.mails.language.places import Mapped, near, place_of
from core.mails.language.sandbox import TAGS

_OPENING = re.compile(r"\$\{|\{%|<#|</#")
_NAME = re.compile(r"\w+|#")
_FOR = re.compile(
    r"(?P<name>\w+)\s+in\s+(?P<list>[\w.]+)(?:[\s,]+(?:reversed|(?:limit|offset)\s*:\s*\d{1,6}))*"
)
_LIST = re.compile(r"list\s+(?P<list>[\w.]+)\s+as\s+(?P<name>\w+)\s*")
_LIST_END = re.compile(r"list\s*")
_QUOTED = re.compile(r"\[\s*(['\"]).*?\1\s*\]|(['\"]).*?\2", re.DOTALL)
"""As Liquid tells quoted text apart: within brackets it goes on to the quotation mark before the next one."""
_RANGE = ".."
_LONGEST, _DEEPEST = 500, 10
_WITHIN_BLOCKS = frozenset({"else", "elsif", "when"})
_BLOCKS = frozenset({"if", "unless", "case", "for", "comment"})
_OUTSIDE_LISTS = re.compile(r"^(\s*)commentList\.(?=(?:user|content|createtime)\b)")


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that has to be ended."""

    name: str
    at: int
    bound: str | None = None
    is_freemarker: bool = False


@dataclass(slots=True)
class Translation:
    """Liquid, where its parts came from, and what its lists are gone through by."""

    source: str
    mapped: Mapped = field(default_factory=Mapped)
    loops: list[tuple[str, str]] = field(default_factory=list)
    """Name of the one and name of the list, for each list that is gone through."""
    blocks: list[_Open] = field(default_factory=list)

    def is_bound(self, name: str) -> bool:
        return any(each.bound == name for each in self.blocks)

    def unreadable(self, index: int) -> Unreadable:
        place = place_of(self.source, index)
        return Unreadable(line=place.line, place=place.place, near=near(self.source, index))


def translate(source: str) -> Translation:
    """A template as Liquid. Raises Unreadable and NeverEnded."""
    made, at = Translation(source), 0
    while found := _OPENING.search(source, at):
        made.mapped.add(source[at : found.start()], at, is_same=True)
        at = _STEPS[found[0]](made, found.start())
    made.mapped.add(source[at:], at, is_same=True)
    if made.blocks:
        _refuse_open(made, made.blocks[-1].at)
    return made


def _refuse_open(made: Translation, index: int) -> None:
    place = place_of(made.source, index)
    raise NeverEnded(line=place.line, place=place.place, near=near(made.source, index))


def _until(made: Translation, at: int, opening: str, closing: str) -> tuple[str, int]:
    """What stands between the two, and where it ends. Raises Unreadable where that is longer than anybody writes."""
    end = made.source.find(closing, at)
    if end < 0:
        _refuse_open(made, at)
    start = at + len(opening)
    if end - start > _LONGEST:
        raise made.unreadable(at)
    return made.source[start:end], end + len(closing)


def _bounded(made: Translation, at: int, text: str) -> None:
    """Raises Unreadable for ranges, and for what nests too deep."""
    depth = deepest = 0
    bare = _QUOTED.sub("", text)
    for sign in bare:
        depth = max(depth + (sign in "([") - (sign in ")]"), 0)
        deepest = max(deepest, depth)
    if _RANGE in bare or deepest > _DEEPEST:
        raise made.unreadable(at)


def _value(made: Translation, at: int) -> int:
    written, end = _until(made, at, "${", "}")
    text = written if made.is_bound("commentList") else _OUTSIDE_LISTS.sub(r"\1latest_reply.", written)
    _bounded(made, at, text)
    try:
        said = expression(text) or text
    except NotUnderstood as error:
        raise made.unreadable(at) from error
    _bounded(made, at, said)
    bare = said.strip()
    made.mapped.add(f"${{{bare}}}", at, is_same=bare == written)
    return end


def _tag(made: Translation, at: int) -> int:
    written, end = _until(made, at, "{%", "%}")
    left, right = written.startswith("-"), written.endswith("-") and len(written) > 1
    inner = written[left : len(written) - right]
    start = at + 2 + left + len(inner) - len(inner.lstrip())
    found = _NAME.match(inner.strip())
    if found is None:
        raise made.unreadable(at)
    name, rest = found[0], inner.strip()[found.end() :].strip()
    _bounded(made, at, rest)
    if name == "for":
        loop = _FOR.fullmatch(rest)
        if loop is None:
            raise made.unreadable(at)
        made.loops.append((loop["name"], loop["list"]))
        made.blocks.append(_Open(name, at, loop["name"]))
    elif name in _BLOCKS:
        made.blocks.append(_Open(name, at))
    elif name.startswith("end"):
        _end(made, at, (name.removeprefix("end"),), is_freemarker=False)
    elif name not in TAGS and name not in _WITHIN_BLOCKS:
        place = place_of(made.source, start)
        raise UnknownTag(line=place.line, place=place.place, name=name[:40], known=", ".join(TAGS))
    made.mapped.add("{%- " if left else "{% ", at)
    made.mapped.add(name, start, is_same=True)
    if rest:
        made.mapped.add(" ", start)
        made.mapped.add(rest, made.source.index(rest, start + len(name)), is_same=True)
    made.mapped.add(" -%}" if right else " %}", at)
    return end


def _directive(made: Translation, at: int) -> int:
    written, end = _until(made, at, "<#", ">")
    found = _LIST.fullmatch(written)
    if found is None or _RANGE in found["list"]:
        raise made.unreadable(at)
    made.loops.append((found["name"], found["list"]))
    made.blocks.append(_Open("for", at, found["name"], is_freemarker=True))
    made.mapped.add(f"{{% for {found['name']} in {found['list']} %}}", at)
    return end


def _directive_end(made: Translation, at: int) -> int:
    written, end = _until(made, at, "</#", ">")
    if _LIST_END.fullmatch(written) is None:
        raise made.unreadable(at)
    _end(made, at, ("for",), is_freemarker=True)
    made.mapped.add("{% endfor %}", at)
    return end


def _end(made: Translation, at: int, names: Iterable[str], *, is_freemarker: bool) -> None:
    last = made.blocks.pop() if made.blocks else None
    if last is None or last.name not in names or last.is_freemarker != is_freemarker:
        raise made.unreadable(at)


_STEPS = {"${": _value, "{%": _tag, "<#": _directive, "</#": _directive_end}

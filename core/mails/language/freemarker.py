"""Values as FreeMarker writes them: `a.b!'x'`, `a[b.c!''].d`, `a.b?string('yyyy-MM-dd')`."""

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[.\[\]!?()]))"
)
_BUILT_IN = {
    "html": "", "string": "", "trim": " | strip", "upper_case": " | upcase", "lower_case": " | downcase",
    "cap_first": " | capitalize", "size": " | size",
}  # fmt: skip
"""What each is in Liquid; values are escaped anyway."""


class NotUnderstood(ValueError):
    """It is no value that FreeMarker's page of mail settings knows."""


def expression(text: str) -> str | None:
    """The same in Liquid; None for what is Liquid already. Raises NotUnderstood."""
    bare = _QUOTED.sub("", text)
    if "|" in bare or not ("!" in bare or "?" in bare):
        return None
    reader = _Reader(_tokens(text))
    said = reader.value()
    if reader.rest():
        raise NotUnderstood(text)
    return said


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        token = _TOKEN.match(text, at)
        if token is None or token.lastgroup is None:
            raise NotUnderstood(text)
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads tokens from the left."""

    tokens: list[tuple[str, str]]
    at: int = 0

    def rest(self) -> list[tuple[str, str]]:
        return self.tokens[self.at :]

    def value(self) -> str:
        """A name with what follows it."""
        return self.path() + self.filters()

    def path(self) -> str:
        if self.takes("("):
            said = self.path()
            inner = self.filters()
            self.needs(")")
            return said + inner
        said = self.needs_kind("name")
        while True:
            if self.takes("."):
                said += f".{self.needs_kind('name')}"
            elif self.takes("["):
                said += f"[{self.key()}]"
            else:
                return said

    def key(self) -> str:
        """What is looked up. What stands for a missing one is passed over: what is looked up then is missing, too."""
        kind, text = self.peek()
        if kind in ("text", "number"):
            self.at += 1
            said = text
        else:
            said = self.path()
            self.filters()
        self.needs("]")
        return said

    def filters(self) -> str:
        said = ""
        while True:
            if self.takes("!"):
                said += f" | default: {self.default()}"
            elif self.takes("?"):
                said += self.built_in()
            else:
                return said

    def default(self) -> str:
        kind, text = self.peek()
        if kind in ("text", "number"):
            self.at += 1
            return text
        return self.path() if kind == "name" else "''"

    def built_in(self) -> str:
        name = self.needs_kind("name")
        if name not in _BUILT_IN:
            raise NotUnderstood(name)
        if name == "string" and self.takes("("):
            pattern = self.needs_kind("text")
            self.needs(")")
            return f" | time: {pattern}"
        return _BUILT_IN[name]

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def takes(self, sign: str) -> bool:
        if self.peek() != ("sign", sign):
            return False
        self.at += 1
        return True

    def needs(self, sign: str) -> None:
        if not self.takes(sign):
            raise NotUnderstood(sign)

    def needs_kind(self, wanted: str) -> str:
        kind, text = self.peek()
        if kind != wanted:
            raise NotUnderstood(text)
        self.at += 1
        return text

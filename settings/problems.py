"""How a wrong configuration is told: every problem at once, each with its variable and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

PREFIX = "DESKGRAPH_"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one variable. Holds no value: a value may be a secret."""

    variable: str
    message: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.message}"


class InvalidSettings(Exception):
    """The environment does not make a configuration. `problems` holds every reason at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        title = "One setting is wrong:" if count == 1 else f"{count} settings are wrong:"
        super().__init__("\n".join([title, *(f"  {problem}" for problem in self.problems)]))


def from_validation(error: ValidationError) -> list[Problem]:
    """The problems pydantic found, in our words and without the offending input."""
    return [
        _problem(entry["loc"], entry["msg"]) for entry in error.errors(include_input=False, include_url=False)
    ]


def _problem(location: tuple[int | str, ...], message: str) -> Problem:
    variable = PREFIX + str(location[0]).upper() if location else PREFIX + "*"
    return Problem(variable, message.removeprefix("Value error, "))


def unknown_variables(environment: Mapping[str, str], fields: Iterable[str]) -> list[Problem]:
    """A problem for each variable with our prefix that no setting reads: most often a typing mistake."""
    known = [PREFIX + name.upper() for name in fields]
    names = [name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known]
    return [Problem(name, _suggestion(name.upper(), known)) for name in sorted(names)]


def _suggestion(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    if near:
        return f"no such setting; did you mean {near[0]}?"
    return "no such setting; remove it (docs/operating/settings.md lists them all)."

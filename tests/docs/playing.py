"""Runs a page's examples, in order, and compares the answers.

In an answer `tkt_…` stands for any id of that kind and `…` for anything; in variables `tkt_…` stands for the last such
id that the page has shown.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.testing import Answer
from tests.docs.reading import Fence, fences

Ask = Callable[[str, Mapping[str, Any]], Awaitable[Answer]]
_ID = re.compile(r"([a-z]{3})_(?:…|[0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Example:
    """An operation, who asks, and what is answered; `cost` where the page tells it."""

    fence: Fence
    asker: str
    variables: dict[str, Any]
    answer: Any
    cost: int | None


class BadExample(ValueError):
    """An example that cannot be run as it is written."""


def examples(text: str) -> Iterator[Example]:
    """The examples of a page that are to be run. Raises BadExample for one without an answer."""
    blocks = fences(text)
    for place, each in enumerate(blocks):
        asker = each.option("run")
        if each.language != "graphql" or asker is None:
            continue
        rest = blocks[place + 1 : place + 3]
        variables = json.loads(rest.pop(0).text) if rest and _is_variables(rest[0]) else {}
        if not rest or rest[0].language != "json" or _is_variables(rest[0]):
            raise BadExample(f"line {each.line}: no answer follows")
        cost = each.option("cost")
        yield Example(each, asker, variables, json.loads(rest[0].text), int(cost) if cost else None)


def _is_variables(block: Fence) -> bool:
    return block.language == "json" and "variables" in block.words


@dataclass(slots=True)
class Stage:
    """Who may ask, and what stands for `…` in variables: ids that were shown, and secrets by the word before them."""

    askers: Mapping[str, Ask]
    secrets: Mapping[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    async def play(self, text: str) -> int:
        """Run a page. Gives the number of examples. Raises AssertionError with the line, BadExample."""
        played = 0
        for each in examples(text):
            if each.asker not in self.askers:
                raise BadExample(f"line {each.fence.line}: nobody is called {each.asker}")
            answer = await self.askers[each.asker](each.fence.text, self.filled(each.variables))
            told = differences(each.answer, answer.data)
            assert told == [], f"line {each.fence.line}: {'; '.join(told)}; the answer is {answer.data}"
            if each.cost is not None:
                assert answer.body["extensions"]["cost"]["requested"] == each.cost, f"line {each.fence.line}"
            self._remember(answer.data)
            played += 1
        return played

    def filled(self, value: Any, name: str = "") -> Any:
        """Variables with what `…` stands for. Raises BadExample for an id that was not shown."""
        if isinstance(value, dict):
            return {key: self.filled(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each, name) for each in value]
        if value == "…" or (isinstance(value, str) and name in self.secrets):
            return self.secrets[name]
        found = _ID.fullmatch(value) if isinstance(value, str) else None
        if found and value.endswith("…"):
            if found[1] not in self.ids:
                raise BadExample(f"no id like {value} was shown before")
            return self.ids[found[1]]
        return value

    def _remember(self, value: Any) -> None:
        if isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                self._remember(each)
        elif isinstance(value, str) and (found := _ID.fullmatch(value)):
            self.ids[found[1]] = value


def differences(expected: Any, given: Any, place: str = "") -> list[str]:
    """Where an answer is not what the page says."""
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(expected) != list(given):
            return [f"{place or 'data'} has {list(given)}, not {list(expected)}"]
        return [told for key in expected for told in differences(expected[key], given[key], f"{place}.{key}")]
    if isinstance(expected, list) and isinstance(given, list) and len(expected) == len(given):
        pairs = enumerate(zip(expected, given, strict=True))
        return [told for at, (a, b) in pairs for told in differences(a, b, f"{place}[{at}]")]
    return [] if _stands_for(expected, given) else [f"{place} is {given!r}, not {expected!r}"]


def _stands_for(expected: Any, given: Any) -> bool:
    if isinstance(expected, str) and expected.endswith("…"):
        return isinstance(given, str) and len(given) > len(expected) - 1 and given.startswith(expected[:-1])
    return type(expected) is type(given) and expected == given

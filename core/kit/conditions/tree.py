"""The form of a condition: read from JSON, with the place of each part kept for refusals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from core.kit.conditions.errors import ConditionTooDeep, ConditionTooLarge, MalformedCondition
from core.kit.conditions.operators import Operator

DEEPEST = 5
MOST_PARTS = 100
"""Of one condition: tests, and what joins them."""


@dataclass(frozen=True, slots=True)
class Test:
    """A field, tested."""

    field: str
    operator: Operator
    value: Any
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts hold, or at least one: of none, all hold and none does."""

    is_all: bool
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: "Condition"


Condition: TypeAlias = Test | Joined | Negated
EVERYTHING = Joined(is_all=True, parts=())


def read_tree(given: object, path: tuple[str, ...] = ()) -> Condition:
    """A condition from JSON. Raises MalformedCondition, ConditionTooDeep, ConditionTooLarge, each located; what fields
    and values mean is not looked at."""
    return _Reading(path).read(given, path, 1)


class _Reading:
    def __init__(self, root: tuple[str, ...]) -> None:
        self._root, self._parts = root, 0

    def read(self, given: object, path: tuple[str, ...], depth: int) -> Condition:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise ConditionTooLarge(path=self._root, limit=MOST_PARTS)
        if depth > DEEPEST:
            raise ConditionTooDeep(path=path, limit=DEEPEST)
        match given:
            case {"and": list(parts), **rest} if not rest:
                return self._joined(True, parts, (*path, "and"), depth)
            case {"or": list(parts), **rest} if not rest:
                return self._joined(False, parts, (*path, "or"), depth)
            case {"not": part, **rest} if not rest:
                return Negated(self.read(part, (*path, "not"), depth + 1))
            case {"field": str(field), "op": str(operator), **rest} if not rest.keys() - {"value"}:
                if operator in Operator.__members__:
                    return Test(field, Operator(operator), rest.get("value"), path)
        raise MalformedCondition(path=path)

    def _joined(self, is_all: bool, parts: list[object], path: tuple[str, ...], depth: int) -> Joined:
        read = (self.read(each, (*path, str(place)), depth + 1) for place, each in enumerate(parts))
        return Joined(is_all, tuple(read))


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every test, at whatever depth."""
    match condition:
        case Test():
            yield condition
        case Negated():
            yield from tests_in(condition.part)
        case Joined():
            for part in condition.parts:
                yield from tests_in(part)


def fields_in(condition: Condition) -> list[str]:
    """The fields that are tested, each once, in the order in which they come."""
    return list(dict.fromkeys(each.field for each in tests_in(condition)))


def plain(condition: Condition) -> Mapping[str, Any]:
    """The condition as JSON, as `read_tree` reads it."""
    match condition:
        case Negated():
            return {"not": plain(condition.part)}
        case Joined():
            return {"and" if condition.is_all else "or": [plain(each) for each in condition.parts]}
        case Test():
            made = {"field": condition.field, "op": condition.operator.value}
            return made if condition.value is None else {**made, "value": condition.value}

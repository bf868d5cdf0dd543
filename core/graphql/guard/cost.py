"""What an operation costs, in points.

The formula, which the API's documentation repeats:

- a field that returns an object costs 1 point, a scalar or enum 0, a mutation 10 more; `Connection`, `Edge`
  and `PageInfo` wrappers cost 0; a field may declare otherwise: `strawberry.field(metadata={"cost": 5})`, as every
  long text does (`core.kit.graph.long`);
- below a list everything is multiplied by its size. The size of a connection, or of a type that ends in `Page`, is
  its `first` or `last` (the larger where both are given): the literal, the variable's value, or the argument's
  default in the schema, else 20; it multiplies `edges` and `nodes` only. A list of `ids` has the size of the ids
  given. Another list counts as 5, or as its declared `metadata={"list_size": 3}`;
- of the fragments on the several types of a union or interface, the costliest counts;
- what `@skip` or `@include` leaves out costs nothing;
- `__schema` and `__type` cost what they read, on a scale where the full introspection query costs 1000;
- an operation costs 1 point at least.

Sizes depend on variables, so a document's analysis yields a tree of these nodes, shared where fragments are
shared, and each request evaluates it: a cost of `flat + page * paged` for each selection, where `page` is the
page size that the field above it was given. So a fragment is evaluated once, wherever it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import FieldNode

DEFAULT_PAGE = 20
DEFAULT_LIST = 5
MUTATION_COST = 10
_CEILING = 10**9
"""Costs stop growing here, so that a chain of doublings never makes an integer of a thousand digits."""


class _Cost(NamedTuple):
    flat: int
    paged: int

    def at(self, page: int) -> int:
        return min(_CEILING, self.flat + page * self.paged)


@dataclass(frozen=True, slots=True)
class Size:
    """How many items a list argument asks for: the larger of its parts, each a number or a variable's name."""

    parts: tuple[int | str, ...]

    def of(self, variables: Mapping[str, Any]) -> int | None:
        """None where no part has a value, so that the list is of its default size."""
        sizes = [_length(variables.get(part) if isinstance(part, str) else part) for part in self.parts]
        known = [size for size in sizes if size is not None]
        return max(known) if known else None


def _length(value: Any) -> int | None:
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int):
        return min(_CEILING, max(0, value))
    return None


Condition = tuple[str, bool]
"""A variable's name, and the value it must have for the selection to be there."""


@dataclass(slots=True)
class FieldCost:
    """One field of a selection."""

    name: str
    weight: int
    size: Size | None = None
    default_size: int = 1
    is_list: bool = False
    is_page: bool = False
    conditions: tuple[Condition, ...] = ()
    children: "SelectionCost | None" = None
    node: FieldNode | None = None
    """Where it stands in the document."""


@dataclass(slots=True)
class Branch:
    """A fragment inside a selection; of those on an object type (`only`), the costliest type counts."""

    selection: "SelectionCost"
    only: str | None
    conditions: tuple[Condition, ...] = ()


@dataclass(slots=True)
class SelectionCost:
    """A selection set, or a fragment's."""

    fields: list[FieldCost] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    def variables(self) -> frozenset[str]:
        """The variables that the cost depends on."""
        found: set[str] = set()
        waiting, seen = [self], {id(self)}
        while waiting:
            selection = waiting.pop()
            found.update(name for item in selection.fields for name, _ in item.conditions)
            found.update(name for branch in selection.branches for name, _ in branch.conditions)
            sizes = [each.size.parts for each in selection.fields if each.size]
            found.update(part for parts in sizes for part in parts if isinstance(part, str))
            below = [each.children for each in selection.fields if each.children]
            below += [each.selection for each in selection.branches]
            for each in below:
                if id(each) not in seen:
                    seen.add(id(each))
                    waiting.append(each)
        return frozenset(found)


class Evaluation:
    """One evaluation of a cost tree, for one set of variables."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._known: dict[int, _Cost] = {}

    def total(self, root: SelectionCost) -> int:
        """The operation's cost."""
        return max(1, self._selection(root).at(DEFAULT_PAGE))

    def driver(self, root: SelectionCost) -> list[FieldCost]:
        """The way to the field that causes most of the cost: followed down while one child is half of it."""
        path: list[FieldCost] = []
        selection: SelectionCost | None = root
        while selection is not None and len(path) < 100:
            candidates = [
                (self._field(item).at(DEFAULT_PAGE), item) for item in self._fields_of(selection, set())
            ]
            total = sum(cost for cost, _ in candidates)
            cost, costliest = max(candidates, key=lambda pair: pair[0], default=(0, None))
            if costliest is None or cost * 2 < total or cost == 0:
                break
            path.append(costliest)
            selection = costliest.children
        return path

    def _fields_of(self, selection: SelectionCost, seen: set[int]) -> list[FieldCost]:
        if id(selection) in seen:
            return []
        seen.add(id(selection))
        fields = [item for item in selection.fields if self._holds(item.conditions)]
        for branch in selection.branches:
            fields += self._fields_of(branch.selection, seen)
        return fields

    def _selection(self, selection: SelectionCost) -> _Cost:
        known = self._known.get(id(selection))
        if known is not None:
            return known
        flat = paged = 0
        for item in selection.fields:
            cost = self._field(item)
            flat, paged = flat + cost.flat, paged + cost.paged
        alternatives: dict[str, _Cost] = {}
        for branch in selection.branches:
            if not self._holds(branch.conditions):
                continue
            cost = self._selection(branch.selection)
            if branch.only is None:
                flat, paged = flat + cost.flat, paged + cost.paged
            else:
                before = alternatives.get(branch.only, _Cost(0, 0))
                alternatives[branch.only] = _Cost(before.flat + cost.flat, before.paged + cost.paged)
        if alternatives:
            flat += max(cost.flat for cost in alternatives.values())
            paged += max(cost.paged for cost in alternatives.values())
        result = _Cost(min(_CEILING, flat), min(_CEILING, paged))
        self._known[id(selection)] = result
        return result

    def _field(self, item: FieldCost) -> _Cost:
        if not self._holds(item.conditions):
            return _Cost(0, 0)
        if item.children is None:
            return _Cost(item.weight, 0)
        size = item.default_size
        if item.size is not None:
            asked = item.size.of(self._variables)
            size = item.default_size if asked is None else asked
        below = self._selection(item.children)
        if item.is_page:
            return _Cost(0, item.weight + below.at(DEFAULT_PAGE))
        if item.is_list:
            return _Cost(min(_CEILING, size * (item.weight + below.at(DEFAULT_PAGE))), 0)
        return _Cost(item.weight + below.at(size), 0)

    def _holds(self, conditions: tuple[Condition, ...]) -> bool:
        return not conditions or all(self._variables.get(name) is wanted for name, wanted in conditions)

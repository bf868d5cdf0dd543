"""Filters, generated from what a type declares: `and`, `or`, `not` and one operator input per filterable field."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from strawberry import UNSET
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from core.kit.graph.inputs import camel
from core.kit.graph.node import NodeType, registry
from core.kit.graph.operators import OPERATORS, IDFilter, operator_terms, set_of
from core.kit.graph.reading import Query
from core.kit.graph.request import BadArgument, Request
from core.kit.graph.sources import Column, One

DEEPEST_FILTER = 5
MOST_PARTS = 200
"""Of one filter: what `and`, `or` and `not` join, at whatever depth."""


FilterTerm = Callable[[Any, str, Query], str]
"""`(input value, alias, query) -> SQL condition`, for filters that are not on a column."""


FilterCheck = Callable[[Request, Sequence[Any]], Awaitable[None]]
"""`(request, every value given in one filter)`: raises BadArgument or NotPermitted for what cannot be asked. May change
the values, which are the request's own."""


FilterPreparation = Callable[[Request, Any], Awaitable[Any]]
"""`(request, value)`: what the term is given instead, where the database has to be asked for it first. A term takes
what was not prepared, too."""


@dataclass(frozen=True)
class ExtraFilter:
    """A filter that is not on a column: a tag, a custom field. `check` is for what only the database can tell."""

    annotation: Any
    description: str
    term: FilterTerm
    check: FilterCheck | None = None
    prepare: FilterPreparation | None = None


@dataclass(frozen=True)
class FilterType:
    """The filter input of one type, and how its fields become SQL. A condition is put to what the viewer may read:
    what is null in an answer of theirs is null in their filters, so that nothing hidden can be guessed at."""

    node_type: NodeType
    input: type[Any]
    extras: dict[str, ExtraFilter]

    def compile(self, value: Any, query: Query, alias: str = "t", depth: int = 1) -> str:
        """One SQL condition for a filter. Raises BadArgument when it is nested too deep, has too many parts or
        holds null operators."""
        if depth > DEEPEST_FILTER:
            raise BadArgument("BAD_FILTER", "A filter nests at most {limit} deep.", limit=DEEPEST_FILTER)
        query.parts += 1
        if query.parts > MOST_PARTS + 1:  # the filter itself is none of its parts
            raise BadArgument("BAD_FILTER", "A filter has at most {limit} parts.", limit=MOST_PARTS)
        terms: list[str] = []
        for name, given in vars(value).items():
            if given is UNSET:
                continue
            if given is None:
                raise BadArgument("BAD_FILTER", "A condition cannot be null; leave it out.")
            if name in ("and_", "or_"):
                parts = [self.compile(each, query, alias, depth + 1) for each in set_of(given)]
                joined = (" and " if name == "and_" else " or ").join(parts)
                terms.append(f"({joined})" if parts else ("true" if name == "and_" else "false"))
            elif name == "not_":
                terms.append(f"(({self.compile(given, query, alias, depth + 1)}) is not true)")
            elif name in self.extras:
                terms.append(self.extras[name].term(given, alias, query))
            else:
                column = self.node_type.columns.get(name)
                is_lower = column is not None and column.filter == "word"
                terms.extend(operator_terms(given, self._read(name, query, alias), query, is_lower=is_lower))
        return "(" + " and ".join(terms) + ")" if terms else "true"

    def _read(self, name: str, query: Query, alias: str) -> str:
        """What the viewer reads in this field, as SQL."""
        assert query.viewer is not None, "a filter is compiled for somebody"
        if name == "id":
            return f"{alias}.id"
        relation = self.node_type.relations.get(name)
        if relation is None:
            return self.node_type.columns[name].expression(query.viewer, alias)
        return self.node_type.target_of(name).reached(query.viewer, f"{alias}.{relation.column}")

    async def checked(self, request: Request, value: Any) -> Any:
        """The filter as it is to be compiled: each extra filter that is used has checked what it was given, wherever it
        stands, and may have put it into the form in which it is kept. A document's filter is everybody's who asks it,
        so that is done on a copy."""
        asking = {name: extra for name, extra in self.extras.items() if extra.check or extra.prepare}
        used = {name: extra for name, extra in asking.items() if mentions(value, name)}
        own = deepcopy(value) if used else value
        for name, extra in used.items():
            if extra.check:
                await extra.check(request, [getattr(place, name) for place in _uses(own, name)])
            if extra.prepare:
                for place in _uses(own, name):
                    setattr(place, name, await extra.prepare(request, getattr(place, name)))
        return own

    def adopt(self, attribute: str, extra: ExtraFilter) -> None:
        """Take in a filter that another domain attaches, after the input was made."""
        field = StrawberryField(
            python_name=attribute,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(extra.annotation | None),
            default=UNSET,
            description=extra.description,
        )
        self.input.__strawberry_definition__.fields.append(field)
        plain: Callable[..., None] = self.input.__init__

        def with_attached(made: Any, **given: Any) -> None:
            attached = given.pop(attribute, UNSET)
            plain(made, **given)
            setattr(made, attribute, attached)

        self.input.__init__ = with_attached
        self.extras[attribute] = extra


def _uses(value: Any, name: str) -> Iterator[Any]:
    """The parts of a filter that say something about a field."""
    given = {each: told for each, told in vars(value).items() if told is not UNSET}
    if name in given:
        yield value
    for nested in (*(given.get("and_") or ()), *(given.get("or_") or ()), given.get("not_")):
        if nested is not None:
            yield from _uses(nested, name)


def mentions(value: Any, name: str) -> bool:
    """Whether a filter says anything about a field, at whatever depth."""
    return bool(value) and any(True for _ in _uses(value, name))


FILTERS: dict[str, FilterType] = {}
ATTACHED_FILTERS: dict[str, dict[str, ExtraFilter]] = {}


def attach_filter(type_name: str, name: str, extra: ExtraFilter) -> None:
    """Add a filter to the lists of another domain's type, whichever of the two is declared first."""
    ATTACHED_FILTERS.setdefault(type_name, {})[name] = extra
    if type_name in FILTERS:
        FILTERS[type_name].adopt(name, extra)


def filter_of(cls: type[Any], **extras: ExtraFilter) -> type[Any]:
    """Generate (once) the filter input of a node type from its filterable columns and relations."""
    node_type = registry.of(cls)
    if node_type.name in FILTERS:
        return FILTERS[node_type.name].input
    extras |= ATTACHED_FILTERS.get(node_type.name, {})
    name = f"{node_type.name}Filter"
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {"__annotations__": annotations, "__module__": __name__}

    def add(attribute: str, annotation: Any, description: str, graphql_name: str | None = None) -> None:
        annotations[attribute] = annotation
        body[attribute] = strawberry.field(name=graphql_name, default=UNSET, description=description)

    itself: Any = Annotated[name, strawberry.lazy(__name__)]
    add("and_", list[itself] | None, "All of these hold.", "and")
    add("or_", list[itself] | None, "At least one of these holds; an empty list matches nothing.", "or")
    add("not_", itself | None, "This does not hold.", "not")
    add("id", IDFilter | None, "On `id`.")
    for attribute, kind in _filterable(node_type):
        add(attribute, OPERATORS[kind] | None, f"On `{camel(attribute)}`.")
    for attribute, extra in extras.items():
        add(attribute, extra.annotation | None, extra.description)
    made = strawberry.input(
        type(name, (), body), description=f"Conditions on {node_type.name}; several are joined by AND."
    )
    globals()[name] = made
    FILTERS[node_type.name] = FilterType(node_type, made, extras)
    return made


def _filterable(node_type: NodeType) -> list[tuple[str, str]]:
    sources: dict[str, Column | One] = {**node_type.columns, **node_type.relations}
    return [(attribute, source.filter) for attribute, source in sources.items() if source.filter]

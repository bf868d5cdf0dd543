"""Members of a patch that may be left out but not emptied.

GraphQL has no type for them: `title: String` in a patch may be left out, and so may be null as well. A null is told
as a refusal at its place, like everything else a person can act on.
"""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.types.base import StrawberryMaybe, StrawberryOptional, has_object_definition

from core.kit.errors import DomainError, Errors, Required

_NEVER_NULL: dict[type[Any], set[str]] = {}


def let_nulls_reach_mutations(schema: GraphQLSchema) -> None:
    """Read `Maybe[T]` as `Maybe[T | None]` and remember which members these are.

    Strawberry refuses the null itself, with a top-level error that has no place and speaks of Python's types.
    """
    for each in schema.type_map.values():
        declared = each.extensions.get("strawberry-definition")
        if not isinstance(each, GraphQLInputObjectType) or declared is None:
            continue
        for field in declared.fields:
            annotation = field.type
            if isinstance(annotation, StrawberryMaybe) and not isinstance(
                annotation.of_type, StrawberryOptional
            ):
                field.type = StrawberryMaybe(of_type=StrawberryOptional(of_type=annotation.of_type))
                _NEVER_NULL.setdefault(declared.origin, set()).add(field.python_name)


def refuse_nulls(given: Any) -> None:
    """Raises Errors naming each member of an input that is null and cannot be."""
    found: list[DomainError] = [Required(path=path) for path in _nulls(given, ())]
    if found:
        raise Errors(found)


def _nulls(given: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(given, list):
        for index, each in enumerate(given):
            yield from _nulls(each, (*path, str(index)))
        return
    if not has_object_definition(given):
        return
    never_null = _NEVER_NULL.get(type(given), set())
    for field in given.__strawberry_definition__.fields:
        value = getattr(given, field.python_name)
        inner = value.value if isinstance(value, strawberry.Some) else value
        place = (*path, _shown(field))
        if inner is None and value is not None and field.python_name in never_null:
            yield place
        yield from _nulls(inner, place)


def _shown(field: Any) -> str:
    head, *tail = field.python_name.split("_")
    named: str | None = field.graphql_name
    return named or head + "".join(part.capitalize() for part in tail)

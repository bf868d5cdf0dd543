"""How input objects become Python ones: worked out once for each type when the schema is built, since Strawberry
works it out at every call.

The plan also knows which members of a patch may be left out but not emptied. GraphQL has no type for them: `title:
String` in a patch may be left out, and so may be null as well. Strawberry refuses the null with a top-level error that
has no place and speaks of Python's types; here it is told as a refusal at its place, like everything else a person can
act on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, coerce_input_value
from strawberry import UNSET, Some
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.lazy_type import LazyType

from core.kit.errors import DomainError, Errors, Required

Read = Callable[[Any], Any]
"""Makes the Python value of a coerced one."""


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    shown: str
    read: Read | None
    """None where the coerced value is the Python value."""
    is_never_null: bool
    goes_deeper: bool
    """Whether it holds input objects of its own."""


@dataclass(frozen=True, slots=True)
class _Plan:
    made: type[Any]
    asked: GraphQLInputObjectType
    left_out: Mapping[str, None]
    """Members without a default: None where they are not given."""
    members: tuple[_Member, ...]
    watched: tuple[_Member, ...]
    """Members in which a null may have to be refused, here or deeper."""

    def read(self, given: Mapping[str, Any]) -> Any:
        values: dict[str, Any] = dict(self.left_out)
        for member in self.members:
            if member.shown in given:
                value = given[member.shown]
                values[member.name] = value if member.read is None else member.read(value)
        return self.made(**values)


_PLANS: dict[type[Any], _Plan] = {}


def read_inputs_by_plan(schema: strawberry.Schema) -> None:
    """Plan every input type of a schema, and have Strawberry read it so."""
    for each in schema._schema.type_map.values():
        declared = each.extensions.get("strawberry-definition")
        if isinstance(each, GraphQLInputObjectType) and declared is not None:
            plan = _PLANS[declared.origin] = _plan_of(declared, each, schema.config.name_converter.from_field)
            declared.from_input = _reading(plan)


def _reading(plan: _Plan) -> Callable[[object, Mapping[str, Any], object], Any]:
    return lambda _type, given, _context: plan.read(given)


def _plan_of(declared: Any, asked: GraphQLInputObjectType, shown: Callable[[Any], str]) -> _Plan:
    members = tuple(_member(field, shown(field), declared) for field in declared.fields)
    left_out = [
        field.python_name
        for field in declared.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    ]
    watched = tuple(each for each in members if each.is_never_null or each.goes_deeper)
    return _Plan(declared.origin, asked, dict.fromkeys(left_out), members, watched)


def _member(field: Any, shown: str, declared: Any) -> _Member:
    annotation = field.resolve_type(type_definition=declared)
    is_never_null = isinstance(annotation, StrawberryMaybe) and not isinstance(
        annotation.of_type, StrawberryOptional
    )
    return _Member(field.python_name, shown, _read_of(annotation), is_never_null, _goes_deeper(annotation))


def _read_of(annotation: Any) -> Read | None:
    if isinstance(annotation, StrawberryMaybe):
        inner = _read_of(annotation.of_type)
        return Some if inner is None else lambda value: Some(inner(value))
    if isinstance(annotation, StrawberryOptional):
        return _read_of(annotation.of_type)
    if isinstance(annotation, LazyType):
        return _read_of(annotation.resolve_type())
    if isinstance(annotation, StrawberryList):
        item = _read_of(annotation.of_type)
        # Copied in any case: graphql-core gives every request the same list where a default stands in.
        return _where_given(list if item is None else lambda values: [item(each) for each in values])
    if has_object_definition(annotation):
        # Looked up when it is read: input types may hold one another.
        return _where_given(lambda value: _PLANS[annotation].read(value))
    return None


def _where_given(read: Read) -> Read:
    return lambda value: value if value is None or value is UNSET else read(value)


def _goes_deeper(annotation: Any) -> bool:
    if isinstance(annotation, LazyType):
        return _goes_deeper(annotation.resolve_type())
    if isinstance(annotation, StrawberryOptional | StrawberryList):  # a Maybe is an Optional, too
        return _goes_deeper(annotation.of_type)
    return has_object_definition(annotation)


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
    plan = _PLANS.get(type(given))
    for member in plan.watched if plan else ():
        value = getattr(given, member.name)
        is_given = isinstance(value, Some)
        inner = value.value if is_given else value
        if is_given and inner is None and member.is_never_null:
            yield (*path, member.shown)
        elif member.goes_deeper and inner is not None:
            yield from _nulls(inner, (*path, member.shown))


def packed(given: Any) -> Any:
    """An input object as JSON holds it, for work that goes on after the answer. `unpacked` gives it back."""
    if isinstance(given, list):
        return [packed(each) for each in given]
    if isinstance(given, Enum):
        return given.name
    if isinstance(given, datetime):
        return given.isoformat()
    plan = _PLANS.get(type(given))
    if plan is None:
        return given
    values = ((member.shown, getattr(given, member.name)) for member in plan.members)
    return {shown: packed(value) for shown, value in values if value is not UNSET}


def unpacked(made: type[Any], kept: Mapping[str, Any]) -> Any:
    """The input object of this class that was packed. Raises GraphQLError where the API no longer takes it."""
    plan = _PLANS[made]
    return plan.read(coerce_input_value(dict(kept), plan.asked))

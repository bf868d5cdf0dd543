"""The operators of filters, one input for each kind of value, and the SQL they become.

`in: []` matches nothing; an operator given as null is refused, since it would be read as "no condition".
"""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from core.kit.graph.reading import Query
from core.kit.graph.request import BadArgument
from core.kit.ids import split_global

LARGEST_SET = 200
IS_NULL = "True: there is none. False: there is one."


def _operator(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


@strawberry.input(description="Conditions on an id. Several are joined by AND.")
class IDFilter:
    eq: strawberry.ID | None = _operator("Is this one.")
    in_: list[strawberry.ID] | None = strawberry.field(
        name="in", default=UNSET, description="Is one of these, at most 200; an empty list matches nothing."
    )
    not_in: list[strawberry.ID] | None = _operator("Is none of these, at most 200.")
    is_null: bool | None = _operator(IS_NULL)


@strawberry.input(
    description="Conditions on a text; upper and lower case are the same. Several are joined by AND."
)
class StringFilter:
    eq: str | None = _operator("Is exactly this.")
    in_: list[str] | None = strawberry.field(
        name="in", default=UNSET, description="Is one of these, at most 200; an empty list matches nothing."
    )
    contains: str | None = _operator("Has this somewhere within.")
    starts_with: str | None = _operator("Begins with this.")
    is_null: bool | None = _operator(IS_NULL)


@strawberry.input(description="Conditions on a number. Several are joined by AND.")
class NumberFilter:
    eq: float | None = _operator("Is exactly this.")
    gte: float | None = _operator("Is this or more.")
    lt: float | None = _operator("Is less than this.")
    is_null: bool | None = _operator(IS_NULL)


@strawberry.input(description="Conditions on an instant. Several are joined by AND.")
class DateTimeFilter:
    gte: datetime | None = _operator("Is this instant or later.")
    lt: datetime | None = _operator("Is earlier than this instant.")
    is_null: bool | None = _operator(IS_NULL)


@strawberry.input(description="A condition on a yes-or-no value.")
class BooleanFilter:
    eq: bool | None = _operator("Is this.")


OPERATORS: dict[str, type[Any]] = {
    "id": IDFilter,
    "string": StringFilter,
    "word": StringFilter,
    "number": NumberFilter,
    "datetime": DateTimeFilter,
    "boolean": BooleanFilter,
}


def enum_filter(enum: type[Enum], description: str, *, may_be_empty: bool = False) -> str:
    """Register an operator input for an enum and return the name to give to `column(filter=…)`. With `isNull` where
    the field may be null."""
    name = f"{enum.__name__}Filter"
    if name not in OPERATORS:
        fields = {
            "eq": _operator("Is this."),
            "in_": strawberry.field(
                name="in", default=UNSET, description="Is one of these; an empty list matches nothing."
            ),
            "not_in": _operator("Is none of these."),
        }
        annotations = {"eq": enum | None, "in_": list[enum] | None, "not_in": list[enum] | None}  # type: ignore[valid-type]
        if may_be_empty:
            fields["is_null"] = _operator(IS_NULL)
            annotations["is_null"] = bool | None  # type: ignore[assignment]  # the others are of the enum
        body = {**fields, "__annotations__": annotations, "__module__": __name__}
        OPERATORS[name] = strawberry.input(type(name, (), body), description=description)
    return name


def _value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str) and "\x00" in value:
        raise BadArgument("BAD_FILTER", "A text in a filter cannot hold the character U+0000.")
    return value


def _keys(values: list[str]) -> list[object]:
    parts = (split_global(value) for value in values)
    return [part[1] for part in parts if part is not None]


def set_of(values: list[Any]) -> list[Any]:
    """The values of a set in a filter. Raises BadArgument over 200."""
    if len(values) > LARGEST_SET:
        raise BadArgument("BAD_FILTER", "A set in a filter holds at most {limit} values.", limit=LARGEST_SET)
    return values


def _like(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def operator_terms(value: Any, expression: str, query: Query, *, is_lower: bool = False) -> list[str]:
    """SQL conditions for an operator input on an expression; `is_lower` says that its texts are all in lower case.
    Raises BadArgument for operators given as null."""
    is_id, is_text = isinstance(value, IDFilter), isinstance(value, StringFilter)
    # Behind row-level security no index serves `lower`, which is not marked leakproof.
    subject = f"lower({expression})" if is_text and not is_lower else expression
    terms: list[str] = []
    for operator, given in vars(value).items():
        if given is UNSET:
            continue
        if given is None:
            raise BadArgument("BAD_FILTER", "An operator cannot be null; use `isNull`, or leave it out.")
        if operator == "is_null":
            terms.append(f"{expression} is null" if given else f"{expression} is not null")
        elif operator in ("in_", "not_in"):
            items: list[Any] = _keys(set_of(given)) if is_id else [_value(each) for each in set_of(given)]
            items = [str(each).lower() for each in items] if is_text else items
            name = query.value(items)
            terms.append(
                f"{subject} = any({name})"
                if operator == "in_"
                else f"({subject} is null or {subject} <> all({name}))"  # what is empty is none of these, too
            )
        elif operator in ("contains", "starts_with"):
            pattern = _like(_value(given).lower()) + "%"
            name = query.value(pattern if operator == "starts_with" else f"%{pattern}")
            terms.append(f"{subject} like {name}")
        else:
            plain: Any = next(iter(_keys([given])), None) if is_id else _value(given)
            plain = plain.lower() if is_text else plain
            sign = {"eq": "=", "gte": ">=", "lt": "<"}[operator]
            terms.append(f"{subject} {sign} {query.value(plain)}")
    return terms

"""Conditions in the API: how they are given, and which fields may be tested."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from core.kit.conditions.operators import Operator

_MEANT = {
    Operator.IS: "Is this. What has no value is not.",
    Operator.IS_NOT: "Is not this; so is what has no value.",
    Operator.IN: "Is one of these.",
    Operator.NOT_IN: "Is none of these; so is what has no value.",
    Operator.IS_SET: "Has a value. Takes none itself.",
    Operator.IS_NOT_SET: "Has no value. Takes none itself.",
    Operator.CONTAINS: "Has this text somewhere within, whatever the case.",
    Operator.STARTS_WITH: "Begins with this text, whatever the case.",
    Operator.AT_LEAST: "Is this or more; of instants and days: this or later.",
    Operator.LESS_THAN: "Is less than this; of instants and days: earlier.",
    Operator.HAS_ANY: "Has at least one of these.",
    Operator.HAS_ALL: "Has every one of these.",
    Operator.HAS_NONE: "Has none of these; so is what has none at all.",
    Operator.MATCHES: "Is found by this text as `search` finds it. In lists only.",
}
# The type checker wants members that are written out; these are made of the operators there are.
_PLAIN: Any = Enum(  # type: ignore[misc]
    "ConditionOperator",
    {each.value: strawberry.enum_value(each.value, description=_MEANT[each]) for each in Operator},
    module=__name__,
)
ConditionOperator: Any = strawberry.enum(_PLAIN, description="How a condition tests a field.")

ITSELF = Annotated["ConditionInput", strawberry.lazy("core.kit.graph.conditions")]


@strawberry.input(
    description="A condition: exactly one of `and`, `or`, `not` and a test of a `field`. It has at most 5"
    " levels and 100 parts."
)
class ConditionInput:
    and_: list[ITSELF] | None = strawberry.field(
        name="and", default=UNSET, description="All of these hold; an empty list always does."
    )
    or_: list[ITSELF] | None = strawberry.field(
        name="or", default=UNSET, description="At least one of these holds; an empty list never does."
    )
    not_: ITSELF | None = strawberry.field(name="not", default=UNSET, description="This does not hold.")
    field: str | None = strawberry.field(
        default=UNSET, description="The field that is tested, as `conditionFields` names it."
    )
    op: ConditionOperator | None = strawberry.field(default=UNSET, description="How it is tested.")
    value: JSON | None = strawberry.field(
        default=UNSET,
        description="What for: a value or a list of values, as the operator takes it. `me` and `my_groups` are whoever"
        ' asks; an instant may be told from now or today, as in `{from: "today", days: -7}`, in the tenant\'s zone.',
    )


def condition_from(given: Any) -> Any:
    """The condition as JSON, for `read_tree`; what was left out or is null is not in it."""
    if not isinstance(given, ConditionInput):
        return given
    members = {
        {"and_": "and", "or_": "or", "not_": "not"}.get(name, name): _plain(value)
        for name, value in vars(given).items()
        if value is not UNSET and value is not None
    }
    return members


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [condition_from(each) for each in value]
    return value.value if isinstance(value, Enum) else condition_from(value)

"""The back end for one object: a condition asked of facts in memory."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from core.kit.conditions.asking import Asking
from core.kit.conditions.declaring import ConditionField
from core.kit.conditions.operators import NEGATIVE, Kind, Operator
from core.kit.conditions.querying import resolved
from core.kit.conditions.tree import Condition, Joined, Negated, Test

Facts = Mapping[str, Any]
"""What an object has, by the names of its fields: ids as the API writes them, names of choices, texts, numbers,
datetimes with a zone, days as texts, collections for sets. What is absent, None or empty is no value."""


def matches(condition: Condition, facts: Facts, fields: Mapping[str, ConditionField], asking: Asking) -> bool:
    """Whether the condition holds. A search never does: it is asked of lists only."""
    match condition:
        case Negated():
            return not matches(condition.part, facts, fields, asking)
        case Joined():
            held = (matches(each, facts, fields, asking) for each in condition.parts)
            return all(held) if condition.is_all else any(held)
        case Test():
            return _tested(condition, facts, fields, asking)


def _tested(test: Test, facts: Facts, fields: Mapping[str, ConditionField], asking: Asking) -> bool:
    positive, field = NEGATIVE.get(test.operator), fields.get(test.field)
    has = facts.get(test.field)
    held = False
    if field is not None and has is not None and has != () and has != []:
        operator = positive or test.operator
        held = _holds(field, operator, _read(field, has), resolved(field, operator, test.value, asking))
    return held if positive is None else not held


def _holds(field: ConditionField, operator: Operator, has: Any, value: Any) -> bool:
    match operator:
        case Operator.IS_SET:
            return True
        case Operator.IS:
            return bool(_compared(field, has) == _compared(field, value))
        case Operator.IN:
            return _compared(field, has) in [_compared(field, each) for each in value]
        case Operator.CONTAINS:
            return value.lower() in has.lower()
        case Operator.STARTS_WITH:
            return bool(has.lower().startswith(value.lower()))
        case Operator.AT_LEAST:
            return bool(has >= value)
        case Operator.LESS_THAN:
            return bool(has < value)
        case Operator.HAS_ANY:
            return _any(has, value)
        case Operator.HAS_ALL:
            return set(value) <= set(has)
        case _:
            return False


def _read(field: ConditionField, has: Any) -> Any:
    """Custom fields keep instants as texts."""
    return datetime.fromisoformat(has) if field.kind is Kind.MOMENT and isinstance(has, str) else has


def _any(has: Collection[str], value: Collection[str]) -> bool:
    return bool(set(value) & set(has))


def _compared(field: ConditionField, value: Any) -> Any:
    return value.lower() if field.kind is Kind.TEXT and not field.minds_case else value

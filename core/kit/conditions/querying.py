"""The back end for lists: a condition as SQL, through the type's filter. So every test is put to what the viewer may
read, and which rows they see is asked where it always is."""

import re
from collections.abc import Mapping
from typing import Any

from core.kit.conditions.asking import Asking
from core.kit.conditions.declaring import ConditionField
from core.kit.conditions.operators import NEGATIVE, Kind, Operator
from core.kit.conditions.tree import Condition, Joined, Negated, Test
from core.kit.graph.filters import FILTERS, FilterType
from core.kit.graph.reading import Query


def condition_sql(
    type_name: str,
    condition: Condition,
    fields: Mapping[str, ConditionField],
    asking: Asking,
    query: Query,
    alias: str = "t",
) -> str:
    """One SQL condition on the type's table. What it names is put into `query`. Raises BadArgument for more values than
    a statement may name."""
    return _Writing(FILTERS[type_name], fields, asking, query, alias).of(condition)


class _Writing:
    def __init__(
        self,
        filters: FilterType,
        fields: Mapping[str, ConditionField],
        asking: Asking,
        query: Query,
        alias: str,
    ) -> None:
        self._filters, self._fields, self._asking = filters, fields, asking
        self._query, self._alias = query, alias

    def of(self, condition: Condition) -> str:
        match condition:
            case Test():
                return self._test(condition)
            case Negated():
                return _not(self.of(condition.part))
            case Joined():
                parts = [self.of(each) for each in condition.parts]
                joined = (" and " if condition.is_all else " or ").join(parts)
                return f"({joined})" if parts else ("true" if condition.is_all else "false")

    def _test(self, test: Test) -> str:
        positive = NEGATIVE.get(test.operator)
        asked = self._asked(test, positive or test.operator)
        return asked if positive is None else _not(asked)

    def _asked(self, test: Test, operator: Operator) -> str:
        field = self._fields.get(test.field)
        if field is None:
            return "false"  # it was defined once, and has no value any more
        members = field.filter(operator, resolved(field, operator, test.value, self._asking))
        return self._filters.compile(self._filters.input(**members), self._query, self._alias)


_IS_SET = re.compile(r"\(([\w.]+) is not null\)")


def _not(condition: str) -> str:
    is_set = _IS_SET.fullmatch(condition)
    # Said like this, an index of what has no value is found.
    return f"({is_set[1]} is null)" if is_set else f"(({condition}) is not true)"


def resolved(field: ConditionField, operator: Operator, value: Any, asking: Asking) -> Any:
    """A test's value with what symbols and relative dates stand for now."""
    if operator is Operator.IS_SET:
        return None
    if field.symbols:
        return asking.ids(value) if isinstance(value, list) else asking.ids([value])[0]
    if field.kind is Kind.MOMENT:
        return asking.moment(value)
    return asking.day(value) if field.kind is Kind.DAY else value

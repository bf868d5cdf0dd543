"""Whether a condition can be asked at all: said when it is saved, each fault at its place in the tree."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from core.kit.conditions.asking import is_relative
from core.kit.conditions.declaring import ConditionField, fields_for
from core.kit.conditions.errors import (
    NotInMemory,
    OperatorNotTaken,
    UnknownConditionField,
    UnknownTestValue,
    WrongTestValue,
)
from core.kit.conditions.operators import LISTED, TAKEN, VALUELESS, Kind, Operator
from core.kit.conditions.tree import Condition, Test, read_tree, tests_in
from core.kit.context import Context
from core.kit.errors import DomainError, Errors

LARGEST_SET = 200
LONGEST_TEXT = 400


async def check_condition(
    ctx: Context, type_name: str, given: object, *path: str, in_memory: bool = False
) -> Condition:
    """A condition from JSON, as whoever saves it may ask it: of fields that there are, by operators that they take, for
    values that there are for them. `in_memory` refuses what only lists can be asked. Raises MalformedCondition and
    what reading a tree raises, Errors naming each fault."""
    condition = read_tree(given, path)
    fields = await fields_for(type_name, ctx)
    tests = list(tests_in(condition))
    faults = [fault for each in tests if (fault := _fault(each, fields, in_memory)) is not None]
    if faults:
        raise Errors(faults)
    await _check_known(ctx, tests, fields)
    return condition


def read_condition(kept: object) -> Condition:
    """A condition that was checked when it was saved."""
    return read_tree(kept)


def _fault(test: Test, fields: Mapping[str, ConditionField], in_memory: bool) -> DomainError | None:
    field = fields.get(test.field)
    if field is None or field.is_archived:
        return UnknownConditionField(path=(*test.path, "field"), name=test.field[:60])
    if in_memory and field.kind is Kind.SEARCH:
        return NotInMemory(path=(*test.path, "field"), name=field.name)
    taken = TAKEN[field.kind]
    if test.operator not in taken:
        known = ", ".join(each.value for each in Operator if each in taken)
        return OperatorNotTaken(
            path=(*test.path, "op"), name=field.name, operator=test.operator.value, known=known
        )
    wanted = _unfit(field, test)
    if wanted is None:
        return None
    return WrongTestValue(
        path=(*test.path, "value"), operator=test.operator.value, name=field.name, wanted=wanted
    )


def _unfit(field: ConditionField, test: Test) -> str | None:
    """What the operator takes, where it was given something else."""
    if test.operator in VALUELESS:
        return None if test.value is None else "no value"
    fits, what = _FORMS[field.kind]
    if field.choices is not None:
        names = list(field.choices.__members__)
        fits, what = names.__contains__, ", ".join(names)
    if test.operator not in LISTED:
        return None if _is_one(test.value) and fits(test.value) else f"one value: {what}"
    listed = isinstance(test.value, list) and 1 <= len(test.value) <= LARGEST_SET
    if listed and all(_is_one(each) and fits(each) for each in test.value):
        return None
    return f"a list of 1 to {LARGEST_SET}: {what}"


def _is_one(value: object) -> bool:
    return not isinstance(value, list)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and "\x00" not in value


def _is_number(value: object) -> bool:
    # The size first: what is larger than any float cannot even be asked whether it is finite. The type checker does not
    # follow `type(value) in`, which leaves out truth values, as isinstance would not.
    return type(value) in (int, float) and abs(value) < 2**53 and math.isfinite(value)  # type: ignore[arg-type]


def _is_moment(value: object) -> bool:
    try:
        if is_relative(value):
            return True
        # What is no text raises TypeError, which is taken below as what is no moment.
        written = datetime.fromisoformat(value)  # type: ignore[arg-type]
        # The first and the last day of all have no UTC in every zone: this raises OverflowError.
        return written.tzinfo is not None and bool(written.astimezone(UTC))
    except (TypeError, ValueError, OverflowError):
        return False


def _is_day(value: object) -> bool:
    try:
        is_written = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
    return is_written or is_relative(value, units=("days",))


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


_TEXT = f"a text of 1 to {LONGEST_TEXT} characters"
_FORMS: Mapping[Kind, tuple[Callable[[Any], bool], str]] = {
    Kind.ID: (_is_text, "an id"),
    Kind.CHOICE: (_is_text, "a name"),
    Kind.TEXT: (_is_text, _TEXT),
    Kind.SEARCH: (_is_text, _TEXT),
    Kind.SET: (_is_text, "an id or key"),
    Kind.NUMBER: (_is_number, "a number"),
    Kind.BOOLEAN: (_is_boolean, "true or false"),
    Kind.MOMENT: (
        _is_moment,
        'an instant as 2026-11-23T08:30:00Z, or one as {"from": "today", "days": -7} or {"from": "now", "hours": -4}',
    ),
    Kind.DAY: (_is_day, 'a day as 2026-11-23, or one as {"from": "today", "days": -7}'),
}


async def _check_known(ctx: Context, tests: list[Test], fields: Mapping[str, ConditionField]) -> None:
    faults: list[DomainError] = []
    for name in dict.fromkeys(each.field for each in tests):
        field, named = fields[name], [each for each in tests if each.field == name]
        if field.known is None:
            continue
        wanted = [value for each in named for value in _values(each) if value not in field.symbols]
        known = {*await field.known(ctx, wanted), *field.symbols} if wanted else field.symbols
        faults += [fault for each in named for fault in _unknown(each, known)]
    if faults:
        raise Errors(faults)


def _values(test: Test) -> list[str]:
    return test.value if isinstance(test.value, list) else [] if test.value is None else [test.value]


def _unknown(test: Test, known: set[str] | frozenset[str]) -> list[DomainError]:
    listed = isinstance(test.value, list)
    return [
        UnknownTestValue(
            path=(*test.path, "value", *([str(place)] if listed else [])), name=test.field, value=value[:60]
        )
        for place, value in enumerate(_values(test))
        if value not in known
    ]

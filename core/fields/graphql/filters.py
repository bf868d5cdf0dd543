"""Conditions on custom fields in lists.

Equality is asked as containment (`custom @> '{"key": value}'`), which one index of each table serves whatever fields a
tenant defines; the other operators read the tenant's rows. The text of a condition depends on its operators only, never
on what the fields are: that a field exists and takes the operator is checked before, with the tenant's definitions.
Values of another form than a field's kind, should there be any, match nothing and break nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson
import strawberry
from strawberry import UNSET

from core.fields.access import field_sight
from core.fields.graphql.loading import load_definitions
from core.fields.kinds import FieldKind, form_of, is_time
from core.fields.lists import FieldObject
from core.kit.graph import BadArgument, Query, Request, StringFilter
from core.kit.graph.operators import LARGEST_SET, BooleanFilter, DateTimeFilter, NumberFilter


@strawberry.input(
    description="Conditions on the text of a custom field. `eq` and `in` mind upper and lower case and are fast;"
    " the rest do not. Several are joined by AND."
)
class CustomTextFilter:
    eq: str | None = strawberry.field(default=UNSET, description="Is exactly this.")
    in_: list[str] | None = strawberry.field(
        name="in", default=UNSET, description="Is one of these, at most 200; an empty list matches nothing."
    )
    contains: str | None = strawberry.field(default=UNSET, description="Has this somewhere within.")
    starts_with: str | None = strawberry.field(default=UNSET, description="Begins with this.")
    gte: str | None = strawberry.field(default=UNSET, description="Of dates and times: is this or later.")
    lt: str | None = strawberry.field(default=UNSET, description="Of dates and times: is earlier than this.")
    is_null: bool | None = strawberry.field(
        default=UNSET, description="True: there is none. False: there is one."
    )


@strawberry.input(description="A condition on the value of one custom field, in the form its kind has.")
class CustomFieldValueFilter:
    key: str = strawberry.field(description="The field's key.")
    text: CustomTextFilter | None = strawberry.field(
        default=UNSET, description="Of texts, links, dates and times."
    )
    number: NumberFilter | None = strawberry.field(
        default=UNSET, description="Of numbers and positive integers."
    )
    date_time: DateTimeFilter | None = strawberry.field(default=UNSET, description="Of instants.")
    boolean: BooleanFilter | None = strawberry.field(default=UNSET, description="Of yes-or-no fields.")
    option: StringFilter | None = strawberry.field(
        default=UNSET,
        description="Of choices, on the keys of their options: at least one is chosen that meets it.",
    )


def _given(value: Any) -> list[tuple[str, Any]]:
    return [(name, each) for name, each in vars(value).items() if each is not UNSET]


def _bad(message: str, **values: object) -> BadArgument:
    return BadArgument("BAD_FILTER", message, **values)


@dataclass(frozen=True)
class CustomFilter:
    """The filter of one kind of object."""

    object: FieldObject
    input: type[Any] = CustomFieldValueFilter

    def term(self, value: Any, alias: str, query: Query) -> str:
        """One SQL condition."""
        column, key = f"{alias}.custom", query.value(value.key)
        terms = self._known(key, query)
        for form, operators in _given(value):
            if form != "key" and operators is not None:
                conditions = _Conditions(value.key, column, f"{key}::text", query)
                terms += [conditions.term(form, name, each) for name, each in _given(operators)]
        return f"({' and '.join(terms)})" if terms else "true"

    def _known(self, key: str, query: Query) -> list[str]:
        """Of who is not staff: that the field is still theirs to know of. What is asked again and again, as whoever
        waits for events does, was checked when it was asked first."""
        if query.viewer is None or query.viewer.is_staff:
            return []
        found = "select 1 from field_definitions sf where sf.tenant_id = :tenant"
        found += f" and sf.object = '{self.object.value}' and sf.key = {key}::text"
        return [f"exists ({found} and {field_sight(query.viewer, 'sf')})"]

    async def check(self, request: Request, given: Sequence[Any]) -> None:
        """Raises BadArgument (BAD_FILTER) for a key that no field has, and for conditions its kind does not take."""
        definitions = await load_definitions(request, self.object)
        for each in given:
            field = definitions.get(each.key)
            if field is None:
                raise _bad(
                    "There is no custom field {key} here; ask for `customFields` to see which there are.",
                    key=each.key[:60],
                )
            _check_condition(each, FieldKind(field.kind.value))


def custom_filter(object: FieldObject) -> CustomFilter:
    return CustomFilter(object)


def _check_condition(value: Any, kind: FieldKind) -> None:
    wanted = {"optionKeys": "option"}.get(form_of(kind), form_of(kind))
    conditions = [(name, each) for name, each in _given(value) if name != "key"]
    for name, each in conditions:
        shown = {"date_time": "dateTime"}.get(name, name)
        if shown != wanted:
            raise _bad(
                "The custom field {key} is of the kind {kind}; filter it by `{wanted}`, not `{shown}`.",
                key=value.key,
                kind=kind.value,
                wanted=wanted,
                shown=shown,
            )
        if each is None or any(operator is None for _, operator in _given(each)):
            raise _bad(
                "An operator on the custom field {key} cannot be null; use `isNull`, or leave it out.",
                key=value.key,
            )
    if not conditions:
        raise _bad("Say what the custom field {key} must be: add `{wanted}`.", key=value.key, wanted=wanted)
    if wanted == "text":
        _check_text(value.key, value.text, kind)


def _check_text(key: str, operators: Any, kind: FieldKind) -> None:
    for name, given in _given(operators):
        if name in ("gte", "lt") and kind not in (FieldKind.DATE, FieldKind.TIME):
            raise _bad(
                "The custom field {key} is of the kind {kind}, which has no order; leave out `{name}`.",
                key=key,
                kind=kind.value,
                name=name,
            )
        if name in ("eq", "in_", "gte", "lt"):
            is_one = isinstance(given, str)
            kept = [_moment(key, each, kind) for each in ([given] if is_one else given)]
            setattr(operators, name, kept[0] if is_one else kept)


def _moment(key: str, given: str, kind: FieldKind) -> str:
    """A date or time as it is kept; other texts as they are."""
    if kind not in (FieldKind.DATE, FieldKind.TIME):
        return given
    try:
        if kind is FieldKind.DATE and date.fromisoformat(given).isoformat() == given:
            return given
        if kind is FieldKind.TIME and is_time(given):
            return time.fromisoformat(given).isoformat()
    except ValueError:
        pass
    raise _bad(
        "The custom field {key} is of the kind {kind}; write dates as 2026-11-23 and times as 08:30:00.",
        key=key,
        kind=kind.value,
    )


@dataclass(frozen=True)
class _Conditions:
    """SQL for one field's operators."""

    key: str
    column: str
    parameter: str
    query: Query

    def term(self, form: str, operator: str, given: Any) -> str:
        if operator == "is_null":
            return f"({self.column} -> {self.parameter}) is {'' if given else 'not '}null"
        if form == "option":
            return self._option(operator, given)
        if operator in ("eq", "in_"):
            return self._is([given] if operator == "eq" else given)
        if operator in ("contains", "starts_with"):
            return f"lower({self._text()}) like {self._pattern(operator, given)}"
        sign = {"gte": ">=", "lt": "<"}[operator]
        return self._ordered(form, sign, given)

    def _option(self, operator: str, given: Any) -> str:
        if operator in ("eq", "in_"):
            keys = [given] if operator == "eq" else given
            return self._is([[_plain(each).lower()] for each in _bounded(keys)])
        kept = f"{self.column} -> {self.parameter}"
        values = f"jsonb_array_elements_text(case when jsonb_typeof({kept}) = 'array' then {kept} end)"
        return f"exists (select 1 from {values} o(k) where o.k like {self._pattern(operator, given)})"

    def _is(self, values: Iterable[Any]) -> str:
        pieces = [orjson.dumps({self.key: _plain(each)}).decode() for each in _bounded(list(values))]
        terms = [f"{self.column} @> {self.query.value(piece)}::jsonb" for piece in pieces]
        return f"({' or '.join(terms)})" if terms else "false"

    def _text(self) -> str:
        return f"({self.column} ->> {self.parameter})"

    def _pattern(self, operator: str, given: str) -> str:
        escaped = _plain(given).lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        return self.query.value(escaped if operator == "starts_with" else f"%{escaped}")

    def _ordered(self, form: str, sign: str, given: Any) -> str:
        text, kept = self._text(), f"{self.column} -> {self.parameter}"
        if form == "number":
            number = f"case when jsonb_typeof({kept}) = 'number' then {text}::float8 end"
            return f"({number}) {sign} {self.query.value(given)}::float8"
        if form == "date_time":
            instant = f"case when {text} ~ '^\\d{{4}}-\\d\\d-\\d\\dT' then {text}::timestamptz end"
            moment: datetime = given
            return f"({instant}) {sign} {self.query.value(moment)}::timestamptz"
        return f'{text} collate "C" {sign} {self.query.value(_plain(given))}'


def _bounded(values: list[Any]) -> list[Any]:
    if len(values) > LARGEST_SET:
        raise _bad("A set in a filter holds at most {limit} values.", limit=LARGEST_SET)
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, str) and "\x00" in value:
        raise _bad("A text in a filter cannot hold the character U+0000.")
    return value

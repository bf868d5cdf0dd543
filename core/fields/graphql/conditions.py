"""What conditions may test objects by: each custom field, as `custom.<key>`."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from core.fields import queries
from core.fields.access import CustomerAccess
from core.fields.graphql.filters import CustomFieldValueFilter, CustomTextFilter
from core.fields.kinds import Definition, FieldKind, form_of
from core.fields.lists import FieldObject
from core.kit.conditions import ConditionField, Kind, Operator, declare_more
from core.kit.conditions.declaring import Filter, Known, given_as
from core.kit.context import Context
from core.kit.graph import StringFilter
from core.kit.graph.filters import FILTERS
from core.kit.graph.operators import BooleanFilter, DateTimeFilter, NumberFilter

PREFIX = "custom."
_KINDS = {
    FieldKind.DATE: Kind.DAY, FieldKind.DATETIME: Kind.MOMENT, FieldKind.NUMBER: Kind.NUMBER,
    FieldKind.POSITIVE_INTEGER: Kind.NUMBER, FieldKind.BOOLEAN: Kind.BOOLEAN,
}  # fmt: skip


def declare_custom_fields() -> None:
    """Let tickets be tested by the fields that tenants add to them."""
    declare_more("Ticket", partial(_fields, FieldObject.TICKET, "Ticket"))


async def _fields(
    object: FieldObject, type_name: str, ctx: Context, version: int | None
) -> Mapping[str, ConditionField]:
    definitions = await queries.all_definitions(ctx, object.value, version)
    return {PREFIX + each.key: _field(each, type_name) for each in definitions}


def _field(definition: Definition, type_name: str) -> ConditionField:
    form = form_of(definition.kind)
    kind = Kind.SET if form == "optionKeys" else _KINDS.get(definition.kind, Kind.TEXT)
    return ConditionField(
        PREFIX + definition.key, kind, partial(_filter, type_name, definition.key, form),
        known=_options_of(definition) if kind is Kind.SET else None, minds_case=True,
        is_archived=not definition.is_active, is_internal=definition.access is CustomerAccess.NONE,
    )  # fmt: skip


def _filter(type_name: str, key: str, form: str, operator: Operator, value: Any) -> Filter:
    if operator is Operator.HAS_ALL:
        made = [_value(key, form, Operator.IS, each) for each in value]
        return {"and_": [FILTERS[type_name].input(custom_field=each) for each in made]}
    return {"custom_field": _value(key, form, operator, value)}


def _value(key: str, form: str, operator: Operator, value: Any) -> CustomFieldValueFilter:
    given = given_as(Operator.IN if operator is Operator.HAS_ANY else operator, value)
    match form:
        case "number":
            return CustomFieldValueFilter(key=key, number=NumberFilter(**given))
        case "dateTime":
            return CustomFieldValueFilter(key=key, date_time=DateTimeFilter(**given))
        case "optionKeys":
            return CustomFieldValueFilter(key=key, option=StringFilter(**given))
        case "boolean" if operator is not Operator.IS_SET:
            return CustomFieldValueFilter(key=key, boolean=BooleanFilter(**given))
    # Whether there is a value at all is asked alike of every form.
    return CustomFieldValueFilter(key=key, text=CustomTextFilter(**given))


def _options_of(definition: Definition) -> Known:
    async def known(ctx: Context, values: Sequence[str]) -> set[str]:
        return {key for _, key in await queries.options_by_key(ctx, [definition])}

    return known

"""Values of custom fields on objects: one type for each form a value can have."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import strawberry

from core.fields.graphql.loading import Definitions, Options, load_definitions, load_options
from core.fields.graphql.types import CustomField, Option
from core.fields.kinds import FORMS
from core.fields.lists import FieldObject
from core.kit.graph import Request


@strawberry.interface(description="The value of one custom field on one object.")
class CustomFieldValue:
    field: CustomField = strawberry.field(description="The field.")


@strawberry.type(description="The value of a text, link, date (2026-11-23) or time (08:30:00).")
class CustomTextValue(CustomFieldValue):
    text: str | None = strawberry.field(description="The text; null when there is none.")


@strawberry.type(description="The value of a number or positive integer.")
class CustomNumberValue(CustomFieldValue):
    number: float | None = strawberry.field(description="The number; null when there is none.")


@strawberry.type(description="The value of a yes-or-no field.")
class CustomBooleanValue(CustomFieldValue):
    boolean: bool | None = strawberry.field(description="Yes or no; null when not told.")


@strawberry.type(description="The value of an instant.")
class CustomDateTimeValue(CustomFieldValue):
    date_time: datetime | None = strawberry.field(description="The instant; null when there is none.")


@strawberry.type(description="The value of a choice.")
class CustomChoiceValue(CustomFieldValue):
    options: list[Option] = strawberry.field(
        description="What was chosen, of a cascade the path from its root; empty when nothing was."
    )


VALUE_TYPES = (CustomTextValue, CustomNumberValue, CustomBooleanValue, CustomDateTimeValue, CustomChoiceValue)
_FORMS = {kind.value: form for kind, form in FORMS.items()}


async def values_of(
    request: Request,
    object: FieldObject,
    kept: Sequence[str | None],
    keys: Sequence[str] | None,
    version: int,
) -> list[list[CustomFieldValue]]:
    """The values of several objects, each given as the JSON in its column (None where the viewer may not read them).
    Without `keys` those of active fields that have one; with `keys` one for each field there is, in the order asked.
    `version` is that of what the tenant defines, read with the values."""
    definitions = await load_definitions(request, object, version)
    read: list[Mapping[str, Any]] = [orjson.loads(each) if each else {} for each in kept]
    shown = [
        list(_shown(definitions, values, keys)) if kept[place] else [] for place, values in enumerate(read)
    ]
    choices = {key: field.row_key for key, field in definitions.items() if _form(field) == "option_keys"}
    chosen = {
        (choices[field.key], key)
        for fields, values in zip(shown, read, strict=True)
        for field in fields
        if field.key in choices
        for key in _keys(values.get(field.key))
    }
    options = await load_options(request, chosen, version) if chosen else {}
    makers = {key: _maker(field, options) for key, field in definitions.items()}
    return [
        [makers[field.key](values.get(field.key)) for field in fields]
        for fields, values in zip(shown, read, strict=True)
    ]


def _shown(definitions: Definitions, values: Mapping[str, Any], keys: Sequence[str] | None) -> Iterator[Any]:
    if keys is None:
        yield from (field for key, field in definitions.items() if key in values and field.is_active)
    else:
        yield from (definitions[key] for key in dict.fromkeys(keys) if key in definitions)


def _form(field: Any) -> str:
    return _FORMS[field.kind.value]


def _keys(value: Any) -> list[str]:
    return value if isinstance(value, list) else []


def _maker(field: Any, options: Options) -> Callable[[Any], CustomFieldValue]:
    """What makes the field's values of what is stored. Looked up once for all objects."""
    form, key = _form(field), field.row_key
    if form == "option_keys":
        return lambda value: CustomChoiceValue(
            field=field, options=[options[key, each] for each in _keys(value) if (key, each) in options]
        )
    if form == "date_time":
        return lambda value: CustomDateTimeValue(
            field=field, date_time=datetime.fromisoformat(value) if value else None
        )
    if form == "number":  # a whole number may be longer than the API's Int, never than its Float
        return lambda value: CustomNumberValue(field=field, number=None if value is None else float(value))
    if form == "boolean":
        return lambda value: CustomBooleanValue(field=field, boolean=value)
    return lambda value: CustomTextValue(field=field, text=value)

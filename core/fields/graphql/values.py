"""Values of custom fields on objects: one type for each form a value can have."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import strawberry

from core.fields.graphql.loading import Definitions, load_definitions, load_options
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
_PLAIN: dict[str, tuple[type[Any], str]] = {
    "text": (CustomTextValue, "text"),
    "number": (CustomNumberValue, "number"),
    "boolean": (CustomBooleanValue, "boolean"),
}


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
    chosen = {
        (field.row_key, key)
        for fields, values in zip(shown, read, strict=True)
        for field in fields
        if _form(field) == "option_keys"
        for key in _keys(values.get(field.key))
    }
    options = await load_options(request, chosen, version) if chosen else {}
    return [
        [_value(field, values.get(field.key), options) for field in fields]
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


def _value(field: Any, value: Any, options: Mapping[tuple[UUID, str], Any]) -> CustomFieldValue:
    form = _form(field)
    if form == "option_keys":
        chosen = (options.get((field.row_key, key)) for key in _keys(value))
        return CustomChoiceValue(field=field, options=[each for each in chosen if each is not None])
    if form == "date_time":
        return CustomDateTimeValue(field=field, date_time=datetime.fromisoformat(value) if value else None)
    if form == "number" and value is not None:
        value = float(value)  # a whole number may be longer than the API's Int, never than its Float
    made, name = _PLAIN[form]
    return made(field=field, **{name: value})  # type: ignore[no-any-return]

"""How custom field values are given: the inputs that mutations of tickets, people and organisations embed."""

from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import UNSET

from core.fields.service import CustomInput
from core.kit.errors import LimitExceeded

MOST_FIELDS = 200


@strawberry.input(one_of=True, description="A value in exactly one form; the field's kind says which.")
class CustomFieldScalarInput:
    text: str | None = strawberry.field(
        default=UNSET, description="For texts, links, dates (2026-11-23) and times (08:30)."
    )
    number: float | None = strawberry.field(default=UNSET, description="For numbers and positive integers.")
    boolean: bool | None = strawberry.field(default=UNSET, description="For yes-or-no fields.")
    date_time: datetime | None = strawberry.field(default=UNSET, description="For instants.")
    option_keys: list[str] | None = strawberry.field(
        default=UNSET, description="For every choice; of a cascade the path from its root."
    )


@strawberry.input(description="The value of one custom field.")
class CustomFieldValueInput:
    key: str = strawberry.field(description="The field's key.")
    value: CustomFieldScalarInput | None = strawberry.field(
        default=None, description="The value; null empties the field."
    )


def custom_inputs(given: Sequence[CustomFieldValueInput] | None) -> tuple[CustomInput, ...]:
    """The values as the service takes them. Raises LimitExceeded over 200."""
    if given and len(given) > MOST_FIELDS:
        raise LimitExceeded(path=("customFields",), limit=MOST_FIELDS)
    return tuple(_read(each) for each in given or ())


def _read(given: CustomFieldValueInput) -> CustomInput:
    if given.value is None:
        return CustomInput(given.key, None, None)
    form, value = next((name, value) for name, value in vars(given.value).items() if value is not UNSET)
    return CustomInput(given.key, form if value is not None else None, value)

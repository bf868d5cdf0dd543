"""Writes of custom field values: what is given for an object, checked against the tenant's definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.fields import queries
from core.fields.errors import UnknownField
from core.fields.kinds import accept
from core.kit.context import Context
from core.kit.errors import DomainError, Errors, Required


@dataclass(frozen=True, slots=True)
class CustomInput:
    """One value given for a field: `form` names which member of the input was used (text, number, boolean,
    date_time, option_keys), or is None to empty the field."""

    key: str
    form: str | None
    value: Any


async def accept_values(
    ctx: Context,
    object: str,
    before: Mapping[str, Any],
    given: Sequence[CustomInput],
    *,
    complete: bool,
    version: int | None = None,
) -> dict[str, Any]:
    """The object's custom values after this input. Raises Errors located at `customFields.<n>.value`; with `complete`
    also for required fields that stay empty. `version` is that of what the tenant defines, where the transaction has
    read it."""
    definitions = await queries.definitions(ctx, object, version)
    options = await queries.options_by_key(
        ctx, [definitions[each.key] for each in given if each.key in definitions]
    )
    values, errors = dict(before), list[DomainError]()
    for place, each in enumerate(given):
        definition = definitions.get(each.key)
        if definition is None:
            errors.append(UnknownField(path=("customFields", str(place), "key"), key=each.key))
            continue
        try:
            value = None if each.form is None else accept(definition, each.form, each.value, options)
        except DomainError as error:
            errors.append(error.at("customFields", str(place), "value"))
            continue
        values.pop(each.key, None)
        if value is not None:
            values[each.key] = value
    for key, definition in definitions.items():
        emptied = key in before and key not in values
        if definition.is_required and key not in values and (complete or emptied):
            errors.append(Required(path=("customFields", key)))
    if errors:
        raise Errors(errors)
    return values

"""Writes of custom field values: what is given for an object, checked against the tenant's definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.fields import queries
from core.fields.access import fills
from core.fields.errors import NotYourField, UnknownField
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


def places_of(given: Sequence[CustomInput]) -> dict[str, int]:
    """Where an input gives which custom field, by its key; of one that is given twice, the last."""
    return {each.key: place for place, each in enumerate(given)}


def place_of(key: str, places: Mapping[str, int], part: str) -> tuple[str, ...]:
    """The path of what is wrong with a custom field, in every mutation: `customFields.<n>.key` or `.value` where the
    input gives it, else `customFields.<key>`."""
    return ("customFields", str(places[key]), part) if key in places else ("customFields", key)


async def accept_values(
    ctx: Context,
    object: str,
    before: Mapping[str, Any],
    given: Sequence[CustomInput],
    *,
    complete: bool,
    version: int | None = None,
) -> dict[str, Any]:
    """The object's custom values after this input. Raises Errors located as `place_of` says; with `complete` also for
    required fields that stay empty. `version` is that of what the tenant defines, where the transaction has read it.
    Who is not staff gives what they may fill: another field that they see is refused with NotYourField, one that they
    do not see is unknown, and what they cannot fill is not required of them."""
    definitions = await queries.definitions(ctx, object, version)
    options = await queries.options_by_key(
        ctx, [definitions[each.key] for each in given if each.key in definitions]
    )
    values, errors, refused = dict(before), list[DomainError](), set[str]()
    for place, each in enumerate(given):
        definition = definitions.get(each.key)
        if definition is None:
            errors.append(UnknownField(path=("customFields", str(place), "key"), key=each.key))
            continue
        if not fills(ctx.viewer, definition.access):
            errors.append(NotYourField(path=("customFields", str(place), "key"), label=definition.label))
            continue
        try:
            value = None if each.form is None else accept(definition, each.form, each.value, options)
        except DomainError as error:
            errors.append(error.at("customFields", str(place), "value"))
            refused.add(each.key)
            continue
        values.pop(each.key, None)
        if value is not None:
            values[each.key] = value
    for key, definition in definitions.items():
        emptied = key in before and key not in values
        is_needed = definition.is_required and fills(ctx.viewer, definition.access)
        if is_needed and key not in values and key not in refused and (complete or emptied):
            errors.append(Required(path=place_of(key, places_of(given), "value")))
    if errors:
        raise Errors(errors)
    return values

"""What is given for a form's fields, as it is kept: each fault at its place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.fields.kinds import FORMS, Definition, accept, has_options
from core.fields.queries import definitions, options_by_key
from core.forms.errors import (
    FormFieldTwice,
    NeverGiven,
    NoDefault,
    NotTestedHere,
    RolesNeedStaff,
    TooManyFormFields,
    UnknownDefault,
    UnknownFormField,
    WrongDefault,
)
from core.forms.fields import ALWAYS, BUILT_IN, CUSTOM, TESTED, BuiltIn
from core.forms.service.asking import Asked
from core.forms.states import FormAudience
from core.identity.queries import existing_roles
from core.kit.conditions import check_condition
from core.kit.conditions.asking import is_relative
from core.kit.conditions.declaring import seen
from core.kit.conditions.tree import plain, tests_in
from core.kit.context import Context
from core.kit.database import fetch
from core.kit.errors import DomainError, Errors, NotFound, gathering
from core.kit.ids import key_of

MOST_FIELDS, LONGEST_TEXT = 100, 20_000


async def check_fields(ctx: Context, given: Sequence[Asked]) -> list[Asked]:
    """The fields as they are kept. Raises TooManyFormFields, and Errors with each fault of each field."""
    if len(given) > MOST_FIELDS:
        raise TooManyFormFields(path=("fields",), limit=MOST_FIELDS)
    custom = {CUSTOM + key: each for key, each in (await definitions(ctx, "TICKET")).items()}
    checked, errors = list[Asked](), list[DomainError]()
    for place, asked in enumerate(given):
        path = ("fields", str(place))
        with gathering(errors):
            if asked.name not in BUILT_IN and asked.name not in custom:
                raise UnknownFormField(path=(*path, "name"), name=asked.name[:60])
            if asked.name in [each.name for each in given[:place]]:
                raise FormFieldTwice(path=(*path, "name"), name=asked.name)
            checked.append(await _checked(ctx, asked, custom, path))
    if errors:
        raise Errors(errors)
    return checked


async def check_form(ctx: Context, audience: FormAudience, given: Sequence[Asked]) -> list[Asked]:
    """`check_fields` and `check_fillable` at once, of fields that are wrong in themselves only that."""
    checked, wrong, unfillable = list[Asked](), list[DomainError](), list[DomainError]()
    with gathering(wrong):
        checked = await check_fields(ctx, given)
    with gathering(unfillable):
        check_fillable(audience, given)
    places = {each.path[:2] for each in wrong}
    if errors := [*wrong, *(each for each in unfillable if each.path[:2] not in places)]:
        raise Errors(errors)
    return checked


def check_fillable(audience: FormAudience, asked: Sequence[Asked]) -> None:
    """Raises Errors with NeverGiven for what every ticket has and somebody who is asked this form could not give."""
    files = any(each.name == "uploads" for each in asked)  # they may stand in for a text
    hidden = [
        (place, each.name, part)
        for place, each in enumerate(asked)
        if each.name in ALWAYS and each.default is None and not (each.name == "body" and files)
        if (part := _hiding(audience, each)) is not None
    ]
    if hidden:
        raise Errors(
            [NeverGiven(path=("fields", str(place), part), name=name) for place, name, part in hidden]
        )


def _hiding(audience: FormAudience, asked: Asked) -> str | None:
    if asked.visible_to not in (FormAudience.EVERYBODY, audience):
        return "visibleTo"
    if asked.role_ids:
        return "roleIds"
    return None if asked.show_when is None else "showWhen"


async def _checked(ctx: Context, asked: Asked, custom: dict[str, Definition], path: tuple[str, ...]) -> Asked:
    kept, errors = dict[str, Any](), list[DomainError]()
    with gathering(errors):
        await _check_roles(ctx, asked, path)
    with gathering(errors):
        if asked.default is not None:
            kept["default"] = await _default(ctx, asked, custom.get(asked.name), (*path, "default"))
    with gathering(errors):
        kept["show_when"] = await _condition(ctx, asked.show_when, (*path, "showWhen"))
    with gathering(errors):
        kept["require_when"] = await _condition(ctx, asked.require_when, (*path, "requireWhen"))
    if errors:
        raise Errors(errors)
    return replace(asked, **kept)


async def _check_roles(ctx: Context, asked: Asked, path: tuple[str, ...]) -> None:
    if not asked.role_ids:
        return
    if asked.visible_to is not FormAudience.STAFF:
        raise RolesNeedStaff(path=(*path, "roleIds"))
    keys = [key_of(each, "rol") for each in asked.role_ids]
    known = await existing_roles(ctx, [key for key in keys if key is not None])
    bad = [place for place, key in enumerate(keys) if key not in known]
    if bad:
        raise Errors([NotFound(path=(*path, "roleIds", str(place))) for place in bad])


async def _condition(ctx: Context, given: Any, path: tuple[str, ...]) -> Any:
    if given is None:
        return None
    condition = await check_condition(ctx, "Ticket", given, *path, in_memory=True)
    wrong: list[DomainError] = [
        NotTestedHere(path=(*each.path, "field"), name=each.field)
        for each in tests_in(condition)
        if each.field not in TESTED and not each.field.startswith(CUSTOM)
    ]
    if wrong:
        raise Errors(wrong)
    return plain(condition)


async def _default(ctx: Context, asked: Asked, definition: Definition | None, path: tuple[str, ...]) -> Any:
    if definition is not None:
        return await _custom_default(ctx, definition, asked.default, path)
    built_in, value = BUILT_IN[asked.name], asked.default
    match built_in.holds:
        case "text" if (
            isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT and "\x00" not in value
        ):
            return value.strip()
        case "id" if isinstance(value, str):
            return (await _known(ctx, built_in, [value], path))[0]
        case "ids" if (
            isinstance(value, list) and 0 < len(value) <= 100 and all(isinstance(x, str) for x in value)
        ):
            return await _known(ctx, built_in, value, path)
        case "moment" if is_relative(value):
            return value
        case "uploads":
            raise NoDefault(path=path, name=asked.name)
    raise WrongDefault(path=path, name=asked.name, value=str(value)[:60])


async def _known(ctx: Context, built_in: BuiltIn, values: list[str], path: tuple[str, ...]) -> list[str]:
    known = await seen(built_in.target)(ctx, values)
    if built_in.list:
        known &= await _in_list(ctx, built_in.list, known)
    unknown = [value for value in values if value not in known]
    if unknown:
        raise UnknownDefault(path=path, name=built_in.name, value=unknown[0][:60])
    return values


async def _in_list(ctx: Context, list: str, values: set[str]) -> set[str]:
    keys: dict[UUID | None, str] = {key_of(each, "opt"): each for each in values}
    rows = await fetch(
        "select id from options where tenant_id = :tenant and list = :list and is_active and id = any(:keys)",
        {"tenant": ctx.tenant_id, "list": list, "keys": [key for key in keys if key is not None]},
    )
    return {keys[row["id"]] for row in rows}


async def _custom_default(ctx: Context, definition: Definition, value: Any, path: tuple[str, ...]) -> Any:
    form = FORMS[definition.kind]
    fits = {
        "text": isinstance(value, str),
        "number": type(value) in (int, float),
        "boolean": isinstance(value, bool),
        "option_keys": isinstance(value, list) and all(isinstance(each, str) for each in value),
        "date_time": isinstance(value, str),
    }[form]
    if not fits:
        raise WrongDefault(path=path, name=CUSTOM + definition.key, value=str(value)[:60])
    options = await options_by_key(ctx, [definition]) if has_options(definition.kind) else {}
    try:
        given = _instant(value) if form == "date_time" else value
        return accept(definition, form, given, options)
    except DomainError as error:
        raise error.at(*path) from error
    except ValueError as error:
        raise WrongDefault(path=path, name=CUSTOM + definition.key, value=str(value)[:60]) from error


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment

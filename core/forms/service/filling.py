"""What a form makes of a ticket, and what it holds it to (K4 to K6). Enforced here, whatever a frontend shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from core.fields.queries import all_definitions
from core.forms.errors import FormArchived, NeededByForm, NotOnForm
from core.forms.fields import ALWAYS, BUILT_IN, CUSTOM, path_of
from core.forms.queries import find_form
from core.forms.service.asking import Asked, Withheld, addresses, asked_from, required_among, withheld_from
from core.forms.states import FormAudience, FormMoment
from core.kit.conditions import Asking, ConditionField, fields_for, matches, read_condition
from core.kit.context import Context
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, NotFound
from core.kit.graph.inputs import camel
from core.kit.i18n import OwnWords, Words, called
from core.kit.ids import key_of, to_global

_PREFIXES = {
    "status": "sts", "priority": "opt", "type": "opt", "nature": "opt", "category": "opt", "requester": "usr",
    "initiator": "usr", "assignee": "usr", "group": "grp",
}  # fmt: skip
_NEVER_ASKED = {*ALWAYS, "requester"}
"""What every ticket has: given by whoever opens it, unless the form asks others for it."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a new ticket is made of: values by column, and custom ones by key."""

    values: dict[str, Any]
    custom: dict[str, Any]


async def fill(
    ctx: Context,
    form_id: UUID,
    values: Mapping[str, Any],
    custom: Mapping[str, Any],
    places: Mapping[str, int],
) -> Filled:
    """The ticket with the form's defaults where nothing was given. `places` are those of custom values in the input.
    Raises NotFound for a form that is not asked of the viewer, FormArchived, and Errors with NotOnForm for each value
    that the form does not ask them for."""
    form = await _form(ctx, form_id)
    if not form.is_active:
        raise FormArchived(path=("formId",), label=form.label)
    if not ctx.viewer.is_staff and not addresses(form.audience, ctx.viewer):
        raise NotFound(path=("formId",))
    given = {name for name in _named(values, custom) if name not in _NEVER_ASKED or form.asks(name)}
    made = Filled(dict(values), dict(custom))
    for asked in form.asked:
        is_open = asked.default is not None and asked.name not in _named(made.values, made.custom)
        if asked.name == "requester" and not ctx.viewer.is_staff:
            continue  # nobody but staff asks in another's name, whatever the form says
        if is_open and form.applies(asked.show_when, made.values, made.custom):
            _put(made, asked, form.asking)
    refused = [name for name in sorted(given) if not form.may_give(name, made.values, made.custom)]
    if refused:
        raise Errors([_not_on(form, name, places) for name in refused])
    return made


async def hold(
    ctx: Context,
    form_id: UUID,
    values: Mapping[str, Any],
    custom: Mapping[str, Any],
    places: Mapping[str, int],
    *,
    moments: Collection[FormMoment],
    changed: Collection[str],
) -> None:
    """Raises Errors with NeededByForm for each field that the form needs of the viewer at one of these moments and that
    is empty, and with NotOnForm for each that was changed and is not theirs to see. `places` are those of custom values
    in the input."""
    form = await _form(ctx, form_id)
    errors: list[DomainError] = []
    has = _named(values, custom)
    for asked in form.asked:
        if not asked.is_seen(ctx.viewer, form.roles, form.withheld):
            if asked.name in changed and FormMoment.CREATE not in moments:
                errors.append(_not_on(form, asked.name, places))
        elif asked.name not in has and form.needs(asked, moments, values, custom):
            path = path_of(asked.name, places, "value")
            errors.append(NeededByForm(path=path, label=form.label, name=form.called(asked.name)))
    if errors:
        raise Errors(errors)


@dataclass(frozen=True, slots=True)
class _Form:
    """A form as it is asked of one viewer."""

    ctx: Context
    label: OwnWords
    labels: Mapping[str, str]
    """What its desk calls custom fields, by name."""
    audience: FormAudience
    is_active: bool
    asked: Sequence[Asked]
    roles: Sequence[str]
    fields: Mapping[str, ConditionField]
    required: Collection[str]
    """Custom fields that must not be empty anywhere."""
    withheld: Withheld
    asking: Asking

    def called(self, name: str) -> str:
        """A field as people read it."""
        built_in = BUILT_IN.get(name)
        return self.labels.get(name, name) if built_in is None else Words(built_in.label)

    def asks(self, name: str) -> bool:
        return any(each.name == name for each in self.asked)

    def applies(self, condition: Any, values: Mapping[str, Any], custom: Mapping[str, Any]) -> bool:
        """Whether a condition holds; none always does."""
        if condition is None:
            return True
        return matches(read_condition(condition), _facts(values, custom), self.fields, self.asking)

    def may_give(self, name: str, values: Mapping[str, Any], custom: Mapping[str, Any]) -> bool:
        """Whether the viewer may say what stands in a field: staff what the form does not ask for, too."""
        asked = next((each for each in self.asked if each.name == name), None)
        if asked is None:
            return self.ctx.viewer.is_staff
        return asked.is_seen(self.ctx.viewer, self.roles, self.withheld) and self.applies(
            asked.show_when, values, custom
        )

    def needs(
        self,
        asked: Asked,
        moments: Collection[FormMoment],
        values: Mapping[str, Any],
        custom: Mapping[str, Any],
    ) -> bool:
        """Whether the viewer may not leave a field empty at one of these moments."""
        if not set(asked.required_on) & set(moments) or not self.applies(asked.show_when, values, custom):
            return False
        if asked.is_required(self.ctx.viewer) or asked.name in self.required:
            return True
        return asked.require_when is not None and self.applies(asked.require_when, values, custom)


async def _form(ctx: Context, form_id: UUID) -> _Form:
    row: Row | None = await find_form(ctx, form_id)
    if row is None:
        raise NotFound(path=("formId",))
    every = await all_definitions(ctx, "TICKET")
    return _Form(
        ctx=ctx,
        label=called(row),
        labels={CUSTOM + each.key: each.label for each in every},
        audience=FormAudience(row["audience"]),
        is_active=row["is_active"],
        asked=[asked_from(each) for each in orjson.loads(row["asked"])],
        roles=[to_global("rol", UUID(each)) for each in row["my_roles"]],
        fields=await fields_for("Ticket", ctx, of_desk=True),
        required=required_among(every),
        withheld=withheld_from(ctx.viewer, every),
        asking=Asking.by(ctx, row["time_zone"]),
    )


def _not_on(form: _Form, name: str, places: Mapping[str, int]) -> DomainError:
    return NotOnForm(path=path_of(name, places, "key"), label=form.label, name=form.called(name))


def _named(values: Mapping[str, Any], custom: Mapping[str, Any]) -> set[str]:
    """The names of fields that have a value."""
    found = {name for name, each in BUILT_IN.items() if not _is_empty(values.get(each.column))}
    return found | {CUSTOM + key for key, value in custom.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | Collection) and len(value) == 0)


def _put(made: Filled, asked: Asked, asking: Asking) -> None:
    built_in = BUILT_IN.get(asked.name)
    if built_in is None:
        made.custom[asked.name.removeprefix(CUSTOM)] = asked.default
        return
    match built_in.holds:
        case "id":
            value: Any = _key(asked.default)
        case "ids":
            value = [_key(each) for each in asked.default]
        case "moment":
            value = asking.moment(asked.default)
        case _:
            value = asked.default
    made.values[built_in.column] = value


def _key(global_id: str) -> UUID | None:
    return key_of(global_id, global_id[:3])


def _facts(values: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {camel(name): values.get(name) for name in ("title", "status_category", "source")}
    for name, prefix in _PREFIXES.items():
        key = values.get(f"{name}_id")
        facts[name] = None if key is None else to_global(prefix, key)
    facts["tags"] = [to_global("tag", key) for key in values.get("tag_ids") or ()]
    return facts | {CUSTOM + key: value for key, value in custom.items()}

"""Mutations of forms."""

from typing import Any

import strawberry
from strawberry import Maybe
from strawberry.scalars import JSON

from core.forms import service
from core.forms.graphql.enums import FormAudience, FormMoment
from core.forms.graphql.types import Form
from core.forms.states import FormAudience as Audience
from core.forms.states import FormMoment as Moment
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.conditions import ConditionInput, condition_from
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, needed_key
from core.kit.graph.labels import LocalizedLabelInput, labels_from

_LABEL = "What people read; at most 80 characters."
_LABELS = "The same in more languages."
_FIELDS = "What it asks for, in this order; at most 100."
_AUDIENCE = "Of whom it is asked."
_POSITION = "Its place among the forms; the last unless told."


@strawberry.input(description="A field of a form.")
class FormFieldInput:
    name: str = strawberry.field(description="The field, as `formFieldNames` names it.")
    visible_to: FormAudience = strawberry.field(
        default=FormAudience.EVERYBODY,
        description="Of whom it is asked, and who may say what stands there. A custom field that customers may not fill"
        " (`customerAccess`) is never asked of them, nor is a field whose condition tests an internal one. Who may read"
        " what stands there later, the custom field says.",
    )
    role_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The roles that see it, of a field for STAFF; all unless told."
    )
    required_for: FormAudience = strawberry.field(
        default=FormAudience.NOBODY,
        description="Who must fill it where they see it. A title and a text are needed of whoever opens the ticket,"
        " whatever is said here.",
    )
    required_on: list[FormMoment] | None = strawberry.field(
        default=None, description="When it must not be empty; when the ticket is opened, unless told."
    )
    default: JSON | None = strawberry.field(
        default=None,
        description="What stands there unless told: a text, a number, true or false, an id or a list of them, keys of"
        ' options; of a moment one told from now or today, as in `{from: "now", hours: 4}`.',
    )
    show_when: ConditionInput | None = strawberry.field(
        default=None, description="It is shown only where this holds of the ticket that is to be."
    )
    require_when: ConditionInput | None = strawberry.field(
        default=None, description="It must be filled where this holds, whoever it is."
    )


@strawberry.input(description="A new form.")
class FormCreateInput:
    label: str = strawberry.field(description=_LABEL)
    labels: list[LocalizedLabelInput] | None = strawberry.field(default=None, description=_LABELS)
    audience: FormAudience = strawberry.field(description=_AUDIENCE)
    fields: list[FormFieldInput] = strawberry.field(description=_FIELDS)
    position: int | None = strawberry.field(default=None, description=_POSITION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a form: what is left out stays, the fields are replaced together.")
class FormUpdateInput:
    id: strawberry.ID = strawberry.field(description="The form.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    label: Maybe[str] = strawberry.field(default=None, description=_LABEL)
    labels: Maybe[list[LocalizedLabelInput]] = strawberry.field(default=None, description=_LABELS)
    audience: Maybe[FormAudience] = strawberry.field(default=None, description=_AUDIENCE)
    fields: Maybe[list[FormFieldInput]] = strawberry.field(default=None, description=_FIELDS)
    position: Maybe[int] = strawberry.field(default=None, description=_POSITION)


@strawberry.input(
    description="The form to take out of use. Tickets that were opened with it stay held to it."
)
class FormArchiveInput:
    id: strawberry.ID = strawberry.field(description="The form.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The archived form to put back into use.")
class FormRestoreInput:
    id: strawberry.ID = strawberry.field(description="The form.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The form to delete. Refused once a ticket was opened with it.")
class FormDeleteInput:
    id: strawberry.ID = strawberry.field(description="The form.")


@strawberry.type(description="What `formCreate` answers.")
class FormCreatePayload(Payload):
    form: Form | None = one("form_id", "The new form.")


@strawberry.type(description="What `formUpdate` answers.")
class FormUpdatePayload(Payload):
    form: Form | None = one("form_id", "The form as it is now.")


@strawberry.type(description="What `formArchive` answers.")
class FormArchivePayload(Payload):
    form: Form | None = one("form_id", "The form as it is now.")


@strawberry.type(description="What `formRestore` answers.")
class FormRestorePayload(Payload):
    form: Form | None = one("form_id", "The form as it is now.")


@strawberry.type(description="What `formDelete` answers.")
class FormDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type
class FormMutation:
    @mutation("Make a form.", permission="form.manage")
    async def form_create(info: Info, input: FormCreateInput) -> FormCreatePayload:
        reading = InputReading()
        new = service.NewForm(
            label=input.label, labels=reading.read(lambda: labels_from(input.labels or ()), {}),
            audience=Audience(input.audience.name), fields=[_asked(each) for each in input.fields],
            position=input.position,
        )  # fmt: skip
        with reading.told():
            form_id = await service.create_form(info.context.ctx, new)
        return FormCreatePayload.of(form_id=form_id)

    @mutation("Change a form.", permission="form.manage")
    async def form_update(info: Info, input: FormUpdateInput) -> FormUpdatePayload:
        form_id, fields = needed_key(input.id, "frm", "id"), input.fields
        given = [_asked(each) for each in fields.value] if isinstance(fields, strawberry.Some) else None
        patch = service.FormPatch(values=_given(input), fields=given, expected_version=input.expected_version)
        await service.update_form(info.context.ctx, form_id, patch)
        return FormUpdatePayload.of(form_id=form_id)

    @mutation("Take a form out of use.", permission="form.manage")
    async def form_archive(info: Info, input: FormArchiveInput) -> FormArchivePayload:
        form_id = needed_key(input.id, "frm", "id")
        await service.archive_form(info.context.ctx, form_id, expected_version=input.expected_version)
        return FormArchivePayload.of(form_id=form_id)

    @mutation("Put an archived form back into use.", permission="form.manage")
    async def form_restore(info: Info, input: FormRestoreInput) -> FormRestorePayload:
        form_id = needed_key(input.id, "frm", "id")
        await service.restore_form(info.context.ctx, form_id, expected_version=input.expected_version)
        return FormRestorePayload.of(form_id=form_id)

    @mutation("Delete a form that no ticket was opened with.", permission="form.manage")
    async def form_delete(info: Info, input: FormDeleteInput) -> FormDeletePayload:
        await service.delete_form(info.context.ctx, needed_key(input.id, "frm", "id"))
        return FormDeletePayload.of(deleted_id=input.id)


def _asked(given: FormFieldInput) -> service.Asked:
    on = [Moment.CREATE] if given.required_on is None else [Moment(each.name) for each in given.required_on]
    return service.Asked(
        name=given.name, visible_to=Audience(given.visible_to.name), role_ids=tuple(given.role_ids or ()),
        required_for=Audience(given.required_for.name), required_on=tuple(dict.fromkeys(on)), default=given.default,
        show_when=condition_from(given.show_when), require_when=condition_from(given.require_when),
    )  # fmt: skip


def _given(input: FormUpdateInput) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("label", "labels", "audience", "position"):
        member = getattr(input, name)
        if isinstance(member, strawberry.Some):
            values[name] = member.value
    if "labels" in values:
        values["labels"] = labels_from(values["labels"])
    if "audience" in values:
        values["audience"] = values["audience"].name
    return values

"""Mutations of options."""

import strawberry
from strawberry import Maybe

from core.fields import service
from core.fields.graphql.enums import OptionList
from core.fields.graphql.mutations import LABELS, labels_at, patched
from core.fields.graphql.types import Option
from core.fields.lists import OptionList as List
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, key_from, needed_key
from core.kit.graph.labels import LocalizedLabelInput

Labels = list[LocalizedLabelInput]  # `list` means something else in the inputs below


@strawberry.input(description="A new option of a list or of a custom field.")
class OptionCreateInput:
    list: OptionList = strawberry.field(description="The list it stands in; never changes.")
    field_id: strawberry.ID | None = strawberry.field(
        default=None, description="The custom field, for the list FIELD only; never changes."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The option one level up, in cascades and categories; at most 5 levels."
    )
    key: str = strawberry.field(
        description="Small letters, digits and underscores, unique in the list or field, at most 40; never changes."
    )
    label: str = strawberry.field(description="What people read; at most 80 characters.")
    labels: Labels | None = strawberry.field(default=None, description=LABELS)
    color: str | None = strawberry.field(default=None, description="A colour as #rrggbb.")
    position: int | None = strawberry.field(default=None, description="Its place; the last unless told.")
    is_default: bool = strawberry.field(
        default=False, description="Whether forms choose it unless told; another one ceases to be."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of an option: what is left out stays, null empties.")
class OptionUpdateInput:
    id: strawberry.ID = strawberry.field(description="The option.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    label: Maybe[str] = strawberry.field(default=None, description="What people read.")
    labels: Maybe[Labels] = strawberry.field(default=None, description=LABELS)
    color: Maybe[str | None] = strawberry.field(default=None, description="A colour as #rrggbb.")
    position: Maybe[int] = strawberry.field(
        default=None, description="Its place; of priorities also their rank."
    )
    is_default: Maybe[bool] = strawberry.field(
        default=None, description="Whether forms choose it unless told."
    )
    parent_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None,
        description="The option one level up; null puts it at the root. What stands below comes along.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The option to archive. Refused while active options stand below it.")
class OptionArchiveInput:
    id: strawberry.ID = strawberry.field(description="The option.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The archived option to put back. Refused while the one above it is archived.")
class OptionRestoreInput:
    id: strawberry.ID = strawberry.field(description="The option.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What `optionCreate` answers.")
class OptionCreatePayload(Payload):
    option: Option | None = one("option_id", "The option.")


@strawberry.type(description="What `optionUpdate` answers.")
class OptionUpdatePayload(Payload):
    option: Option | None = one("option_id", "The option as it is now.")


@strawberry.type(description="What `optionArchive` answers.")
class OptionArchivePayload(Payload):
    option: Option | None = one("option_id", "The option as it is now.")


@strawberry.type(description="What `optionRestore` answers.")
class OptionRestorePayload(Payload):
    option: Option | None = one("option_id", "The option as it is now.")


@strawberry.type
class OptionMutation:
    @mutation("Add an option to a list or a custom field.", permission="field.manage")
    async def option_create(info: Info, input: OptionCreateInput) -> OptionCreatePayload:
        new = service.NewOption(
            list=List(input.list.name),
            field_id=key_from(input.field_id, "fld", "fieldId"),
            parent_id=key_from(input.parent_id, "opt", "parentId"),
            key=input.key,
            label=input.label,
            labels=labels_at(input.labels),
            color=input.color,
            position=input.position,
            is_default=input.is_default,
        )
        return OptionCreatePayload.of(option_id=await service.create_option(info.context.ctx, new))

    @mutation("Change an option's wording, colour, place or parent.", permission="field.manage")
    async def option_update(info: Info, input: OptionUpdateInput) -> OptionUpdatePayload:
        option_id = needed_key(input.id, "opt", "id")
        values = patched(input, "label", "labels", "color", "position", "is_default")
        if isinstance(input.parent_id, strawberry.Some):
            values["parent_id"] = key_from(input.parent_id.value, "opt", "parentId")
        patch = service.OptionPatch(values=values, expected_version=input.expected_version)
        await service.update_option(info.context.ctx, option_id, patch)
        return OptionUpdatePayload.of(option_id=option_id)

    @mutation(
        "Archive an option: it stays where it was chosen and can be chosen no more.",
        permission="field.manage",
    )
    async def option_archive(info: Info, input: OptionArchiveInput) -> OptionArchivePayload:
        option_id = needed_key(input.id, "opt", "id")
        await service.archive_option(info.context.ctx, option_id, expected_version=input.expected_version)
        return OptionArchivePayload.of(option_id=option_id)

    @mutation("Restore an archived option.", permission="field.manage")
    async def option_restore(info: Info, input: OptionRestoreInput) -> OptionRestorePayload:
        option_id = needed_key(input.id, "opt", "id")
        await service.restore_option(info.context.ctx, option_id, expected_version=input.expected_version)
        return OptionRestorePayload.of(option_id=option_id)

"""Mutations of custom fields."""

from collections.abc import Sequence
from typing import Optional

import strawberry
from strawberry import Maybe

from core.fields import service
from core.fields.access import CustomerAccess as Access
from core.fields.graphql.enums import CustomerAccess, CustomFieldKind, CustomFieldObject
from core.fields.graphql.types import CustomField
from core.fields.kinds import FieldKind
from core.fields.lists import DEEPEST, MOST_OPTIONS, FieldObject
from core.fields.service.planting import Sprout
from core.kit.errors import LimitExceeded
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, needed_key
from core.kit.graph.labels import LocalizedLabelInput, labels_from

LABELS = "The label in more languages; a list replaces the one before."


@strawberry.input(description="An option that comes with a new field.")
class CustomFieldOptionInput:
    key: str = strawberry.field(
        description="Small letters, digits and underscores; unique in the field, at most 40."
    )
    label: str = strawberry.field(description="What people read; at most 80 characters.")
    labels: list[LocalizedLabelInput] | None = strawberry.field(default=None, description=LABELS)
    color: str | None = strawberry.field(default=None, description="A colour as #rrggbb.")
    children: Optional[list["CustomFieldOptionInput"]] = strawberry.field(  # noqa: UP045 - names itself
        default=None, description="Of cascades, the options one level down; at most 5 levels."
    )


@strawberry.input(description="A new custom field.")
class CustomFieldCreateInput:
    object: CustomFieldObject = strawberry.field(description="What it is added to; never changes.")
    key: str = strawberry.field(
        description="Small letters, digits and underscores, beginning with a letter, at most 40; never changes."
    )
    label: str = strawberry.field(description="What people read; at most 80 characters.")
    labels: list[LocalizedLabelInput] | None = strawberry.field(default=None, description=LABELS)
    kind: CustomFieldKind = strawberry.field(description="What it holds; never changes.")
    is_required: bool = strawberry.field(default=False, description="Whether new objects must have a value.")
    customer_access: CustomerAccess | None = strawberry.field(
        default=None,
        description="What customers and helpers may do with it; unless told EDIT of tickets, READ of people, NONE of"
        " organisations.",
    )
    position: int | None = strawberry.field(
        default=None, description="Its place on forms; the last unless told."
    )
    options: list[CustomFieldOptionInput] | None = strawberry.field(
        default=None, description="Of choices, what may be chosen; at most 500 with all levels."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a custom field: what is left out stays.")
class CustomFieldUpdateInput:
    id: strawberry.ID = strawberry.field(description="The field.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    label: Maybe[str] = strawberry.field(default=None, description="What people read.")
    labels: Maybe[list[LocalizedLabelInput]] = strawberry.field(default=None, description=LABELS)
    is_required: Maybe[bool] = strawberry.field(
        default=None, description="Whether new objects must have a value."
    )
    customer_access: Maybe[CustomerAccess] = strawberry.field(
        default=None,
        description="What customers and helpers may do with it. It holds at once, of values that are there, too.",
    )
    position: Maybe[int] = strawberry.field(default=None, description="Its place on forms.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The field to archive: forms leave it out, objects keep their values.")
class CustomFieldArchiveInput:
    id: strawberry.ID = strawberry.field(description="The field.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The archived field to put back on forms.")
class CustomFieldRestoreInput:
    id: strawberry.ID = strawberry.field(description="The field.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What `customFieldCreate` answers.")
class CustomFieldCreatePayload(Payload):
    custom_field: CustomField | None = one("field_id", "The field.")


@strawberry.type(description="What `customFieldUpdate` answers.")
class CustomFieldUpdatePayload(Payload):
    custom_field: CustomField | None = one("field_id", "The field as it is now.")


@strawberry.type(description="What `customFieldArchive` answers.")
class CustomFieldArchivePayload(Payload):
    custom_field: CustomField | None = one("field_id", "The field as it is now.")


@strawberry.type(description="What `customFieldRestore` answers.")
class CustomFieldRestorePayload(Payload):
    custom_field: CustomField | None = one("field_id", "The field as it is now.")


def _sprouts(given: Sequence[CustomFieldOptionInput] | None, *path: str) -> tuple[Sprout, ...]:
    if given and len(given) > MOST_OPTIONS:
        raise LimitExceeded(path=path, limit=MOST_OPTIONS)
    return tuple(_sprout(each, *path, str(place)) for place, each in enumerate(given or ()))


def _sprout(given: CustomFieldOptionInput, *path: str) -> Sprout:
    # One level more than is allowed is kept, for the refusal to name its place.
    deeper = given.children if len(path) < 2 * (DEEPEST + 1) else None
    return Sprout(
        key=given.key,
        label=given.label,
        labels=labels_at(given.labels, *path),
        color=given.color,
        children=_sprouts(deeper, *path, "children"),
    )


def labels_at(given: Sequence[LocalizedLabelInput] | None, *path: str) -> dict[str, str]:
    """Labels given somewhere within an input."""
    return labels_from(given or (), within=path)


@strawberry.type
class FieldMutation:
    @mutation("Add a custom field to tickets, people or organisations.", permission="field.manage")
    async def custom_field_create(info: Info, input: CustomFieldCreateInput) -> CustomFieldCreatePayload:
        new = service.NewField(
            object=FieldObject(input.object.name),
            key=input.key,
            label=input.label,
            labels=labels_at(input.labels),
            kind=FieldKind(input.kind.name),
            is_required=input.is_required,
            customer_access=input.customer_access and Access(input.customer_access.name),
            position=input.position,
            options=_sprouts(input.options, "options"),
        )
        return CustomFieldCreatePayload.of(field_id=await service.create_field(info.context.ctx, new))

    @mutation(
        "Change a custom field's wording, place or duty, and what customers may do with it.",
        permission="field.manage",
    )
    async def custom_field_update(info: Info, input: CustomFieldUpdateInput) -> CustomFieldUpdatePayload:
        field_id = needed_key(input.id, "fld", "id")
        values = patched(input, "label", "labels", "is_required", "position")
        if isinstance(input.customer_access, strawberry.Some):
            values["customer_access"] = input.customer_access.value.name
        patch = service.FieldPatch(values=values, expected_version=input.expected_version)
        await service.update_field(info.context.ctx, field_id, patch)
        return CustomFieldUpdatePayload.of(field_id=field_id)

    @mutation("Archive a custom field.", permission="field.manage")
    async def custom_field_archive(info: Info, input: CustomFieldArchiveInput) -> CustomFieldArchivePayload:
        field_id = needed_key(input.id, "fld", "id")
        await service.archive_field(info.context.ctx, field_id, expected_version=input.expected_version)
        return CustomFieldArchivePayload.of(field_id=field_id)

    @mutation("Restore an archived custom field.", permission="field.manage")
    async def custom_field_restore(info: Info, input: CustomFieldRestoreInput) -> CustomFieldRestorePayload:
        field_id = needed_key(input.id, "fld", "id")
        await service.restore_field(info.context.ctx, field_id, expected_version=input.expected_version)
        return CustomFieldRestorePayload.of(field_id=field_id)


def patched(input: object, *names: str) -> dict[str, object]:
    """The members of a patch that were given, labels as columns hold them."""
    found = {
        name: member.value for name in names if isinstance(member := getattr(input, name), strawberry.Some)
    }
    if "labels" in found:
        found["labels"] = labels_from(found["labels"])
    return found

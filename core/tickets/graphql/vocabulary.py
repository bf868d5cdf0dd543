"""Mutations of the words a tenant has for its tickets: statuses and tags."""

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, keys_from, needed_key
from core.kit.graph.labels import LocalizedLabelInput, labels_from
from core.tickets import service
from core.tickets.graphql.enums import StatusCategory
from core.tickets.graphql.types import Status, Tag
from core.tickets.states import StatusCategory as Category

_TAG: dict[str, str | None] = {"name": None, "color": None}
_STATUS: dict[str, str | None] = dict.fromkeys(
    (
        "label",
        "position",
        "is_agent_selectable",
        "is_default",
        "is_active",
        "customer_label",
        "next_after_hours",
    )
) | {"next_id": "sts"}


@strawberry.input(description="A new tag.")
class TagCreateInput:
    name: str = strawberry.field(
        description="The name, at most 60 characters; unique whatever the case and width."
    )
    color: str | None = strawberry.field(default=None, description="A colour as #rrggbb.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a tag: what is left out stays, null empties.")
class TagUpdateInput:
    id: strawberry.ID = strawberry.field(description="The tag.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description="The name.")
    color: Maybe[str | None] = strawberry.field(default=None, description="A colour as #rrggbb.")


@strawberry.input(description="The tag to delete. It is taken off every ticket, customer and organisation.")
class TagDeleteInput:
    id: strawberry.ID = strawberry.field(description="The tag.")


@strawberry.input(description="A new status.")
class StatusCreateInput:
    key: str = strawberry.field(
        description="The name programs use: 1 to 40 of a-z, 0-9 and _. Never changes."
    )
    category: StatusCategory = strawberry.field(description="What it means to the desk. Never changes.")
    label: str = strawberry.field(description="What people read; at most 80 characters.")
    labels: list[LocalizedLabelInput] | None = strawberry.field(
        default=None, description="The label in other languages."
    )
    position: int | None = strawberry.field(
        default=None, description="Its place in lists, 0 to 10000; the last unless told."
    )
    is_agent_selectable: bool = strawberry.field(
        default=True, description="Whether it may be chosen by hand (R5)."
    )
    is_default: bool = strawberry.field(
        default=False, description="Whether new tickets get it; category NEW only."
    )
    customer_label: str | None = strawberry.field(
        default=None, description="What customers and helpers read instead; at most 80 characters."
    )
    customer_labels: list[LocalizedLabelInput] | None = strawberry.field(
        default=None, description="That label in other languages."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a status: what is left out stays.")
class StatusUpdateInput:
    id: strawberry.ID = strawberry.field(description="The status.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    label: Maybe[str] = strawberry.field(default=None, description="What people read.")
    labels: list[LocalizedLabelInput] | None = strawberry.field(
        default=None, description="Replaces the label in other languages."
    )
    position: Maybe[int] = strawberry.field(default=None, description="Its place in lists, 0 to 10000.")
    is_agent_selectable: Maybe[bool] = strawberry.field(
        default=None, description="Whether it may be chosen by hand (R5)."
    )
    is_default: Maybe[bool] = strawberry.field(
        default=None, description="True makes it the one that new tickets get, in place of the present one."
    )
    customer_label: Maybe[str | None] = strawberry.field(
        default=None, description="What customers and helpers read instead; null for the same."
    )
    customer_labels: list[LocalizedLabelInput] | None = strawberry.field(
        default=None, description="Replaces that label in other languages."
    )
    leads_to_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="Replaces the statuses that people may put a ticket in next; an empty list for any.",
    )
    next_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The status that follows by itself (F9); null for none."
    )
    next_after_hours: Maybe[int | None] = strawberry.field(
        default=None, description="After how many hours the next one follows, 1 to 87600."
    )
    is_active: Maybe[bool] = strawberry.field(
        default=None,
        description="False archives it; refused while unclosed tickets have it, tickets come to it by themselves, or it"
        " is the last of a category that is needed.",
    )


@strawberry.type(description="What `tagCreate` answers.")
class TagCreatePayload(Payload):
    tag: Tag | None = one("tag_id", "The new tag.")


@strawberry.type(description="What `tagUpdate` answers.")
class TagUpdatePayload(Payload):
    tag: Tag | None = one("tag_id", "The tag as it is now.")


@strawberry.type(description="What `tagDelete` answers.")
class TagDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `statusCreate` answers.")
class StatusCreatePayload(Payload):
    status: Status | None = one("status_id", "The new status.")


@strawberry.type(description="What `statusUpdate` answers.")
class StatusUpdatePayload(Payload):
    status: Status | None = one("status_id", "The status as it is now.")


@strawberry.type
class VocabularyMutation:
    @mutation("Add a tag to the tenant's list.", permission="tag.manage")
    async def tag_create(info: Info, input: TagCreateInput) -> TagCreatePayload:
        return TagCreatePayload.of(
            tag_id=await service.create_tag(info.context.ctx, name=input.name, color=input.color)
        )

    @mutation("Rename or colour a tag.", permission="tag.manage")
    async def tag_update(info: Info, input: TagUpdateInput) -> TagUpdatePayload:
        key = needed_key(input.id, "tag", "id")
        patch = service.TagPatch(values=given_values(input, _TAG), expected_version=input.expected_version)
        await service.update_tag(info.context.ctx, key, patch)
        return TagUpdatePayload.of(tag_id=key)

    @mutation("Delete a tag.", permission="tag.manage")
    async def tag_delete(info: Info, input: TagDeleteInput) -> TagDeletePayload:
        await service.delete_tag(info.context.ctx, needed_key(input.id, "tag", "id"))
        return TagDeletePayload.of(deleted_id=input.id)

    @mutation("Add a status.", permission="status.manage")
    async def status_create(info: Info, input: StatusCreateInput) -> StatusCreatePayload:
        new = service.NewStatus(
            key=input.key,
            category=Category(input.category.name),
            label=input.label,
            labels=labels_from(input.labels or ()),
            position=input.position,
            is_agent_selectable=input.is_agent_selectable,
            is_default=input.is_default,
            customer_label=input.customer_label,
            customer_labels=labels_from(input.customer_labels or (), path="customerLabels"),
        )
        return StatusCreatePayload.of(status_id=await service.create_status(info.context.ctx, new))

    @mutation(
        "Reword, move, archive or reactivate a status, make it the default, or say where it leads.",
        permission="status.manage",
    )
    async def status_update(info: Info, input: StatusUpdateInput) -> StatusUpdatePayload:
        key = needed_key(input.id, "sts", "id")
        values = given_values(input, _STATUS)
        if input.labels is not None:
            values["labels"] = labels_from(input.labels)
        if input.customer_labels is not None:
            values["customer_labels"] = labels_from(input.customer_labels, path="customerLabels")
        if input.leads_to_ids is not None:
            values["leads_to"] = list(keys_from(input.leads_to_ids, "sts", "leadsToIds"))
        patch = service.StatusPatch(values=values, expected_version=input.expected_version)
        await service.update_status(info.context.ctx, key, patch)
        return StatusUpdatePayload.of(status_id=key)

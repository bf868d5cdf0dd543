"""Mutations of recurring tickets."""

import strawberry
from strawberry import Maybe

from core.fields.inputs import CustomFieldValueInput, custom_inputs
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, needed_key
from core.recurring import service
from core.recurring.graphql.types import (
    ACTIVE,
    ASSIGNEE,
    BODY,
    CRON,
    CUSTOM,
    FORM,
    GROUP,
    NAME,
    PRIORITY,
    REQUESTER,
    TITLE,
    TYPE,
    ZONE,
    RecurringTicket,
)

_PATCH: dict[str, str | None] = {
    "name": None, "cron": None, "time_zone": None, "is_active": None, "title": None, "body": None, "form_id": "frm",
    "requester_id": "usr", "group_id": "grp", "assignee_id": "usr", "priority_id": "opt", "type_id": "opt",
}  # fmt: skip


@strawberry.input(description="A new schedule for tickets.")
class RecurringTicketCreateInput:
    name: str = strawberry.field(description=NAME)
    cron: str = strawberry.field(description=CRON)
    time_zone: str | None = strawberry.field(default=None, description=ZONE)
    is_active: bool = strawberry.field(default=True, description=ACTIVE)
    title: str | None = strawberry.field(default=None, description=TITLE)
    body: str | None = strawberry.field(default=None, description=BODY)
    form_id: strawberry.ID | None = strawberry.field(default=None, description=FORM)
    requester_id: strawberry.ID = strawberry.field(description=REQUESTER)
    group_id: strawberry.ID | None = strawberry.field(default=None, description=GROUP)
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description=ASSIGNEE)
    priority_id: strawberry.ID | None = strawberry.field(default=None, description=PRIORITY)
    type_id: strawberry.ID | None = strawberry.field(default=None, description=TYPE)
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(default=None, description=CUSTOM)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(
    description="A change of a schedule for tickets: what is left out stays, null empties, custom values are replaced"
    " together."
)
class RecurringTicketUpdateInput:
    id: strawberry.ID = strawberry.field(description="The recurring ticket.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description=NAME)
    cron: Maybe[str] = strawberry.field(default=None, description=CRON)
    time_zone: Maybe[str] = strawberry.field(default=None, description=ZONE)
    is_active: Maybe[bool] = strawberry.field(default=None, description=ACTIVE)
    title: Maybe[str | None] = strawberry.field(default=None, description=TITLE)
    body: Maybe[str | None] = strawberry.field(default=None, description=BODY)
    form_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=FORM)
    requester_id: Maybe[strawberry.ID] = strawberry.field(default=None, description=REQUESTER)
    group_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=GROUP)
    assignee_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=ASSIGNEE)
    priority_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=PRIORITY)
    type_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=TYPE)
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(default=None, description=CUSTOM)


@strawberry.input(description="The schedule for tickets to delete. What it opened stays.")
class RecurringTicketDeleteInput:
    id: strawberry.ID = strawberry.field(description="The recurring ticket.")


@strawberry.type(description="What `recurringTicketCreate` answers.")
class RecurringTicketCreatePayload(Payload):
    recurring_ticket: RecurringTicket | None = one("recurring_ticket_id", "The new recurring ticket.")


@strawberry.type(description="What `recurringTicketUpdate` answers.")
class RecurringTicketUpdatePayload(Payload):
    recurring_ticket: RecurringTicket | None = one(
        "recurring_ticket_id", "The recurring ticket as it is now."
    )


@strawberry.type(description="What `recurringTicketDelete` answers.")
class RecurringTicketDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type
class RecurringTicketMutation:
    @mutation("Have tickets opened by a schedule.", permission="recurring_ticket.manage")
    async def recurring_ticket_create(
        info: Info, input: RecurringTicketCreateInput
    ) -> RecurringTicketCreatePayload:
        reading = InputReading()
        new = service.NewRecurringTicket(
            name=input.name, cron=input.cron, time_zone=input.time_zone, is_active=input.is_active,
            requester_id=reading.needed_key(input.requester_id, "usr", "requesterId"),
            values={
                "title": input.title, "body": input.body, "form_id": reading.key(input.form_id, "frm", "formId"),
                "group_id": reading.key(input.group_id, "grp", "groupId"),
                "assignee_id": reading.key(input.assignee_id, "usr", "assigneeId"),
                "priority_id": reading.key(input.priority_id, "opt", "priorityId"),
                "type_id": reading.key(input.type_id, "opt", "typeId"),
            },
            custom=reading.read(lambda: custom_inputs(input.custom_fields), ()),
        )  # fmt: skip
        with reading.told():
            key = await service.create_recurring(info.context.ctx, new)
        return RecurringTicketCreatePayload.of(recurring_ticket_id=key)

    @mutation("Change a schedule for tickets.", permission="recurring_ticket.manage")
    async def recurring_ticket_update(
        info: Info, input: RecurringTicketUpdateInput
    ) -> RecurringTicketUpdatePayload:
        key = needed_key(input.id, "rct", "id")
        given = None if input.custom_fields is None else custom_inputs(input.custom_fields)
        patch = service.RecurringTicketPatch(
            values=given_values(input, _PATCH), custom=given, expected_version=input.expected_version
        )
        await service.update_recurring(info.context.ctx, key, patch)
        return RecurringTicketUpdatePayload.of(recurring_ticket_id=key)

    @mutation("Delete a schedule for tickets.", permission="recurring_ticket.manage")
    async def recurring_ticket_delete(
        info: Info, input: RecurringTicketDeleteInput
    ) -> RecurringTicketDeletePayload:
        await service.delete_recurring(info.context.ctx, needed_key(input.id, "rct", "id"))
        return RecurringTicketDeletePayload.of(deleted_id=input.id)

"""Mutations of tickets."""

from datetime import datetime

import strawberry

from core.fields.inputs import CustomFieldValueInput, custom_inputs
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import (
    EXPECTED_VERSION,
    IDEMPOTENCY_KEY,
    key_from,
    keys_from,
    needed_key,
)
from core.tickets import service
from core.tickets.graphql.enums import MessageVisibility, TicketSource
from core.tickets.graphql.patching import PATCH, TicketPatchInput, read_patch
from core.tickets.graphql.types import Message, Ticket
from core.tickets.states import TicketSource as Source
from core.tickets.states import Visibility


@strawberry.input(description="A new ticket. Without a requester it is the caller's own.")
class TicketCreateInput:
    title: str | None = strawberry.field(
        default=None,
        description="What it is about, in a line; at most 200 characters. Needed unless the form has one.",
    )
    form_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The form that it is opened with: gives what is left out, and says what is needed.",
    )
    body: str | None = strawberry.field(
        default=None,
        description="The first message as plain text; at most 200,000 characters. Needed, or `bodyHtml` or files,"
        " unless the form has one.",
    )
    body_html: str | None = strawberry.field(
        default=None, description="The first message as HTML; what is unsafe is taken out."
    )
    requester_id: strawberry.ID | None = strawberry.field(
        default=None, description="The person served. Staff only."
    )
    initiator_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who raised it (E2). Staff only."
    )
    group_id: strawberry.ID | None = strawberry.field(
        default=None, description="The agent group to give it to."
    )
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description="The agent to give it to.")
    status_id: strawberry.ID | None = strawberry.field(
        default=None, description="The status; the default one unless told."
    )
    priority_id: strawberry.ID | None = strawberry.field(default=None, description="How urgent it is.")
    type_id: strawberry.ID | None = strawberry.field(default=None, description="What kind of business it is.")
    nature_id: strawberry.ID | None = strawberry.field(
        default=None, description="Incident, problem, question or task."
    )
    category_id: strawberry.ID | None = strawberry.field(default=None, description="A free classification.")
    tag_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Its markers. Staff only."
    )
    cc_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="Who is copied in (CC), as `ticketWatch` does it; needs `ticket.update`. The requester is left out."
        " At most 200.",
    )
    upload_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Stored uploads to attach; at most 20."
    )
    custom_fields: list[CustomFieldValueInput] | None = strawberry.field(
        default=None, description="Values of custom fields."
    )
    source: TicketSource = strawberry.field(
        default=TicketSource.API, description="What it came by; who is not staff says API, WEB or CHAT."
    )
    due_at: datetime | None = strawberry.field(default=None, description="When it must be done. Staff only.")
    callback_at: datetime | None = strawberry.field(
        default=None, description="When to call back. Staff only."
    )
    external_id: str | None = strawberry.field(
        default=None, description="The id another system knows it by, unique. Staff only."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a ticket: what is left out stays, null empties.")
class TicketUpdateInput(TicketPatchInput):
    id: strawberry.ID = strawberry.field(description="The ticket.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A message on a ticket, and optionally the status to set with it (G3).")
class TicketReplyInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    body: str | None = strawberry.field(default=None, description="Plain text; at most 200,000 characters.")
    body_html: str | None = strawberry.field(default=None, description="HTML; what is unsafe is taken out.")
    visibility: MessageVisibility = strawberry.field(
        default=MessageVisibility.PUBLIC, description="Who may read it."
    )
    upload_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Stored uploads to attach; at most 20."
    )
    status_id: strawberry.ID | None = strawberry.field(
        default=None, description="The status to set in the same step."
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The ticket to delete. It can be restored.")
class TicketDeleteInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The deleted ticket to bring back.")
class TicketRestoreInput:
    id: strawberry.ID = strawberry.field(description="The ticket.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What `ticketCreate` answers.")
class TicketCreatePayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket, if it was opened and the caller may see it.")


@strawberry.type(description="What `ticketUpdate` answers.")
class TicketUpdatePayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket as it is now.")


@strawberry.type(description="What `ticketReply` answers.")
class TicketReplyPayload(Payload):
    message: Message | None = one("message_id", "The message.")
    ticket: Ticket | None = one("ticket_id", "The ticket as it is now.")


@strawberry.type(description="What `ticketDelete` answers.")
class TicketDeletePayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket, deleted.")


@strawberry.type(description="What `ticketRestore` answers.")
class TicketRestorePayload(Payload):
    ticket: Ticket | None = one("ticket_id", "The ticket as it was before it was deleted.")


@strawberry.type
class TicketMutation:
    @mutation("Open a ticket with its first message.", permission="ticket.create")
    async def ticket_create(info: Info, input: TicketCreateInput) -> TicketCreatePayload:
        reading = InputReading()
        keys = {
            name: reading.key(getattr(input, name), prefix, name.removesuffix("_id") + "Id")
            for name, prefix in PATCH.items()
            if prefix
        }
        new = service.NewTicket(
            **keys,
            form_id=reading.key(input.form_id, "frm", "formId"),
            title=input.title,
            body=input.body,
            body_html=input.body_html,
            source=Source(input.source.name),
            due_at=input.due_at,
            callback_at=input.callback_at,
            external_id=input.external_id,
            tag_ids=reading.keys(input.tag_ids, "tag", "tagIds"),
            cc_ids=reading.keys(input.cc_ids, "usr", "ccIds"),
            upload_ids=reading.keys(input.upload_ids, "upl", "uploadIds"),
            custom=reading.read(lambda: custom_inputs(input.custom_fields), ()),
        )
        with reading.told():
            draft = await service.open_ticket(info.context.ctx, new)
        return TicketCreatePayload.of(ticket_id=draft.id)

    @mutation(
        "Change a ticket's attributes. Needs `ticket.update`, or `ticket.update_own` where one has opened it."
    )
    async def ticket_update(info: Info, input: TicketUpdateInput) -> TicketUpdatePayload:
        reading = InputReading()
        ticket_id = reading.needed_key(input.id, "tkt", "id")
        patch = read_patch(reading, input, expected_version=input.expected_version)
        with reading.told():
            await service.update_ticket(info.context.ctx, ticket_id, patch)
        return TicketUpdatePayload.of(ticket_id=ticket_id)

    @mutation("Say something on a ticket, publicly or as a private note, and set a status with it.")
    async def ticket_reply(info: Info, input: TicketReplyInput) -> TicketReplyPayload:
        new = service.NewMessage(
            body=input.body,
            body_html=input.body_html,
            visibility=Visibility(input.visibility.name),
            upload_ids=keys_from(input.upload_ids, "upl", "uploadIds"),
            status_id=key_from(input.status_id, "sts", "statusId"),
            expected_version=input.expected_version,
        )
        ticket_id = needed_key(input.id, "tkt", "id")
        draft = await service.reply(info.context.ctx, ticket_id, new)
        return TicketReplyPayload.of(ticket_id=ticket_id, message_id=draft.now["last_message_id"])

    @mutation(
        "Delete a ticket, closed or not: it leaves every list and can be restored. Needs `ticket.delete`, or"
        " `ticket.update_own` where one has opened it."
    )
    async def ticket_delete(info: Info, input: TicketDeleteInput) -> TicketDeletePayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.delete_ticket(info.context.ctx, ticket_id, expected_version=input.expected_version)
        return TicketDeletePayload.of(ticket_id=ticket_id)

    @mutation("Bring a deleted ticket back with the status it had.", permission="ticket.delete")
    async def ticket_restore(info: Info, input: TicketRestoreInput) -> TicketRestorePayload:
        ticket_id = needed_key(input.id, "tkt", "id")
        await service.restore_ticket(info.context.ctx, ticket_id, expected_version=input.expected_version)
        return TicketRestorePayload.of(ticket_id=ticket_id)

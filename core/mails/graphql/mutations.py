"""Mutations of mail templates and settings."""

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, key_from, needed_key
from core.mails import queries, service
from core.mails.graphql.types import (
    AGENT_LINK,
    BODY,
    CREATOR,
    DEFAULT,
    MEDIUM,
    NAME,
    NAMES,
    OPENED,
    PORTAL_LINK,
    STATUS,
    SUBJECT,
    TELLS,
    MailSettings,
    MailTemplate,
)

_PATCH: dict[str, str | None] = dict.fromkeys(("name", "subject", "body"))
_SETTINGS: dict[str, str | None] = {
    "medium_id": "pin", "default_template_id": "mtp", "opened_template_id": "mtp", "status_template_id": "mtp",
    "tells_creator": None, "creator_template_id": "mtp", "names_recipients": None,
    "agent_ticket_url": None, "portal_ticket_url": None,
}  # fmt: skip


@strawberry.input(description="A new mail template.")
class MailTemplateCreateInput:
    name: str = strawberry.field(description=NAME)
    subject: str = strawberry.field(description=SUBJECT)
    body: str = strawberry.field(description=BODY)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a mail template: what is left out stays.")
class MailTemplateUpdateInput:
    id: strawberry.ID = strawberry.field(description="The mail template.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description=NAME)
    subject: Maybe[str] = strawberry.field(default=None, description=SUBJECT)
    body: Maybe[str] = strawberry.field(default=None, description=BODY)


@strawberry.input(description="The mail template to delete. Refused while the mail settings name it.")
class MailTemplateDeleteInput:
    id: strawberry.ID = strawberry.field(description="The mail template.")


@strawberry.input(
    description="A mail to be looked at: by a template, or by a text that is only being written."
)
class MailTemplatePreviewInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket that it is about.")
    id: strawberry.ID | None = strawberry.field(default=None, description="The mail template.")
    subject: str | None = strawberry.field(default=None, description="Instead of a template: its subject.")
    body: str | None = strawberry.field(default=None, description="Instead of a template: its HTML.")


@strawberry.input(description="A change of the mail settings: what is left out stays, null is none.")
class MailSettingsUpdateInput:
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    medium_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=MEDIUM)
    default_template_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=DEFAULT)
    opened_template_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=OPENED)
    status_template_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=STATUS)
    tells_creator: Maybe[bool] = strawberry.field(default=None, description=TELLS)
    creator_template_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=CREATOR)
    names_recipients: Maybe[bool] = strawberry.field(default=None, description=NAMES)
    agent_ticket_url: Maybe[str | None] = strawberry.field(default=None, description=AGENT_LINK)
    portal_ticket_url: Maybe[str | None] = strawberry.field(default=None, description=PORTAL_LINK)


@strawberry.type(description="What `mailTemplateCreate` answers.")
class MailTemplateCreatePayload(Payload):
    mail_template: MailTemplate | None = one("mail_template_id", "The new mail template.")


@strawberry.type(description="What `mailTemplateUpdate` answers.")
class MailTemplateUpdatePayload(Payload):
    mail_template: MailTemplate | None = one("mail_template_id", "The mail template as it is now.")


@strawberry.type(description="What `mailTemplateDelete` answers.")
class MailTemplateDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `mailTemplatePreview` answers.")
class MailTemplatePreviewPayload(Payload):
    subject: str | None = strawberry.field(default=None, description="The subject of the mail.")
    body_html: str | None = strawberry.field(default=None, description="The mail as safe HTML.")
    body_text: str | None = strawberry.field(default=None, description="The mail as plain text.")


@strawberry.type(description="What `mailSettingsUpdate` answers.")
class MailSettingsUpdatePayload(Payload):
    mail_settings: MailSettings | None = one("settings_id", "The settings as they are now.")


@strawberry.type
class MailMutation:
    @mutation("Make a mail template.", permission="mail.manage")
    async def mail_template_create(info: Info, input: MailTemplateCreateInput) -> MailTemplateCreatePayload:
        new = service.NewMailTemplate(name=input.name, subject=input.subject, body=input.body)
        key = await service.create_template(info.context.ctx, new)
        return MailTemplateCreatePayload.of(mail_template_id=key)

    @mutation("Change a mail template.", permission="mail.manage")
    async def mail_template_update(info: Info, input: MailTemplateUpdateInput) -> MailTemplateUpdatePayload:
        key = needed_key(input.id, "mtp", "id")
        patch = service.MailTemplatePatch(
            values=given_values(input, _PATCH), expected_version=input.expected_version
        )
        await service.update_template(info.context.ctx, key, patch)
        return MailTemplateUpdatePayload.of(mail_template_id=key)

    @mutation("Delete a mail template.", permission="mail.manage")
    async def mail_template_delete(info: Info, input: MailTemplateDeleteInput) -> MailTemplateDeletePayload:
        await service.delete_template(info.context.ctx, needed_key(input.id, "mtp", "id"))
        return MailTemplateDeletePayload.of(deleted_id=input.id)

    @mutation(
        "What a mail would say about a ticket, to the viewer. Nothing is sent.", permission="mail.manage"
    )
    async def mail_template_preview(
        info: Info, input: MailTemplatePreviewInput
    ) -> MailTemplatePreviewPayload:
        made = await service.preview(
            info.context.ctx,
            needed_key(input.ticket_id, "tkt", "ticketId"),
            template_id=key_from(input.id, "mtp", "id"),
            subject=input.subject,
            body=input.body,
        )
        return MailTemplatePreviewPayload.of(subject=made.subject, body_html=made.html, body_text=made.text)

    @mutation("Set which mails go out about tickets.", permission="mail.manage")
    async def mail_settings_update(info: Info, input: MailSettingsUpdateInput) -> MailSettingsUpdatePayload:
        ctx = info.context.ctx
        values = given_values(input, _SETTINGS)
        await service.update_settings(ctx, values, expected_version=input.expected_version)
        return MailSettingsUpdatePayload.of(settings_id=await queries.settings_key(ctx))

"""Mutations of webhooks."""

from typing import Any

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, needed_key
from core.webhooks import service
from core.webhooks.graphql.types import Webhook, WebhookDelivery
from core.webhooks.service.checking import Checks

_PATCH: dict[str, str | None] = {"name": None, "url": None, "event_types": None, "query": None}
_QUERY = (
    "A GraphQL query whose answer the payload carries. It may have the variables `$eventId: ID!` and `$subjectId: ID!`,"
    " and runs with your rights."
)
_SECRET = "What deliveries are signed with, as Standard Webhooks libraries take it. Shown this once only."  # noqa: S105


@strawberry.input(description="An address that is to be told of events.")
class WebhookCreateInput:
    name: str = strawberry.field(description="What people call it, unique; at most 80 characters.")
    url: str = strawberry.field(description="Where it goes: https, and an address of the Internet.")
    event_types: list[str] = strawberry.field(
        description="What it is told of: of `eventTypes`, as in `ticket.created`, families as in `ticket.*`, or `*`."
    )
    query: str | None = strawberry.field(default=None, description=_QUERY)


@strawberry.input(
    description="A change of a webhook: what is left out stays. Who changes the address, the types or the query becomes"
    " the owner."
)
class WebhookUpdateInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description="What people call it.")
    url: Maybe[str] = strawberry.field(default=None, description="Where it goes.")
    event_types: Maybe[list[str]] = strawberry.field(default=None, description="What it is told of.")
    query: Maybe[str | None] = strawberry.field(default=None, description=_QUERY + " Null: none.")


@strawberry.input(description="The webhook to delete, with its log.")
class WebhookDeleteInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.input(description="The webhook to pause.")
class WebhookPauseInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.input(description="The webhook to resume.")
class WebhookResumeInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.input(description="The webhook that is to get a new secret.")
class WebhookRotateSecretInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    grace_hours: int = strawberry.field(
        default=24, description="For how many hours the former secret signs, too; 0 to 168."
    )


@strawberry.input(description="The webhook that is to be sent a test.")
class WebhookTestInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The delivery to send again.")
class WebhookDeliveryReplayInput:
    id: strawberry.ID = strawberry.field(description="The delivery, whatever became of it.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What `webhookCreate` answers.")
class WebhookCreatePayload(Payload):
    webhook: Webhook | None = one("webhook_id", "The new webhook.")
    signing_secret: str | None = strawberry.field(default=None, description=_SECRET)


@strawberry.type(description="What `webhookUpdate` answers.")
class WebhookUpdatePayload(Payload):
    webhook: Webhook | None = one("webhook_id", "The webhook as it is now.")


@strawberry.type(description="What `webhookDelete` answers.")
class WebhookDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `webhookPause` answers.")
class WebhookPausePayload(Payload):
    webhook: Webhook | None = one("webhook_id", "The webhook, paused.")


@strawberry.type(description="What `webhookResume` answers.")
class WebhookResumePayload(Payload):
    webhook: Webhook | None = one("webhook_id", "The webhook, active again.")


@strawberry.type(description="What `webhookRotateSecret` answers.")
class WebhookRotateSecretPayload(Payload):
    webhook: Webhook | None = one("webhook_id", "The webhook.")
    signing_secret: str | None = strawberry.field(default=None, description=_SECRET)


@strawberry.type(description="What `webhookTest` answers.")
class WebhookTestPayload(Payload):
    delivery: WebhookDelivery | None = one(
        "delivery_id", "The test on its way; look again what became of it."
    )


@strawberry.type(description="What `webhookDeliveryReplay` answers.")
class WebhookDeliveryReplayPayload(Payload):
    delivery: WebhookDelivery | None = one("delivery_id", "The delivery, on its way again.")


def _checks(info: Info) -> Checks:
    app: Any = info.context.app
    return Checks(app.saved_queries, app.outgoing)


@strawberry.type
class WebhookMutation:
    @mutation("Have an address told of events.", permission="webhook.manage")
    async def webhook_create(info: Info, input: WebhookCreateInput) -> WebhookCreatePayload:
        new = service.NewWebhook(
            name=input.name, url=input.url, event_types=input.event_types, query=input.query
        )
        made = await service.create_webhook(info.context.ctx, new, _checks(info), info.context.app.sealer)
        return WebhookCreatePayload.of(webhook_id=made.id, signing_secret=made.secret)

    @mutation("Change a webhook.", permission="webhook.manage")
    async def webhook_update(info: Info, input: WebhookUpdateInput) -> WebhookUpdatePayload:
        key = needed_key(input.id, "whk", "id")
        changes = service.Changes(values=given_values(input, _PATCH), expected_version=input.expected_version)
        await service.update_webhook(info.context.ctx, key, changes, _checks(info))
        return WebhookUpdatePayload.of(webhook_id=key)

    @mutation("Delete a webhook and its log.", permission="webhook.manage")
    async def webhook_delete(info: Info, input: WebhookDeleteInput) -> WebhookDeletePayload:
        await service.delete_webhook(info.context.ctx, needed_key(input.id, "whk", "id"))
        return WebhookDeletePayload.of(deleted_id=input.id)

    @mutation("Pause a webhook: what is on its way is held back.", permission="webhook.manage")
    async def webhook_pause(info: Info, input: WebhookPauseInput) -> WebhookPausePayload:
        key = needed_key(input.id, "whk", "id")
        await service.pause_webhook(info.context.ctx, key)
        return WebhookPausePayload.of(webhook_id=key)

    @mutation(
        "Resume a webhook, beginning with what was held back. When its owner may keep it no longer, you become its"
        " owner.",
        permission="webhook.manage",
    )
    async def webhook_resume(info: Info, input: WebhookResumeInput) -> WebhookResumePayload:
        key = needed_key(input.id, "whk", "id")
        await service.resume_webhook(info.context.ctx, key)
        return WebhookResumePayload.of(webhook_id=key)

    @mutation("Give a webhook a new signing secret.", permission="webhook.manage")
    async def webhook_rotate_secret(
        info: Info, input: WebhookRotateSecretInput
    ) -> WebhookRotateSecretPayload:
        made = await service.rotate_secret(
            info.context.ctx,
            needed_key(input.id, "whk", "id"),
            info.context.app.sealer,
            grace_hours=input.grace_hours,
        )
        return WebhookRotateSecretPayload.of(webhook_id=made.id, signing_secret=made.secret)

    @mutation("Send a webhook a ping, so that its receiver can be tried out.", permission="webhook.manage")
    async def webhook_test(info: Info, input: WebhookTestInput) -> WebhookTestPayload:
        key = await service.test_webhook(info.context.ctx, needed_key(input.id, "whk", "id"))
        return WebhookTestPayload.of(delivery_id=key)

    @mutation("Send a delivery again at once, under the id it had.", permission="webhook.manage")
    async def webhook_delivery_replay(
        info: Info, input: WebhookDeliveryReplayInput
    ) -> WebhookDeliveryReplayPayload:
        key = needed_key(input.id, "whd", "id")
        await service.replay_delivery(info.context.ctx, key)
        return WebhookDeliveryReplayPayload.of(delivery_id=key)

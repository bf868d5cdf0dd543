"""Webhooks in the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
import strawberry

from core.kit.graph import Connection, Info, Node, Query, column, listing, lookup, node, one, registry
from core.kit.graph.fields import After, Before, First, Last
from core.kit.graph.paging import Order, page_of
from core.kit.graph.reading import ListPlan, read_page_of
from core.kit.ids import to_global
from core.webhooks.graphql.enums import (
    WebhookDeliveryProblem,
    WebhookDeliveryState,
    WebhookPauseReason,
    WebhookState,
)
from core.webhooks.queries import delivery_sight, webhook_sight

if TYPE_CHECKING:
    from core.identity.graphql import User

NEWEST = Order((), descending=True)


def _event_id(stored: UUID) -> str:
    return to_global("aud", stored)


@node(
    prefix="whd",
    table="webhook_deliveries",
    sight=delivery_sight,
    description="An event on its way to a webhook, and what became of it. Its id is the `webhook-id` that the receiver "
    "gets, the same over retries and replays.",
)
class WebhookDelivery(Node):
    webhook: Webhook | None = one("webhook_id", "The webhook.")
    event_type: str = column("The type of the event; `webhook.ping` for tests.")
    event_id: strawberry.ID | None = column("The audit event it tells of; null for tests.", decode=_event_id)
    state: WebhookDeliveryState = column("How far it has come.", decode=WebhookDeliveryState)
    attempts: int = column("How often it was sent, replays included.")
    next_try_at: datetime | None = column("When it is tried next.")
    attempted_at: datetime | None = column("When it was last sent.")
    problem: WebhookDeliveryProblem | None = column(
        "What was wrong with the last try; null when nothing was.", decode=WebhookDeliveryProblem
    )
    problem_detail: str | None = column(
        "More about the problem, in English, where there is more.", name="detail"
    )
    response_status: int | None = column("The HTTP status of the last answer.")
    response_excerpt: str | None = column("The beginning of the last answer; at most 1000 characters.")
    duration_ms: int | None = column("How long the last answer took, in milliseconds.")
    created_at: datetime = column("When the event was taken up.")


def deliveries() -> Any:
    """The `deliveries` field: a page of the log, newest first, of one state or of all."""

    async def resolve(
        root: Any,
        info: Info,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
        state: Annotated[
            WebhookDeliveryState | None, strawberry.argument(description="Only those that came so far.")
        ] = None,
    ) -> Any:
        page = page_of(first, after, last, before)
        where = f"{{t}}.state = '{state.value}'" if state else "true"
        target = registry.by_name["WebhookDelivery"]
        plan = ListPlan(target, NEWEST, page, Query(), by="webhook_id", where=where)
        return await read_page_of(info.context, plan, ("webhook deliveries", where, page), root.row_key)

    return strawberry.field(resolver=resolve, description="What was sent or is to be sent, newest first.")


@node(
    prefix="whk",
    table="webhooks",
    sight=webhook_sight,
    description="An address that is told of events, by signed POST requests. Needs `webhook.manage` to be seen.",
)
class Webhook(Node):
    name: str = column("What people call it, unique in the tenant.", filter="string", order="string")
    url: str = column("Where it goes.")
    event_types: list[str] = column(
        "What it is told of: types, families (`ticket.*`) or `*`.", decode=orjson.loads
    )
    query: str | None = column("What its payloads ask of the API, beside the event itself.")
    state: WebhookState = column("Whether events go out.", decode=WebhookState)
    pause_reason: WebhookPauseReason | None = column("Why it is paused.", decode=WebhookPauseReason)
    paused_at: datetime | None = column("Since when it is paused.")
    failing_since: datetime | None = column("Since when every try fails; null when the last one succeeded.")
    owner: Annotated[User, strawberry.lazy("core.identity.graphql")] | None = one(
        "owner_id",
        "Whose rights decide what it is told: whoever last said where it goes or what it tells, or resumed it when the "
        "former owner could keep it no longer.",
    )
    old_secret_until: datetime | None = column("Until when the former secret signs, too.")
    deliveries: Connection[WebhookDelivery] = deliveries()
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class WebhookQuery:
    webhook = lookup(Webhook, "A webhook by its id.")
    webhook_delivery = lookup(WebhookDelivery, "A delivery of a webhook by its id.")
    webhooks = listing(
        Webhook,
        "The tenant's webhooks. Needs `webhook.manage`.",
        order=("NAME",),
        permission="webhook.manage",
    )

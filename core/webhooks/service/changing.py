"""Make, change and delete webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from core.identity.rights import refuse_impersonation
from core.kit.context import Context
from core.kit.crypto import Sealer
from core.kit.database import execute
from core.kit.errors import Required
from core.kit.events import Happening, record
from core.kit.jobs import enqueue
from core.kit.revising import revise, unique_or
from core.tenants.service import check_name
from core.webhooks.errors import TooManyWebhooks, WebhookNameTaken
from core.webhooks.models import Webhook
from core.webhooks.queries import PERMISSION, count_webhooks, lock_webhook
from core.webhooks.service.checking import Checks, event_types
from core.webhooks.service.erasing import ERASE
from core.webhooks.service.secrets import Revealed, seal
from core.webhooks.signing import new_secret

MOST_WEBHOOKS = 25
LONGEST_NAME = 80
_REACHING = {"url", "event_types", "query"}
"""Who changes one of these says where what goes, and so becomes the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook to be."""

    name: str
    url: str
    event_types: Sequence[str]
    query: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to change: a column that is absent stays."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_webhook(ctx: Context, new: NewWebhook, checks: Checks, sealer: Sealer) -> Revealed:
    """Make a webhook that looks with the viewer's eyes. Needs `webhook.manage`. Raises Forbidden, Required, TooLong,
    BadEventType, BadWebhookUrl, HttpsNeeded, PrivateAddress, BadPayloadQuery, TooManyWebhooks, WebhookNameTaken."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    given = {"name": new.name, "url": new.url, "event_types": new.event_types, "query": new.query}
    values = _checked(given, checks)
    if await count_webhooks(ctx) >= MOST_WEBHOOKS:
        raise TooManyWebhooks(limit=MOST_WEBHOOKS)
    webhook_id, secret = ctx.new_id(), new_secret()
    with unique_or(WebhookNameTaken(path=("name",), name=values["name"])):
        await Webhook.create(
            id=webhook_id, created_at=ctx.now(), updated_at=ctx.now(), owner_id=ctx.viewer.user_id,
            secret=seal(sealer, ctx.tenant_id, webhook_id, "secret", secret), **values,
        )  # fmt: skip
    about = {"name": [None, values["name"]], "host": [None, urlsplit(values["url"]).hostname]}
    await record(ctx, Happening("webhook.created", "webhook", webhook_id, about))
    return Revealed(webhook_id, secret)


async def update_webhook(ctx: Context, webhook_id: UUID, changes: Changes, checks: Checks) -> None:
    """Change a webhook. Whoever changes where it goes or what it tells becomes its owner. Needs `webhook.manage`.
    Raises what `create_webhook` does, NotFound and VersionConflict."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    values = _checked(changes.values, checks)
    webhook = await lock_webhook(ctx, webhook_id, expected_version=changes.expected_version)
    before = {**dict(webhook), "event_types": orjson.loads(webhook["event_types"])}
    if any(values[name] != before[name] for name in _REACHING & values.keys()):
        values["owner_id"] = ctx.viewer.user_id
    if "event_types" in values:
        values["event_types"] = _same_text(webhook["event_types"], values["event_types"])
    with unique_or(WebhookNameTaken(path=("name",), name=values.get("name", ""))):
        done = await revise(ctx, "webhooks", webhook, values)
    if done:
        about = {name: _shown(name, pair) for name, pair in done.items()}
        await record(ctx, Happening("webhook.updated", "webhook", webhook_id, about))


async def delete_webhook(ctx: Context, webhook_id: UUID) -> None:
    """Delete a webhook: nobody sees it or its log any more, and a job erases both. What is on its way is not sent any
    more. Needs `webhook.manage`. Raises NotFound."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    webhook = await lock_webhook(ctx, webhook_id)
    await execute(
        "update webhooks set state = 'DELETED', name = :free, updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :id",
        {"free": webhook_id.hex, "now": ctx.now(), "tenant": ctx.tenant_id, "id": webhook_id},
    )
    await enqueue(ctx, ERASE, {"webhook": webhook_id})
    await record(ctx, Happening("webhook.deleted", "webhook", webhook_id, {"name": [webhook["name"], None]}))


def _checked(values: dict[str, Any], checks: Checks) -> dict[str, Any]:
    for name, shown in (("name", "name"), ("url", "url"), ("event_types", "eventTypes")):
        if name in values and values[name] is None:
            raise Required(path=(shown,))
    cleaned = dict(values)
    if "name" in values:
        cleaned["name"] = check_name(values["name"], "name", limit=LONGEST_NAME)
    if "url" in values:
        cleaned["url"] = checks.url(values["url"].strip())
    if "event_types" in values:
        cleaned["event_types"] = event_types(values["event_types"])
    if "query" in values:
        cleaned["query"] = checks.query(values["query"])
    return cleaned


def _same_text(stored: str, wanted: list[str]) -> str:
    """The types as the column holds them; the very text that stands there when it says the same."""
    return stored if orjson.loads(stored) == wanted else orjson.dumps(wanted).decode()


def _shown(name: str, pair: list[Any]) -> list[Any]:
    """What the event keeps of a change: of addresses the host only, as the rest may hold a key; of queries nothing."""
    if name == "url":
        return [urlsplit(each).hostname for each in pair]
    if name == "query":
        return [each is not None for each in pair]
    return [str(each) if isinstance(each, UUID) else each for each in pair]

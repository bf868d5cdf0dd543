"""What a delivery carries: built once, in the worker, from the event, and kept for every later try."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database.sql import Row
from core.kit.graph import Request
from core.kit.graph.saved import SavedQueries
from core.kit.graph.scalars import INSTANTS, write_instant
from core.kit.ids import to_global
from core.tickets.events import subject_id
from core.webhooks.states import PING

LARGEST = 256 * 1024
VARIABLES = {"eventId": "aud_" + "0" * 32, "subjectId": "tkt_" + "0" * 32}
"""What a query may ask with; these values are for checking only."""


class PayloadTooLarge(Exception):
    """The answer of the webhook's query is more than a delivery may carry."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Runs queries for payloads. `app` is what resolvers find as `info.context.app`."""

    queries: SavedQueries
    app: Any

    async def ping(self, webhook: Row, at: str) -> str:
        """What `webhookTest` sends."""
        return _written(
            {"type": PING, "timestamp": at, "data": {"webhookId": to_global("whk", webhook["id"])}}
        )

    async def build(self, ctx: Context, event: Row, query: str | None) -> str:
        """The payload of an event as the context's viewer may have it. Raises QueryRefused, PayloadTooLarge."""
        told = told_event(event)
        data: dict[str, Any] = {"event": told}
        if query is not None:
            data |= await self._asked(ctx, told, query)
        body = {"type": event["type"], "timestamp": write_instant(event["created_at"]), "data": data}
        return _written(body)

    async def _asked(self, ctx: Context, event: Mapping[str, Any], query: str) -> dict[str, Any]:
        """The query's answer: `result`, and `errors` where there are any."""
        request = Request(ctx=ctx, locale=ctx.viewer.locale, app=self.app, long_text_bytes=LARGEST)
        variables = {"eventId": event["id"], "subjectId": event["subjectId"]}
        answer = await self.queries.run(query, variables, request)
        found: dict[str, Any] = {"result": answer["data"]}
        return found | ({"errors": answer["errors"]} if "errors" in answer else {})


def told_event(event: Row) -> dict[str, Any]:
    """What every payload says of its event: what happened to what, by whom; never what was written."""
    return {
        "id": to_global("aud", event["id"]),
        "type": event["type"],
        "occurredAt": write_instant(event["created_at"]),
        "subjectType": event["subject_type"],
        "subjectId": subject_id(event["subject_type"], event["subject_id"]),
        "actorId": _user(event["actor_id"]),
        "onBehalfOfId": _user(event["on_behalf_of_id"]),
        "via": event["via"],
    }


def _user(key: UUID | None) -> str | None:
    return to_global("usr", key) if key else None


def _written(body: Mapping[str, Any]) -> str:
    text = orjson.dumps(body, default=str, option=INSTANTS)
    if len(text) > LARGEST:
        raise PayloadTooLarge
    return text.decode()

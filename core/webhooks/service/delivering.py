"""The worker's second part: a delivery is built, signed, sent, and what came of it written down.

Between the sending and the writing a worker may die. Then the job runs again and sends the same again, under the same
id: a receiver that remembers ids loses nothing and does nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.kit.context import Context
from core.kit.crypto import Sealer
from core.kit.database import execute, fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.graph.saved import QueryRefused
from core.kit.graph.scalars import write_instant
from core.kit.http import AddressRefused, Answer, BadUrl, Outgoing, RequestFailed
from core.kit.ids import to_global
from core.kit.jobs import Claimed, Handler, enqueue
from core.kit.logging import get_logger
from core.webhooks.payloads import Builder, PayloadTooLarge
from core.webhooks.queries import seen_by
from core.webhooks.schedule import next_try
from core.webhooks.service.matching import acting_as_owner, nobody
from core.webhooks.service.secrets import valid_secrets
from core.webhooks.service.switching import (
    DELIVER,
    hold,
    lock_state,
    note_failure,
    note_success,
    pause_by_itself,
)
from core.webhooks.signing import signed_headers
from core.webhooks.states import PING, DeliveryProblem, DeliveryState, PauseReason, WebhookState

log = get_logger(__name__)

FEWEST_FAILURES = 10
"""In a row, before a webhook is paused, however long they took."""
_EXCERPT = 1000
_GONE = 410


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one try."""

    problem: DeliveryProblem | None
    detail: str | None = None
    answer: Answer | None = None
    is_final: bool = False

    @property
    def status(self) -> int | None:
        return self.answer.status if self.answer else None


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering needs from outside the domain."""

    builder: Builder
    outgoing: Outgoing
    sealer: Sealer
    pause_after: timedelta

    def handler(self) -> Handler:
        """The handler of `webhooks.deliver`."""

        async def deliver(job: Claimed) -> None:
            found = await _find(job.tenant_id, UUID(job.payload["delivery"]))
            if found is None or found[1]["state"] == WebhookState.DELETED:
                return
            delivery, webhook = found
            if delivery["state"] == DeliveryState.PENDING and delivery["turn"] == job.payload["turn"]:
                await self._deliver(delivery, webhook)

        return deliver

    async def _deliver(self, delivery: Row, webhook: Row) -> None:
        ctx = await acting_as_owner(webhook)
        if ctx is None:
            async with transaction():
                await pause_by_itself(nobody(webhook), webhook, PauseReason.OWNER)
                await hold(nobody(webhook), delivery)
        elif webhook["state"] == WebhookState.PAUSED and delivery["event_type"] != PING:
            async with transaction():
                await hold(ctx, delivery)
        else:
            result = await self._try(ctx, delivery, webhook)
            async with transaction():
                await self._settle(ctx, delivery, webhook, result)

    async def _try(self, ctx: Context, delivery: Row, webhook: Row) -> Result:
        try:
            payload = await self._payload(ctx, delivery, webhook)
        except QueryRefused as error:
            return Result(DeliveryProblem.QUERY, error.problem)
        except PayloadTooLarge:
            return Result(DeliveryProblem.TOO_LARGE, is_final=True)
        if payload is None:
            return Result(DeliveryProblem.OUT_OF_SIGHT, is_final=True)
        return await self._send(ctx, delivery, webhook, payload.encode())

    async def _payload(self, ctx: Context, delivery: Row, webhook: Row) -> str | None:
        """What to send: what was built before, unless that was with another's rights. None when the event is not the
        owner's to see. Raises QueryRefused, PayloadTooLarge."""
        if delivery["payload"] is not None and delivery["payload_by_id"] == webhook["owner_id"]:
            return str(delivery["payload"])
        if delivery["event_type"] == PING:
            built = await self.builder.ping(webhook, write_instant(delivery["created_at"]))
        else:
            event = await _event(ctx, delivery["event_id"])
            if event is None:
                return None
            built = await self.builder.build(ctx, event, webhook["query"])
        await execute(
            "update webhook_deliveries set payload = :payload, payload_by_id = :owner"
            " where tenant_id = :tenant and id = :id",
            {
                "payload": built, "owner": webhook["owner_id"], "tenant": ctx.tenant_id,
                "id": delivery["id"],
            },
        )  # fmt: skip
        return built

    async def _send(self, ctx: Context, delivery: Row, webhook: Row, body: bytes) -> Result:
        now = ctx.now()
        keys = valid_secrets(self.sealer, webhook, now)
        headers = {
            "content-type": "application/json",
            "user-agent": "Deskgraph-Webhooks",
            **signed_headers(to_global("whd", delivery["id"]), now, body, keys),
        }
        try:
            answer = await self.outgoing.post(webhook["url"], content=body, headers=headers)
        except (AddressRefused, BadUrl) as error:
            return Result(DeliveryProblem.REFUSED_ADDRESS, str(error))
        except RequestFailed as error:
            return Result(DeliveryProblem.NO_ANSWER, str(error))
        return Result(_problem(answer.status), answer=answer, is_final=answer.status == _GONE)

    async def _settle(self, ctx: Context, delivery: Row, webhook: Row, result: Result) -> None:
        """Write down what came of it, in the open transaction, unless somebody else has dealt with it meanwhile."""
        is_paused = await lock_state(ctx, webhook["id"]) == WebhookState.PAUSED
        again = self._again(ctx, delivery, result)
        state = DeliveryState.DELIVERED if result.problem is None else DeliveryState.FAILED
        if again:
            state = DeliveryState.HELD if is_paused else DeliveryState.PENDING
            again = None if is_paused else again
        if not await _write(ctx, delivery, result, state, again):
            return
        if again:
            payload = {"delivery": delivery["id"], "turn": delivery["turn"] + 1}
            await enqueue(ctx, DELIVER, payload, run_at=again)
        log.info("webhook.tried", delivery=str(delivery["id"]), problem=result.problem, status=result.status)
        if delivery["event_type"] != PING and result.problem is not DeliveryProblem.OUT_OF_SIGHT:
            await self._judge(ctx, webhook, result)

    def _again(self, ctx: Context, delivery: Row, result: Result) -> datetime | None:
        if result.problem is None or result.is_final or delivery["event_type"] == PING:
            return None
        asked = result.answer.headers.get("retry-after") if result.answer else None
        return next_try(delivery["tries"] + 1, ctx.now(), asked)

    async def _judge(self, ctx: Context, webhook: Row, result: Result) -> None:
        """Remember how the webhook fares, and pause it when nothing gets through."""
        if result.problem is None:
            return await note_success(ctx, webhook["id"])
        failures, since = await note_failure(ctx, webhook["id"], now=ctx.now())
        if result.status == _GONE:
            await pause_by_itself(ctx, webhook, PauseReason.GONE)
        elif failures >= FEWEST_FAILURES and ctx.now() - since >= self.pause_after:
            await pause_by_itself(ctx, webhook, PauseReason.FAILING)


async def _find(tenant_id: UUID, delivery_id: UUID) -> tuple[Row, Row] | None:
    values = {"tenant": tenant_id, "id": delivery_id}
    delivery = await fetch_one(
        "select * from webhook_deliveries where tenant_id = :tenant and id = :id", values
    )
    webhook = await fetch_one(
        "select w.* from webhooks w join webhook_deliveries d on d.tenant_id = w.tenant_id and d.webhook_id = w.id"
        " where d.tenant_id = :tenant and d.id = :id",
        values,
    )
    return (delivery, webhook) if delivery and webhook else None


async def _event(ctx: Context, event_id: UUID) -> Row | None:
    if not await seen_by(ctx.viewer, [event_id]):
        return None
    return await fetch_one(
        "select * from events where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": event_id},
    )


def _problem(status: int) -> DeliveryProblem | None:
    if 200 <= status < 300:
        return None
    return DeliveryProblem.REDIRECT if 300 <= status < 400 else DeliveryProblem.STATUS


async def _write(
    ctx: Context, delivery: Row, result: Result, state: DeliveryState, again: datetime | None
) -> bool:
    answer = result.answer
    done = await execute(
        "update webhook_deliveries set state = :state, turn = turn + 1, tries = tries + 1, attempts = attempts + 1,"
        " next_try_at = :again, problem = :problem, detail = :detail, response_status = :status,"
        " response_excerpt = :excerpt, duration_ms = :duration, attempted_at = :now"
        " where tenant_id = :tenant and id = :id and turn = :turn and state in ('PENDING', 'HELD')",
        {
            "state": state.value, "again": again, "problem": result.problem.value if result.problem else None,
            "detail": result.detail[:400] if result.detail else None, "status": result.status,
            "excerpt": _excerpt(answer.body) if answer else None,
            "duration": round(answer.seconds * 1000) if answer else None,
            "now": ctx.now(), "tenant": ctx.tenant_id, "id": delivery["id"], "turn": delivery["turn"],
        },
    )  # fmt: skip
    return done == 1


def _excerpt(body: bytes) -> str | None:
    text = body[: _EXCERPT * 4].decode(errors="replace").replace("\x00", "")
    return text[:_EXCERPT] or None

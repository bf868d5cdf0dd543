"""Webhooks of a desk, and the worker's part step by step: which events are matched, which deliveries are tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import acting_for
from core.kit.database import execute, fetch
from core.kit.http import Outgoing
from core.kit.ids import new_id
from core.kit.jobs import Claimed
from core.runtime import Runtime
from core.testing import Answer, Desk, Person
from core.webhooks.service.matching import MATCH, match
from core.webhooks.service.switching import DELIVER
from core.worker import handlers
from settings import Settings
from tests.webhooks.receiving import Receiver

CREATE = """mutation($input: WebhookCreateInput!) { webhookCreate(input: $input) {
  webhook { id name url eventTypes query state version owner { id } } signingSecret
  userErrors { code path message } } }"""
DELIVERIES = """query($id: ID!, $state: WebhookDeliveryState) { webhook(id: $id) {
  state pauseReason failingSince deliveries(state: $state) { totalCount { value } nodes {
    id eventType eventId state attempts nextTryAt problem problemDetail responseStatus responseExcerpt durationMs }
  } } }"""
TICKET = """mutation($input: TicketCreateInput!) {
  ticketCreate(input: $input) { ticket { id } userErrors { message } } }"""


@dataclass
class Hooks:
    """One desk's webhooks."""

    desk: Desk
    receiver: Receiver
    runtime: Runtime
    settings: Settings
    secrets: dict[str, str] = field(default_factory=dict)

    async def ask_for(self, by: Person | None = None, **given: Any) -> Answer:
        """webhookCreate, with a name, the receiver's address and every type of event unless told."""
        values = {"name": "Mirror", "url": self.receiver.url(), "eventTypes": ["*"], **given}
        return await (by or self.desk.admin).ask(CREATE, input=values)

    async def create(self, by: Person | None = None, **given: Any) -> str:
        """A webhook that is there. Its secret is kept in `secrets`."""
        made = (await self.ask_for(by, **given)).payload("webhookCreate")
        self.secrets[made["webhook"]["id"]] = made["signingSecret"]
        return str(made["webhook"]["id"])

    async def run(self, name: str, id: str, /, by: Person | None = None, **given: Any) -> Any:
        """A mutation on a webhook or a delivery that must succeed: its payload."""
        kind = name[0].upper() + name[1:]
        asked = "signingSecret" if name == "webhookRotateSecret" else "__typename"
        payload = f"{{ {asked} userErrors {{ code path message }} }}"
        text = f"mutation($input: {kind}Input!) {{ {name}(input: $input) {payload} }}"
        answer = await (by or self.desk.admin).ask(text, input={"id": id, **given})
        return answer.payload(name)

    async def look(self, id: str, state: str | None = None) -> Any:
        """The webhook and its log, newest first."""
        return (await self.desk.admin.ask(DELIVERIES, id=id, state=state)).data["webhook"]

    async def log(self, id: str) -> list[Any]:
        found: list[Any] = (await self.look(id))["deliveries"]["nodes"]
        return found

    async def open_ticket(self, by: Person | None = None, title: str = "Printer on fire") -> str:
        given = {"title": title, "body": "Help!"}
        answer = await (by or self.desk.customer).ask(TICKET, input=given)
        return str(answer.payload("ticketCreate")["ticket"]["id"])

    async def events(self, type: str, subject: str | None = None) -> list[UUID]:
        """Ids of the desk's events of one type."""
        with acting_for(self.desk.tenant_id):
            rows = await fetch(
                "select id from events where type = :type and (:subject::uuid is null or subject_id = :subject)"
                " order by id",
                {"type": type, "subject": UUID(hex=subject.partition("_")[2]) if subject else None},
            )
        return [row["id"] for row in rows]

    async def match(self, events: Sequence[UUID]) -> None:
        """What the worker does with a job of these events."""
        payload = {"events": [str(each) for each in events]}
        with acting_for(self.desk.tenant_id):
            await match(Claimed(new_id(), self.desk.tenant_id, MATCH, payload, 1))

    async def happen(self, type: str = "ticket.created") -> list[UUID]:
        """Open a ticket, and match its event of this type."""
        ticket = await self.open_ticket()
        found = await self.events(type, ticket)
        await self.match(found)
        return found

    async def deliver(self, *, runtime: Runtime | None = None) -> int:
        """Run every job of deliveries that waits, due or not, and say how many there were."""
        handler = handlers(self.settings, runtime or self.runtime)[DELIVER]
        tenant_id = self.desk.tenant_id
        with acting_for(tenant_id):
            rows = await fetch(
                "update jobs set state = 'done', finished_at = now() where tenant_id = :tenant and kind = :kind"
                " and state = 'ready' returning id, payload",
                {"tenant": tenant_id, "kind": DELIVER},
            )
            for row in sorted(rows, key=lambda row: row["id"]):
                await handler(Claimed(row["id"], tenant_id, DELIVER, orjson.loads(row["payload"]), 1))
        return len(rows)

    async def change(self, table: str, settings: str, id: str) -> None:
        """Change a row behind the desk's back: time cannot be waited for."""
        key = UUID(hex=id.partition("_")[2])
        with acting_for(self.desk.tenant_id):
            await execute(f"update {table} set {settings} where id = :id", {"id": key})

    def with_outgoing(self, **given: Any) -> Runtime:
        """A runtime that sends otherwise."""
        return replace(self.runtime, outgoing=Outgoing(**given))

"""Samples of the mutations of webhooks."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample

_CREATE = """mutation($input: WebhookCreateInput!) { webhookCreate(input: $input) {
  webhook { id } userErrors { message } } }"""
_NEW = {"name": "Mirror", "url": "https://hooks.example.com/desk", "eventTypes": ["ticket.*"]}


async def _a_webhook(desk: Desk) -> str:
    answer = await desk.founder.ask(_CREATE, input=_NEW)
    return str(answer.payload("webhookCreate")["webhook"]["id"])


async def _create(desk: Desk) -> dict[str, Any]:
    query = "query($subjectId: ID!) { ticket(id: $subjectId) { title } }"
    return {**_NEW, "name": "Another", "query": query}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": await _a_webhook(desk), "name": "Renamed"}


async def _one(desk: Desk) -> dict[str, Any]:
    return {"id": await _a_webhook(desk)}


async def _paused(desk: Desk) -> dict[str, Any]:
    webhook = await _a_webhook(desk)
    text = "mutation($input: WebhookPauseInput!) { webhookPause(input: $input) { userErrors { message } } }"
    (await desk.founder.ask(text, input={"id": webhook})).payload("webhookPause")
    return {"id": webhook}


async def _delivery(desk: Desk) -> dict[str, Any]:
    text = """mutation($input: WebhookTestInput!) { webhookTest(input: $input) {
      delivery { id } userErrors { message } } }"""
    answer = await desk.founder.ask(text, input={"id": await _a_webhook(desk)})
    return {"id": answer.payload("webhookTest")["delivery"]["id"]}


SAMPLES = {
    "webhookCreate": Sample(make=_create, denied="agent"),
    "webhookUpdate": Sample(make=_update, denied="agent"),
    "webhookDelete": Sample(make=_one, denied="agent"),
    "webhookPause": Sample(make=_one, denied="agent"),
    "webhookResume": Sample(make=_paused, denied="agent"),
    "webhookRotateSecret": Sample(make=_one, denied="agent"),
    "webhookTest": Sample(make=_one, denied="agent"),
    "webhookDeliveryReplay": Sample(make=_delivery, denied="agent"),
}

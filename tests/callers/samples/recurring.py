"""Samples of the mutations of recurring tickets."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.recurring.making import recur


async def _create(desk: Desk) -> dict[str, Any]:
    return {
        "name": "Check", "cron": "0 9 * * 1", "title": "Check", "body": "The lifts.",
        "requesterId": desk.customer.id,
    }  # fmt: skip


async def _id(desk: Desk) -> dict[str, Any]:
    return {"id": (await recur(desk))["id"]}


async def _update(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "title": "Changed"}


SAMPLES = {
    "recurringTicketCreate": Sample(make=_create, denied="agent"),
    "recurringTicketUpdate": Sample(make=_update, denied="agent"),
    "recurringTicketDelete": Sample(make=_id, denied="agent"),
}

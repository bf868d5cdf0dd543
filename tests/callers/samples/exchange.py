"""Samples of the mutations of exchange."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.callers.samples.tickets import a_ticket
from tests.files.sending import stored


async def _tickets(desk: Desk) -> dict[str, Any]:
    return {"select": {"ids": [await a_ticket(desk)]}, "fields": [{"field": "TITLE"}]}


async def _tenant(desk: Desk) -> dict[str, Any]:
    return {"format": "XML"}


async def _import(desk: Desk) -> dict[str, Any]:
    return {"uploadId": (await stored(desk.admin, b"Name\r\nWang"))["id"], "key": "crm"}


async def _customer(desk: Desk) -> dict[str, Any]:
    return {"id": desk.customer.id}


SAMPLES = {
    "customerDataExport": Sample(make=_customer, denied="leader"),
    "customerImport": Sample(make=_import, denied="agent"),
    "ticketExport": Sample(make=_tickets, denied="agent"),
    "tenantExport": Sample(make=_tenant, denied="leader"),
}

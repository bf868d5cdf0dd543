"""Samples of the mutations of mails."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.callers.samples.tickets import a_ticket
from tests.mails.making import make_template


async def _create(desk: Desk) -> dict[str, Any]:
    return {"name": "News", "subject": "#${ticket.number}", "body": "<p>${ticket.title}</p>"}


async def _id(desk: Desk) -> dict[str, Any]:
    return {"id": await make_template(desk)}


async def _update(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "name": "Changed"}


async def _preview(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "ticketId": await a_ticket(desk)}


async def _settings(desk: Desk) -> dict[str, Any]:
    return {"openedTemplateId": await make_template(desk)}


SAMPLES = {
    "mailTemplateCreate": Sample(make=_create, denied="agent"),
    "mailTemplateUpdate": Sample(make=_update, denied="agent"),
    "mailTemplateDelete": Sample(make=_id, denied="agent"),
    "mailTemplatePreview": Sample(make=_preview, denied="agent"),
    "mailSettingsUpdate": Sample(make=_settings, denied="agent"),
}

"""Samples of the mutations of plugins."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.extensions.making import configured, enable
from tests.plugins.ticket_links.making import LINK
from tests.tickets.making import open_ticket


async def _plugin(_desk: Desk) -> dict[str, Any]:
    return {"name": "sample"}


async def _enabled(desk: Desk) -> dict[str, Any]:
    await enable(desk.admin)
    return {"name": "sample"}


async def _create(desk: Desk) -> dict[str, Any]:
    await enable(desk.admin)
    config = {"address": "here", "token": "a"}
    return {"plugin": "sample", "provider": "sample", "label": "Main", "config": config}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": (await configured(desk))["id"], "config": {"address": "there"}}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": (await configured(desk))["id"]}


async def _ticket(desk: Desk) -> dict[str, Any]:
    await enable(desk.admin, "ticket_links")
    ticket = await open_ticket(desk.agent)
    return {"ticketId": ticket["id"], "url": "https://tracker.example/acme/rockets/issues/1"}


async def _link(desk: Desk) -> dict[str, Any]:
    answer = await desk.founder.ask(LINK, input=await _ticket(desk))
    return {"id": answer.payload("ticketLinksLink")["link"]["id"]}


SAMPLES = {
    "pluginEnable": Sample(make=_plugin, denied="agent"),
    "pluginDisable": Sample(make=_enabled, denied="agent"),
    "pluginInstanceCreate": Sample(make=_create, denied="agent"),
    "pluginInstanceUpdate": Sample(make=_update, denied="agent"),
    "pluginInstanceDelete": Sample(make=_delete, denied="agent"),
    "ticketLinksLink": Sample(make=_ticket, allowed="founder", denied="agent"),
    "ticketLinksUnlink": Sample(make=_link, allowed="founder", denied="agent"),
}

"""Samples of the mutations of notifications and of presence."""

from typing import Any

from core.kit.context import acting_for
from core.kit.database import execute, fetch_value
from core.kit.ids import key_of, new_id, to_global
from core.testing import Desk
from tests.callers.sample import Sample
from tests.callers.samples.tickets import a_ticket


async def _mark_read(desk: Desk) -> dict[str, Any]:
    """The admin's own."""
    ticket = key_of(await a_ticket(desk), "tkt")
    with acting_for(desk.tenant_id):
        made = await fetch_value(
            "insert into notifications (id, tenant_id, created_at, user_id, kind, event_id, ticket_id, in_app, by_mail)"
            " values (:id, :tenant, now(), :user, 'CHANGED', :id, :ticket, true, false) returning id",
            {"id": new_id(), "tenant": desk.tenant_id, "user": desk.admin.key, "ticket": ticket},
        )
    return {"ids": [to_global("ntf", made)]}


async def _mark_all_read(desk: Desk) -> dict[str, Any]:
    return {"through": (await _mark_read(desk))["ids"][0]}


async def _preferences(_desk: Desk) -> dict[str, Any]:
    return {"preferences": [{"kind": "SOLVED", "mail": True}]}


async def _look(desk: Desk) -> dict[str, Any]:
    return {"ticketId": await a_ticket(desk), "doing": "REPLYING"}


async def _leave(desk: Desk) -> dict[str, Any]:
    ticket = await a_ticket(desk)
    with acting_for(desk.tenant_id):
        await execute(
            "insert into presences (id, tenant_id, created_at, ticket_id, user_id, doing, expires_at)"
            " values (:id, :tenant, now(), :ticket, :user, 'VIEWING', now() + interval '1 day')",
            {
                "id": new_id(),
                "tenant": desk.tenant_id,
                "user": desk.admin.key,
                "ticket": key_of(ticket, "tkt"),
            },
        )
    return {"ticketId": ticket}


SAMPLES = {
    "notificationMarkRead": Sample(make=_mark_read, denied="founder"),
    "notificationMarkAllRead": Sample(make=_mark_all_read, denied="founder"),
    "notificationPreferencesUpdate": Sample(
        make=_preferences, denied=None, why_none="Everybody chooses for themselves; mail is for agents."
    ),
    "ticketLook": Sample(make=_look, denied="customer"),
    "ticketLeave": Sample(make=_leave, denied="customer"),
}

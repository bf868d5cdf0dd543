"""Hold tickets back that are unfit (F11), and admit them after all. A state beside the status, as deleting is."""

from uuid import UUID

from core.kit.context import Context
from core.tickets.errors import NotActive
from core.tickets.service.draft import Draft
from core.tickets.service.pipeline import run
from core.tickets.service.update_ticket import lock
from core.tickets.states import SuspendReason, TicketState


async def suspend_ticket(
    ctx: Context, ticket_id: UUID, reason: SuspendReason, *, expected_version: int | None = None
) -> Draft:
    """Take a ticket out of the lists until somebody admits it, or it is purged. Needs `ticket.update`. Raises
    NotActive for one that is deleted; a suspended one gets the new reason."""
    ctx.require("ticket.update")
    draft = await lock(ctx, ticket_id, expected_version)
    if draft.before["state"] == TicketState.DELETED:
        raise NotActive(path=("id",), number=draft.before["number"])
    draft.now["state"], draft.now["suspend_reason"] = TicketState.SUSPENDED.value, reason.value
    await run(draft)
    return draft


async def admit_ticket(ctx: Context, ticket_id: UUID, *, expected_version: int | None = None) -> Draft:
    """Bring a suspended ticket into the lists, with the status it had. Needs `ticket.update`. One that is not suspended
    stays as it is."""
    ctx.require("ticket.update")
    draft = await lock(ctx, ticket_id, expected_version)
    if draft.before["state"] == TicketState.SUSPENDED:
        draft.now["state"], draft.now["suspend_reason"] = TicketState.ACTIVE.value, None
        await run(draft)
    return draft

"""Delete and restore tickets (F10). Deleting is a state beside the status, so that restoring brings everything back."""

from uuid import UUID

from core.kit.context import Context
from core.tickets.service.draft import Draft
from core.tickets.service.pipeline import run
from core.tickets.service.update_ticket import lock, lock_for
from core.tickets.states import TicketState


async def delete_ticket(ctx: Context, ticket_id: UUID, *, expected_version: int | None = None) -> Draft:
    """Take a ticket out of every list, closed ones too (R6). Needs `ticket.delete`, or `ticket.update_own` where one
    has opened it (B15). Twice is once."""
    draft = await lock_for(ctx, ticket_id, expected_version, "ticket.delete")
    draft.now["state"] = TicketState.DELETED.value
    await run(draft)
    return draft


async def restore_ticket(ctx: Context, ticket_id: UUID, *, expected_version: int | None = None) -> Draft:
    """Bring a deleted ticket back as it was. Needs `ticket.delete`. One that is not deleted stays as it is."""
    ctx.require("ticket.delete")
    draft = await lock(ctx, ticket_id, expected_version)
    if draft.before["state"] == TicketState.DELETED:
        draft.now["state"], draft.now["suspend_reason"] = TicketState.ACTIVE.value, None
        await run(draft)
    return draft

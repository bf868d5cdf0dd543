"""What becomes of tickets that nobody wants: back to the queue, and at last invalid (D14, M3)."""

from uuid import UUID

from core.identity.service.pooling import note_release
from core.kit.context import Context
from core.tickets import defined, queries
from core.tickets.service.draft import Draft
from core.tickets.service.pipeline import run
from core.tickets.service.reply import put_note
from core.tickets.service.update_ticket import lock
from core.tickets.states import DONE, AssignmentHow, Disposition, StatusCategory


async def give_back(draft: Draft, how: AssignmentHow) -> None:
    """Take the ticket from its agent and leave it with its group, once more; too often makes it invalid, where the
    tenant says how often that is, but for one that is done or waits for its children."""
    draft.how = how
    draft.chosen |= {"assignee_id"}
    draft.now["assignee_id"] = None
    draft.now["release_count"] = draft.before["release_count"] + 1
    settings = await defined.settings(draft.ctx, draft.definitions)
    most = settings["invalid_after_releases"]
    await note_release(draft.ctx, draft.before["requester_id"], most)
    if most is None or draft.now["release_count"] < most or draft.before["status_category"] in DONE:
        return
    if not (settings["holds_parents"] and await queries.has_open_children(draft.ctx, draft.id)):
        make_invalid(draft)


def make_invalid(draft: Draft) -> None:
    """There was nothing in it for the desk: solved, with a mark, until somebody opens it again."""
    draft.now["disposition"] = Disposition.INVALID.value
    draft.leads_to = StatusCategory.SOLVED


async def invalidate_ticket(
    ctx: Context, ticket_id: UUID, *, note: str | None = None, expected_version: int | None = None
) -> Draft:
    """Say that there is nothing in a ticket for the desk (M2): it is solved, and stands among the invalid ones. Another
    status takes it out of there. Needs `ticket.update`."""
    ctx.require("ticket.update")
    draft = await lock(ctx, ticket_id, expected_version)
    make_invalid(draft)
    put_note(draft, note)
    await run(draft)
    return draft

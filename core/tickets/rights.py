"""What a viewer may do with a ticket that they see: the rules that the mutations hold, told beforehand. A test asks
both, for tickets in every state, and finds them equal."""

from dataclasses import dataclass
from uuid import UUID

from core.kit.context import TicketScope, UserKind, Viewer
from core.tickets.states import StatusCategory, TicketState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a ticket stands, for this viewer, with what the tenant says of tickets that are done or were given back."""

    state: str
    status_category: str
    group_id: UUID | None
    assignee_id: UUID | None
    creator_id: UUID | None
    initiator_id: UUID | None
    requester_id: UUID | None
    merged_into_id: UUID | None
    release_count: int
    is_watched_by_viewer: bool
    closed_is_final: bool
    solved_is_read_only: bool
    lets_reclaim: bool


def holding(viewer: Viewer, assignee_id: UUID | None) -> str:
    """The permission that handing on or giving back takes: one's own ticket is one's to give."""
    return "ticket.claim" if assignee_id == viewer.user_id else "ticket.assign"


def rights(viewer: Viewer, ticket: Standing) -> dict[str, bool]:
    """Each right by its name: whether the act would be accepted, as far as that depends on the viewer and on how the
    ticket stands, and not on what is given with it or on its children."""
    is_near = _is_in_reach(viewer, ticket)
    is_open = is_near and _is_worked_on(ticket) and not _is_read_only(viewer, ticket)
    is_own = viewer.may("ticket.update_own") and ticket.creator_id == viewer.user_id
    holds = is_open and viewer.may(holding(viewer, ticket.assignee_id))
    notes = viewer.is_staff and viewer.may("ticket.note")
    updates, merges = viewer.may("ticket.update"), viewer.may("ticket.merge")
    is_deleted = ticket.state == TicketState.DELETED
    return {
        "update": is_open and (updates or is_own),
        "assign": is_open and viewer.may("ticket.assign"),
        "claim": is_open and viewer.may("ticket.claim") and _is_free_for(viewer, ticket),
        "transfer": holds and notes,
        "release": holds and ticket.assignee_id is not None,
        "invalidate": is_open and updates,
        "suspend": is_near and updates and not is_deleted,
        "admit": is_near and updates and ticket.state == TicketState.SUSPENDED,
        "delete": is_near and not is_deleted and _may_delete(viewer, ticket, is_own=is_own),
        "restore": is_near and is_deleted and viewer.may("ticket.delete"),
        "merge": is_open and merges,
        "split": is_open and merges,
        "link": is_near and merges and not is_deleted,
        "reply": is_open and viewer.may("ticket.reply"),
        "note": is_open and notes,
        "copy_in": updates and not is_deleted,
        "begin_side_thread": _may_talk_aside(viewer, ticket) and not is_deleted,
    }


def _is_worked_on(ticket: Standing) -> bool:
    return ticket.state == TicketState.ACTIVE and ticket.merged_into_id is None


def _is_read_only(viewer: Viewer, ticket: Standing) -> bool:
    """As the scheme has it of what is done (R6, B16, F4)."""
    edits = viewer.may("ticket.edit_closed")
    if ticket.status_category == StatusCategory.CLOSED:
        return ticket.closed_is_final or not (viewer.is_staff and edits)
    is_kept = ticket.status_category == StatusCategory.SOLVED and ticket.solved_is_read_only
    return is_kept and viewer.is_staff and not edits


def _may_delete(viewer: Viewer, ticket: Standing, *, is_own: bool) -> bool:
    """B16: where closed tickets can be edited, deleting them takes the same right."""
    is_held = ticket.status_category == StatusCategory.CLOSED and not ticket.closed_is_final
    return (viewer.may("ticket.delete") or is_own) and (not is_held or viewer.may("ticket.edit_closed"))


def _is_free_for(viewer: Viewer, ticket: Standing) -> bool:
    """Whether nobody has it, and the viewer is an agent with a place in its group (B2, D13)."""
    if ticket.assignee_id is not None or (ticket.release_count and not ticket.lets_reclaim):
        return False
    has_place = ticket.group_id in viewer.group_ids if ticket.group_id else bool(viewer.group_ids)
    return viewer.kind is UserKind.AGENT and has_place


def _may_talk_aside(viewer: Viewer, ticket: Standing) -> bool:
    is_asking = ticket.requester_id == viewer.user_id
    return viewer.may("ticket.note") and not is_asking and viewer.impersonator_id is None


def _is_in_reach(viewer: Viewer, ticket: Standing) -> bool:
    """Whether a ticket that the viewer sees is theirs to work on, as `queries.ticket_reach` says in SQL."""
    if not viewer.is_staff or viewer.scope is TicketScope.ALL or ticket.is_watched_by_viewer:
        return True
    if viewer.scope is TicketScope.GROUP and ticket.group_id in viewer.group_ids:
        return True
    return viewer.user_id in (ticket.assignee_id, ticket.creator_id, ticket.initiator_id, ticket.requester_id)

"""What is never allowed (R9, R10, R12, R13) or what the tenant's scheme rules out (R2, R5, R6, B16, F4), and the status
a new ticket begins in."""

from collections.abc import Mapping
from typing import Any

from core.kit.database.sql import Row
from core.kit.i18n import Listed, called
from core.tickets import defined, queries
from core.tickets.errors import (
    CannotEmpty,
    ChildrenOpen,
    DoneIsReadOnly,
    NoReturnToNew,
    StatusNotSelectable,
    TicketClosed,
    TicketDeleted,
    TicketMerged,
    TicketSuspended,
    TransitionNotAllowed,
)
from core.tickets.service.draft import Draft, first_of, set_status, status_of
from core.tickets.states import DONE, AssignmentHow, StatusCategory, TicketState

GIVEN_BACK = (AssignmentHow.RELEASE, AssignmentHow.EXPIRE)
KEPT_ONCE_SET = {"group_id": "groupId", "priority_id": "priorityId", "type_id": "typeId"}


async def hold(draft: Draft) -> None:
    """Raises TicketClosed, DoneIsReadOnly, TicketMerged, TicketDeleted, TicketSuspended, CannotEmpty,
    StatusNotSelectable, NoReturnToNew, TransitionNotAllowed, ChildrenOpen."""
    draft.scheme = await defined.scheme(draft.ctx, draft.definitions)
    await _refuse_resting(draft)
    _refuse_deleting(draft)
    _refuse_emptied(draft)
    draft.statuses = await defined.statuses(draft.ctx, draft.definitions)
    if draft.now["status_id"] is None:
        set_status(draft, next(each for each in draft.statuses if each["is_default"]))
    if "status_id" in draft.chosen and draft.now["status_id"] != draft.before.get("status_id"):
        _take_chosen(draft)
    if draft.leads_to is not None and draft.leads_to != draft.now["status_category"]:
        set_status(draft, first_of(draft, draft.leads_to))
    following = status_of(draft, draft.leads_to_id)
    if following is not None:
        set_status(draft, following)
    await _hold_parent(draft)


def refuse_deleted(ticket: Mapping[str, Any], *path: str) -> None:
    """Raises TicketDeleted: what is deleted is neither changed nor joined with anything or anybody, only left."""
    if ticket["state"] == TicketState.DELETED:
        raise TicketDeleted(path=path, number=ticket["number"])


async def _refuse_resting(draft: Draft) -> None:
    """A closed, deleted or suspended ticket can only be deleted, restored or admitted."""
    before = draft.before
    if not before or not draft.is_worked_on():
        return
    refuse_deleted(before, *draft.place)
    if before["state"] == TicketState.SUSPENDED:
        raise TicketSuspended(path=draft.place, number=before["number"])
    if before["merged_into_id"] is not None:
        into = await queries.number(draft.ctx, before["merged_into_id"])
        raise TicketMerged(path=draft.place, number=before["number"], into=into)
    _refuse_done(draft)


def _refuse_done(draft: Draft) -> None:
    """R6: closed is final, unless the scheme lets those edit it who have the right (B16). F4: it may have what is
    solved read only by staff without that right; customers may always come back."""
    before, scheme, viewer = draft.before, draft.scheme, draft.ctx.viewer
    is_closed = before["status_category"] == StatusCategory.CLOSED
    if is_closed and (scheme["closed_is_final"] or not viewer.is_staff):
        raise TicketClosed(path=draft.place, number=before["number"])
    is_solved = before["status_category"] == StatusCategory.SOLVED
    is_kept = is_closed or (is_solved and scheme["solved_is_read_only"] and viewer.is_staff)
    if is_kept and not viewer.may("ticket.edit_closed"):
        raise DoneIsReadOnly(path=draft.place, number=before["number"])


def _refuse_deleting(draft: Draft) -> None:
    """B16: where closed tickets can be edited, deleting them takes the same right."""
    before = draft.before
    is_deleted = before and draft.now["state"] == TicketState.DELETED != before["state"]
    if (
        not is_deleted
        or before["status_category"] != StatusCategory.CLOSED
        or draft.scheme["closed_is_final"]
    ):
        return
    if not draft.ctx.viewer.may("ticket.edit_closed"):
        raise DoneIsReadOnly(path=draft.place, number=before["number"])


async def _hold_parent(draft: Draft) -> None:
    """A ticket is not done before its children are, unless the tenant lets it."""
    was, now = draft.before.get("status_category"), draft.now["status_category"]
    if (
        draft.is_new
        or now not in DONE
        or was in DONE
        or not await queries.has_open_children(draft.ctx, draft.id)
    ):
        return
    if (await defined.settings(draft.ctx, draft.definitions))["holds_parents"]:
        place = ("statusId",) if "status_id" in draft.chosen else draft.place
        raise ChildrenOpen(path=place, number=draft.before["number"])


def _refuse_emptied(draft: Draft) -> None:
    before, now = draft.before, draft.now
    for column, name in KEPT_ONCE_SET.items():
        if before.get(column) is not None and now[column] is None:
            raise CannotEmpty(path=(name,))
    # R9 speaks of the agent's present group; R11 lets a move to another group leave the agent open. Giving a ticket
    # back is an act of its own.
    if draft.how in GIVEN_BACK:
        return
    stays = now["group_id"] is not None and before.get("group_id") == now["group_id"]
    if stays and before["assignee_id"] is not None and now["assignee_id"] is None:
        raise CannotEmpty(path=("assigneeId",))


def _take_chosen(draft: Draft) -> None:
    status: Row | None = status_of(draft, draft.now["status_id"])
    if status is None or not status["is_agent_selectable"]:
        raise StatusNotSelectable(path=("statusId",), label=called(status) if status else "?")
    was = draft.before.get("status_category")
    returns = status["category"] == StatusCategory.NEW and was not in (None, StatusCategory.NEW)
    if returns and draft.scheme["never_back_to_new"]:
        raise NoReturnToNew(path=("statusId",))
    _hold_transition(draft, status)
    set_status(draft, status)


def _hold_transition(draft: Draft, to: Row) -> None:
    """A status that leads to some others leads nowhere else."""
    leaves = status_of(draft, draft.before.get("status_id"))
    if leaves is None or not leaves["leads_to"] or to["id"] in (leaves["id"], *leaves["leads_to"]):
        return
    known = Listed.all_of([called(each) for each in draft.statuses if each["id"] in leaves["leads_to"]])
    raise TransitionNotAllowed(path=("statusId",), label=called(leaves), to=called(to), known=known)

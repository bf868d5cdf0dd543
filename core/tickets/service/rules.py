"""What the default scheme never allows (R2, R5, R6, R9, R10, R12, R13), and the status a new ticket begins in."""

from core.kit.database.sql import Row
from core.tickets import queries
from core.tickets.errors import (
    CannotEmpty,
    ChildrenOpen,
    NoReturnToNew,
    StatusNotSelectable,
    TicketClosed,
    TicketDeleted,
    TicketMerged,
    TicketSuspended,
)
from core.tickets.service.draft import Draft, first_of, set_status
from core.tickets.states import DONE, AssignmentHow, StatusCategory, TicketState

GIVEN_BACK = (AssignmentHow.RELEASE, AssignmentHow.EXPIRE)
KEPT_ONCE_SET = {"group_id": "groupId", "priority_id": "priorityId", "type_id": "typeId"}


async def hold(draft: Draft) -> None:
    """Raises TicketClosed, TicketMerged, TicketDeleted, TicketSuspended, CannotEmpty, StatusNotSelectable,
    NoReturnToNew, ChildrenOpen."""
    await _refuse_resting(draft)
    _refuse_emptied(draft)
    draft.statuses = await queries.statuses(draft.ctx, draft.definitions)
    if draft.now["status_id"] is None:
        set_status(draft, next(each for each in draft.statuses if each["is_default"]))
    if "status_id" in draft.chosen:
        _take_chosen(draft)
    if draft.leads_to is not None and draft.leads_to != draft.now["status_category"]:
        set_status(draft, first_of(draft, draft.leads_to))
    await _hold_parent(draft)


async def _refuse_resting(draft: Draft) -> None:
    """A closed, deleted or suspended ticket can only be deleted, restored or admitted."""
    before = draft.before
    if not before or not draft.is_worked_on():
        return
    if before["state"] == TicketState.DELETED:
        raise TicketDeleted(number=before["number"])
    if before["state"] == TicketState.SUSPENDED:
        raise TicketSuspended(number=before["number"])
    if before["merged_into_id"] is not None:
        into = await queries.number(draft.ctx, before["merged_into_id"])
        raise TicketMerged(number=before["number"], into=into)
    if before["status_category"] == StatusCategory.CLOSED:
        raise TicketClosed(number=before["number"])


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
    if (await queries.settings(draft.ctx, draft.definitions))["holds_parents"]:
        raise ChildrenOpen(number=draft.before["number"])


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
    status: Row | None = next((each for each in draft.statuses if each["id"] == draft.now["status_id"]), None)
    if status is None or not status["is_agent_selectable"]:
        raise StatusNotSelectable(path=("statusId",), label=status["label"] if status else "?")
    was = draft.before.get("status_category")
    if status["category"] == StatusCategory.NEW and was not in (None, StatusCategory.NEW):
        raise NoReturnToNew(path=("statusId",))
    set_status(draft, status)

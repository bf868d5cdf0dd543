"""What statuses do by themselves when people act, as the tenant's scheme says (R1, R4, F1, F3, F8). A status chosen in
the same step wins."""

from uuid import UUID

from core.tickets.service.draft import Draft, set_status, status_of
from core.tickets.states import DONE, Sender, StatusCategory, Visibility

_MOVES = {"group_id", "assignee_id", "waiting_since"}
_UNDONE = (StatusCategory.NEW, StatusCategory.OPEN, StatusCategory.PENDING)


async def react(draft: Draft) -> None:
    """Put the ticket in the status that what happened leads to."""
    if "status_id" in draft.chosen or draft.leads_to is not None or draft.leads_to_id is not None:
        return
    scheme = draft.scheme
    if _is_assigned(draft):
        _take_on(draft, scheme["on_assign_id"])
    if draft.now["status_category"] == StatusCategory.NEW and _is_taken_up(draft):
        _go(draft, scheme["on_agent_update_id"])
    if _is_answered(draft):
        _go(draft, scheme["on_agent_reply_id"])
    if _customer_came_back(draft):
        done = draft.now["status_category"] in DONE
        waits = draft.now["status_category"] == StatusCategory.PENDING
        _go(draft, scheme["on_reopen_id"] if done else scheme["on_customer_reply_id"] if waits else None)


def _is_assigned(draft: Draft) -> bool:
    assignee = draft.now["assignee_id"]
    return assignee is not None and assignee != draft.before.get("assignee_id")


def _take_on(draft: Draft, status_id: UUID | None) -> None:
    """New tickets are taken on; where that makes them new to their agent, those that are worked on as well (F3)."""
    status = status_of(draft, status_id)
    category = draft.now["status_category"]
    again = status is not None and status["category"] == StatusCategory.NEW and category in _UNDONE
    if category == StatusCategory.NEW or again:
        _go(draft, status_id)


def _is_taken_up(draft: Draft) -> bool:
    """An agent's first update of a stored ticket: more than a move, and not what they say on one of their own
    asking."""
    if draft.is_new or draft.how is not None or draft.ctx.is_automatic:
        return False
    if not draft.ctx.viewer.is_staff or not draft.is_worked_on():
        return False
    if draft.changed().keys() <= _MOVES and draft.message is None and draft.tags == draft.tags_before:
        return bool(draft.happenings)
    return draft.message is None or draft.message.sender is Sender.AGENT


def _is_answered(draft: Draft) -> bool:
    message = draft.message
    if draft.is_new or message is None or draft.now["status_category"] not in _UNDONE:
        return False
    return message.sender is Sender.AGENT and message.visibility is Visibility.PUBLIC


def _customer_came_back(draft: Draft) -> bool:
    return not draft.is_new and draft.message is not None and draft.message.sender is Sender.CUSTOMER


def _go(draft: Draft, status_id: UUID | None) -> None:
    status = status_of(draft, status_id)
    if status is not None:
        set_status(draft, status)

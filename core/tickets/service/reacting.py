"""What a status does by itself when people act (R1, R4). A status chosen in the same step wins."""

from core.tickets.service.draft import Draft, first_of, set_status
from core.tickets.states import Sender, StatusCategory


async def react(draft: Draft) -> None:
    """Open what somebody took up or a customer came back to."""
    if "status_id" in draft.chosen or draft.leads_to is not None:
        return
    category = draft.now["status_category"]
    if category == StatusCategory.NEW and (_is_assigned(draft) or _is_taken_up(draft)):
        _open(draft)
    if category in (StatusCategory.PENDING, StatusCategory.SOLVED) and _customer_came_back(draft):
        _open(draft)


def _is_assigned(draft: Draft) -> bool:
    assignee = draft.now["assignee_id"]
    return assignee is not None and assignee != draft.before.get("assignee_id")


def _is_taken_up(draft: Draft) -> bool:
    """An agent's first update of a stored ticket; not what they say on one of their own asking."""
    if draft.is_new or not draft.ctx.viewer.is_staff or not draft.is_worked_on():
        return False
    return draft.message is None or draft.message.sender is Sender.AGENT


def _customer_came_back(draft: Draft) -> bool:
    return not draft.is_new and draft.message is not None and draft.message.sender is Sender.CUSTOMER


def _open(draft: Draft) -> None:
    set_status(draft, first_of(draft, StatusCategory.OPEN))

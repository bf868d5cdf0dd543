"""The moments a ticket remembers: who spoke last, when it was first answered, solved, closed, deleted."""

from core.tickets.service.draft import Draft, DraftMessage
from core.tickets.states import DONE, Sender, StatusCategory, TicketState, Visibility


async def stamp(draft: Draft) -> None:
    """Note the moments that this step brings about."""
    now, before = draft.now, draft.before
    if draft.message is not None:
        _stamp_message(draft, draft.message)
    if now["status_id"] != before.get("status_id"):
        now["status_at"] = draft.at
    if now["status_category"] != before.get("status_category"):
        now["solved_at"] = (now["solved_at"] or draft.at) if now["status_category"] in DONE else None
        now["closed_at"] = draft.at if now["status_category"] == StatusCategory.CLOSED else None
    if now["status_category"] in DONE:
        now["waiting_since"] = None
    else:
        now["disposition"] = None
    if now["callback_at"] != before.get("callback_at"):
        now["remind_at"] = now["callback_at"]
    if now["state"] != before.get("state"):
        now["deleted_at"] = draft.at if now["state"] == TicketState.DELETED else None
        now["suspended_at"] = draft.at if now["state"] == TicketState.SUSPENDED else None


def _stamp_message(draft: Draft, message: DraftMessage) -> None:
    now = draft.now
    now["last_message_id"] = message.id
    if message.visibility is not Visibility.PUBLIC:
        return
    if message.sender is Sender.CUSTOMER:
        now["last_customer_at"] = draft.at
    if message.sender is Sender.AGENT:
        now["last_agent_at"] = draft.at
        now["first_reply_at"] = now["first_reply_at"] or draft.at

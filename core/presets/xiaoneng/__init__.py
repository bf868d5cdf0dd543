"""Xiaoneng 小能: four roles, agents who see their own tickets and only read what they have done, overdue tickets that
are released and become invalid the second time."""

from typing import Any

from core.presets import usual
from core.presets.preset import Preset, Role, Scheme, Status, TicketSettings, View, Wording

_AGENTS_WORK = (
    "canned_reply.own", "customer.manage", "ticket.claim", "ticket.create", "ticket.note", "ticket.reply",
    "ticket.update", "user.read",
)  # fmt: skip
"""Giving out work is for those above them (B12)."""


def _reminders(key: str, english: str, chinese: str, first: int, until: int) -> View:
    """Tickets whose deadline or callback lies between two days, counted from today."""
    within: list[Any] = [
        {
            "and": [
                {"field": field, "op": "AT_LEAST", "value": {"from": "today", "days": first}},
                {"field": field, "op": "LESS_THAN", "value": {"from": "today", "days": until}},
            ]
        }
        for field in ("dueAt", "callbackAt")
    ]
    unsolved = {"field": "statusCategory", "op": "IN", "value": ["NEW", "OPEN", "PENDING"]}
    return View(key, english, chinese, {"and": [{"or": within}, unsolved]}, _COLUMNS)


_COLUMNS = ("number", "title", "requester", "status", "assignee", "dueAt", "callbackAt")
_REMINDERS = (
    _reminders("past_30_days", "Past 30 days", "过去 30 天", -30, 0),
    _reminders("past_7_days", "Past 7 days", "过去 7 天", -7, 0),
    _reminders("yesterday", "Yesterday", "昨天", -1, 0),
    _reminders("today", "Today", "今日提醒", 0, 1),
    _reminders("within_3_days", "Within 3 days", "3 天内提醒", 0, 4),
    _reminders("within_7_days", "Within 7 days", "7 天内提醒", 0, 8),
)
"""Six parts; each shows what its viewer sees (M8, M9)."""

PRESET = Preset(
    key="xiaoneng",
    name=Wording("Xiaoneng", "小能"),
    about=Wording(
        "To do, in progress, done; agents see their own tickets, and overdue ones go back.",
        "待处理、处理中、已完成；客服只看本人的工单，过期的自动释放。",
    ),
    roles=(
        usual.FOUNDER,
        usual.ADMINISTRATOR,
        usual.INSPECTOR,
        usual.LEADER,
        Role("agent", Wording("Agent", "客服"), "OWN", _AGENTS_WORK),
    ),
    statuses=(
        Status("to_do", "NEW", Wording("To do", "待处理"), is_agent_selectable=False),
        Status("in_progress", "OPEN", Wording("In progress", "处理中")),
        Status("done", "SOLVED", Wording("Done", "已完成")),
    ),
    # Handed on is no status: for whoever gets the ticket it is to do (F3).
    scheme=Scheme(
        on_assign="to_do", on_agent_update="in_progress", on_reopen="in_progress", never_back_to_new=False,
        solved_is_read_only=True,
    ),
    options=usual.PRIORITIES,
    tickets=TicketSettings(releases_overdue=True, invalid_after_releases=2),
    views=(*_REMINDERS, *usual.VIEWS),
    system_views={
        "untouched": Wording("My tickets: to do", "待处理的"),
        "in_progress": Wording("My tickets: in progress", "处理中的"),
        "done": Wording("My tickets: done", "已完成的"),
        "transferred": Wording("My tickets: handed on", "转派工单"),
        "solved": Wording("All that is done", "全部已完成"),
    },
    forms=usual.FORMS,
)  # fmt: skip

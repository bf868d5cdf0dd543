"""Our own preset: five statuses, four priorities, the usual roles. Wordings in English and Chinese."""

from core.permissions import PERMISSIONS
from core.presets.preset import Option, Role, Status, TicketSettings

_EVERYTHING = sorted(PERMISSIONS)
_DESK_WORK = [
    "canned_reply.manage", "canned_reply.own", "customer.manage", "tag.manage", "ticket.assign", "ticket.claim",
    "ticket.create", "ticket.delete", "ticket.merge", "ticket.note", "ticket.reply", "ticket.update",
    "user.read",
]  # fmt: skip

ROLES: list[Role] = [
    Role("founder", "Founder", "ALL", _EVERYTHING),
    Role("admin", "Administrator", "ALL", _EVERYTHING),
    Role("inspector", "Quality inspector", "ALL", [*_DESK_WORK, "event.read"]),
    Role("leader", "Group leader", "GROUP", _DESK_WORK),
    Role(
        "agent",
        "Agent",
        "GROUP",
        [key for key in _DESK_WORK if key not in ("canned_reply.manage", "tag.manage", "ticket.delete")],
    ),
]
"""Group leaders and agents work in their groups; administrators and inspectors see everything."""

STATUSES: list[Status] = [
    Status("new", "NEW", "New", "尚未受理", True),
    Status("open", "OPEN", "Open", "受理中", True),
    Status("pending", "PENDING", "Pending", "等待回复", True),
    Status("solved", "SOLVED", "Solved", "已解决", True),
    Status("closed", "CLOSED", "Closed", "已关闭", True),
]
"""Agents may choose each: a desk may close by hand, too."""

OPTIONS: list[Option] = [
    Option("PRIORITY", "low", "Low", "低", "#2e9e4f"),
    Option("PRIORITY", "medium", "Medium", "中", "#2f6fde"),
    Option("PRIORITY", "high", "High", "高", "#e0a800"),
    Option("PRIORITY", "urgent", "Urgent", "紧急", "#d6322d"),
    Option("NATURE", "incident", "Incident", "事故", None),
    Option("NATURE", "problem", "Problem", "问题", None),
    Option("NATURE", "question", "Question", "咨询", None),
    Option("NATURE", "task", "Task", "任务", None),
]
"""Colours of priorities as E7 and E9 have them: green, blue, yellow, red."""

TICKETS = TicketSettings(
    close_solved_days=3, purge_deleted_days=30, purge_suspended_days=30, releases_overdue=False, lets_reclaim=True,
    holds_parents=True,
    invalid_after_releases=None,
)  # fmt: skip
"""What the documents that we build from say (F9 to F11). Only a desk that asks for it has overdue tickets released,
and what was given back treated in another way."""

"""What several presets say alike."""

from core.permissions import PERMISSIONS
from core.presets.preset import Form, Option, Role, View, Wording

EVERYTHING = sorted(PERMISSIONS)
DESK_WORK = (
    "canned_reply.manage", "canned_reply.own", "customer.import", "customer.manage", "customer.merge", "tag.manage",
    "ticket.assign", "ticket.claim", "ticket.create", "ticket.delete", "ticket.export", "ticket.merge", "ticket.note",
    "ticket.reply", "ticket.update", "user.read",
)  # fmt: skip
"""What leaders do."""
_LEADERS = ("canned_reply.manage", "customer.import", "tag.manage", "ticket.delete", "ticket.export")
AGENTS_WORK = tuple(key for key in DESK_WORK if key not in _LEADERS)
"""Agents export nothing, among other things (B13)."""

FOUNDER = Role("founder", Wording("Founder", "创始人"), "ALL", EVERYTHING)
ADMINISTRATOR = Role("admin", Wording("Administrator", "管理员"), "ALL", EVERYTHING)
INSPECTOR = Role("inspector", Wording("Quality inspector", "质检员"), "ALL", (*DESK_WORK, "event.read"))
LEADER = Role("leader", Wording("Group leader", "组长"), "GROUP", DESK_WORK)
AGENT = Role("agent", Wording("Agent", "客服"), "GROUP", AGENTS_WORK)

PRIORITIES = (
    Option("PRIORITY", "low", Wording("Low", "低"), "#2e9e4f"),
    Option("PRIORITY", "medium", Wording("Medium", "中"), "#2f6fde"),
    Option("PRIORITY", "high", Wording("High", "高"), "#e0a800"),
    Option("PRIORITY", "urgent", Wording("Urgent", "紧急"), "#d6322d"),
)
"""Green, blue, yellow, red (E9)."""
NATURES = (
    Option("NATURE", "incident", Wording("Incident", "事故")),
    Option("NATURE", "problem", Wording("Problem", "问题")),
    Option("NATURE", "question", Wording("Question", "咨询")),
    Option("NATURE", "task", Wording("Task", "任务")),
)
"""E7."""

_UNSOLVED = {"field": "statusCategory", "op": "IN", "value": ["NEW", "OPEN", "PENDING"]}
VIEWS = (
    View(
        "urgent", "Urgent", "紧急工单",
        {"and": [{"field": "priority", "op": "IS", "value": "option:PRIORITY:urgent"}, _UNSOLVED]},
    ),
    View(
        "overdue", "Overdue", "已逾期",
        {"and": [{"field": "dueAt", "op": "LESS_THAN", "value": {"from": "now"}}, _UNSOLVED]},
    ),
)  # fmt: skip
"""What a desk looks at every day beside the views that all have (I7)."""

FORMS = (
    Form(
        "contact", "Ask for help", "提交工单", "CUSTOMERS",
        [
            {"name": "title", "requiredFor": "EVERYBODY"}, {"name": "body", "requiredFor": "EVERYBODY"},
            {"name": "priority"}, {"name": "uploads"},
        ],
    ),
)  # fmt: skip
"""What customers are asked (K4)."""

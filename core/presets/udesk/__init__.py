"""Udesk: open, being solved, solved, closed, and a priority that is called standard."""

from core.presets import usual
from core.presets.preset import Form, Option, Preset, Reply, Role, Scheme, Status, TicketSettings, Wording

_TEMPLATE = Form(
    "bug",
    "Report a bug",
    "提交 bug",
    "STAFF",
    [
        {"name": "title", "requiredFor": "STAFF"},
        {"name": "body", "requiredFor": "STAFF"},
        {"name": "type", "default": "option:TYPE:bug"},
        {"name": "priority", "default": "option:PRIORITY:standard"},
        {"name": "requester"},
        {"name": "group"},
        {"name": "uploads"},
    ],
)
"""A template of one of its businesses (K5): those of its reports."""
_REPLY = Reply(
    Wording("Being solved", "正在解决中"),
    Wording(
        "{{requester.name}}, your ticket {{ticket.number}} is being solved.",
        "{{requester.name}}，您的工单 {{ticket.number}} 正在解决中。",
    ),
)
"""What its example of a macro tells the customer."""

PRESET = Preset(
    key="udesk",
    name=Wording("Udesk", "Udesk"),
    about=Wording(
        "Open, being solved, closed; agents open, delete and hand on in the list.",
        "开启、解决中、已关闭；客服在列表中创建、删除、流转工单。",
    ),
    roles=(
        usual.FOUNDER,
        usual.ADMINISTRATOR,
        usual.LEADER,
        Role(
            "agent",
            Wording("Agent", "客服"),
            "GROUP",
            (*usual.AGENTS_WORK, "ticket.delete", "ticket.export"),
        ),
    ),
    statuses=(
        Status("open", "NEW", Wording("Open", "开启")),
        Status("solving", "OPEN", Wording("Being solved", "解决中")),
        Status("waiting", "PENDING", Wording("Waiting for the customer", "等待客户")),
        Status("solved", "SOLVED", Wording("Solved", "已解决"), next="closed", hours=72),
        Status("closed", "CLOSED", Wording("Closed", "已关闭")),
    ),
    scheme=Scheme(on_agent_update="solving", on_customer_reply="solving", on_reopen="solving"),
    options=(
        Option("TYPE", "bug", Wording("Bug", "bug")),
        Option("TYPE", "wish", Wording("Wish", "新需求")),
        Option("PRIORITY", "low", Wording("Low", "低"), "#2e9e4f"),
        Option("PRIORITY", "standard", Wording("Standard", "标准"), "#2f6fde"),
        Option("PRIORITY", "high", Wording("High", "高"), "#e0a800"),
        Option("PRIORITY", "urgent", Wording("Urgent", "紧急"), "#d6322d"),
    ),
    tickets=TicketSettings(),
    views=usual.VIEWS,
    system_views={
        "untouched": Wording("To do: open", "待办：开启"),
        "in_progress": Wording("Being solved", "解决中"),
        "pending": Wording("Waiting for the customer", "等待客户"),
    },
    forms=(*usual.FORMS, _TEMPLATE),
    replies=(_REPLY,),
)

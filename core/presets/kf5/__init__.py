"""KF5: the thirteen built-in rules of a ticket's life. Nobody chooses closed, closed is the end, and groups that have
held tickets stay what they were.

Its 初级版 and 中级版 have fixed switches, its 高级版 roles made to measure (A8): the plans `basic`, `standard` and
`advanced` (core/tenants/plans.py). Which one a helpdesk has is the operator's to say, and no preset's."""

from core.presets import usual
from core.presets.preset import Form, Option, Preset, Reply, Scheme, Status, TicketSettings, Wording

_TYPES = (
    Option("TYPE", "technical", Wording("Technical question", "技术问题")),
    Option("TYPE", "product", Wording("Question about a product", "产品问题")),
    Option("TYPE", "finance", Wording("Question about payment", "财务问题")),
    Option("TYPE", "usage", Wording("How to use it", "使用问题")),
)
"""Its 问题类别: what customers choose, and by which tickets find their group (L4)."""
_FORM = Form(
    "contact",
    "Ask for help",
    "提交工单",
    "CUSTOMERS",
    [
        {"name": "title", "requiredFor": "EVERYBODY"},
        {"name": "type"},
        {"name": "body", "requiredFor": "EVERYBODY"},
        {"name": "priority"},
        {"name": "uploads"},
    ],
)
_REPLY = Reply(
    Wording("Please tell us more", "请补充信息"),
    Wording(
        "{{requester.name}}, we need to know more to go on. What is your order number, and what do you see?",
        "{{requester.name}}，您好：为继续处理，请补充订单号和您看到的现象。",
    ),
)
"""What is said where a ticket is set to wait for the requester."""

PRESET = Preset(
    key="kf5",
    name=Wording("KF5", "KF5"),
    about=Wording(
        "Thirteen built-in rules from new to closed, which is the end.",
        "从尚未受理到已关闭的十三条内置规则，关闭即终结。",
    ),
    roles=(usual.FOUNDER, usual.ADMINISTRATOR, usual.AGENT),
    statuses=(
        Status("new", "NEW", Wording("New", "尚未受理")),
        Status("open", "OPEN", Wording("Open", "受理中")),
        Status("pending", "PENDING", Wording("Pending", "等待回复")),
        Status("solved", "SOLVED", Wording("Solved", "已解决"), next="closed", hours=72),
        Status("closed", "CLOSED", Wording("Closed", "已关闭"), is_agent_selectable=False),
    ),
    scheme=Scheme(
        on_assign="open", on_agent_update="open", on_customer_reply="open", on_reopen="open", strict_group_lock=True
    ),
    options=(*_TYPES, *usual.PRIORITIES, *usual.NATURES),
    tickets=TicketSettings(),
    views=usual.VIEWS,
    system_views={
        "untouched": Wording("To do: new", "待办：尚未受理"),
        "in_progress": Wording("In progress", "受理中"),
        "new_in_my_groups": Wording("New tickets in my groups", "我客服组里的新工单"),
    },
    forms=(_FORM,),
    replies=(_REPLY,),
)  # fmt: skip

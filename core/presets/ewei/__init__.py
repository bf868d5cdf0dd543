"""EWEI 易维: what is solved waits three days, deleted tickets come back for thirty, unfit requests are held back."""

from core.presets import usual
from core.presets.preset import Form, Preset, Reply, Scheme, Status, TicketSettings, Wording

_TEMPLATE = Form(
    "incident",
    "Incident",
    "事故报修",
    "STAFF",
    [
        {"name": "title", "requiredFor": "STAFF"},
        {"name": "body", "requiredFor": "STAFF"},
        {"name": "nature", "default": "option:NATURE:incident"},
        {"name": "priority", "default": "option:PRIORITY:high"},
        {"name": "category"},
        {"name": "requester"},
        {"name": "group"},
        {"name": "assignee"},
        {"name": "uploads"},
    ],
)
"""A template that opens a ticket quickly (K6): the three by which a service level is found, and who has it."""
_REPLY = Reply(
    Wording("Solved", "处理完毕"),
    Wording(
        "{{requester.name}}, your request {{ticket.number}} is solved. Tell us how we did, or reply to take it up"
        " again; after three days it closes by itself.",
        "{{requester.name}}，您的请求 {{ticket.number}} 已处理完毕，请评价；如需继续处理请直接回复，3 天后将自动关闭。",
    ),
)
_CALLED = {
    "starred": Wording("Favourites", "收藏的工单"),
    "untouched": Wording("To do: new", "待办：新建"),
    "done": Wording("Solved by me", "我处理完毕的"),
    "pending": Wording("Pending", "暂停"),
    "solved": Wording("Solved", "处理完毕"),
    "closed": Wording("Closed", "关闭"),
    "suspended": Wording("Suspended", "隔离"),
    "deleted": Wording("Deleted", "删除"),
}
"""Its words for what tickets are in its lists (I9)."""

PRESET = Preset(
    key="ewei",
    name=Wording("EWEI", "易维"),
    about=Wording(
        "New, open, pending, solved, closed, with tickets suspended and deleted beside them.",
        "新建、处理中、暂停、处理完毕、关闭，另有隔离与删除。",
    ),
    roles=(usual.FOUNDER, usual.ADMINISTRATOR, usual.AGENT),
    statuses=(
        Status("new", "NEW", Wording("New", "新建")),
        Status("open", "OPEN", Wording("Open", "处理中")),
        Status("pending", "PENDING", Wording("Pending", "暂停")),
        Status("solved", "SOLVED", Wording("Solved", "处理完毕"), next="closed", hours=72),
        Status("closed", "CLOSED", Wording("Closed", "关闭"), is_agent_selectable=False),
    ),
    scheme=Scheme(on_assign="open", on_agent_update="open", on_customer_reply="open", on_reopen="open"),
    options=(*usual.PRIORITIES, *usual.NATURES),
    tickets=TicketSettings(purge_deleted_days=30, purge_suspended_days=30),
    views=usual.VIEWS,
    system_views=_CALLED,
    forms=(*usual.FORMS, _TEMPLATE),
    replies=(_REPLY,),
)

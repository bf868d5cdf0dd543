"""UCKeFu 优客服: four statuses that follow who spoke last, closed tickets that administrators edit, and tickets
that are edited and deleted by those who opened them."""

from core.presets import usual
from core.presets.preset import Form, Preset, Role, Scheme, Status, TicketSettings, View, Wording

# Whoever has to do a ticket says how it stands along with a reply, and changes nothing else of it (B15). Departments
# hand tickets to each other, and everybody opens them for others (C5, E2).
_AGENTS_WORK = (
    "canned_reply.own", "customer.manage", "ticket.assign", "ticket.claim", "ticket.create", "ticket.note",
    "ticket.reply", "ticket.update_own", "user.read",
)  # fmt: skip

_COLUMNS = ("watchedByMeAs", "number", "title", "requester", "priority", "status", "assignee")
"""Of each of its lists: 关注、编号、标题、联系人、优先级、状态、处理人 (I2)."""
_UNCLOSED = {"field": "statusCategory", "op": "IN", "value": ["NEW", "OPEN", "PENDING"]}
_VIEWS = (
    View(
        "my_tickets",
        "My tickets",
        "我的工单",
        {"and": [{"field": "creator", "op": "IS", "value": "me"}, _UNCLOSED]},
        _COLUMNS,
        "CREATED_AT",
    ),
    View(
        "my_to_do",
        "To do",
        "待处理工单",
        {"and": [{"field": "assignee", "op": "IS", "value": "me"}, _UNCLOSED]},
        _COLUMNS,
        "CREATED_AT",
    ),
    View(
        "asked_again",
        "Asked again",
        "再追问",
        {"field": "status", "op": "IS", "value": "status:follow_up"},
        _COLUMNS,
    ),
)
"""Beside those that all desks have: unassigned, followed, closed (I1)."""
_CALLED = {
    "unassigned": Wording("Unassigned tickets", "未分配工单"),
    "followed": Wording("Tickets I follow", "关注的工单"),
    "closed": Wording("Closed tickets", "已关闭工单"),
    "untouched": Wording("To do: not handled", "待办：未受理"),
    "in_progress": Wording("Asked again or replied", "再追问与已回复"),
    "pending": Wording("Replied", "已回复"),
    # Its 我的工单 are those that one has opened.
    "requested_by_me": Wording("Requested by me", "我请求的工单"),
}
"""Its menu's words (I1), and those of its statuses."""
_FORM = Form(
    "create",
    "New ticket",
    "创建工单",
    "STAFF",
    [
        {"name": "requester"},
        {"name": "initiator"},
        {"name": "group"},
        {"name": "assignee"},
        {"name": "status"},
        {"name": "type"},
        {"name": "priority"},
        {"name": "tags"},
        {"name": "title", "requiredFor": "STAFF"},
        {"name": "body", "requiredFor": "STAFF"},
        {"name": "uploads"},
    ],
)
"""What its 创建工单 asks for, in that order."""

PRESET = Preset(
    key="uckefu",
    name=Wording("UCKeFu", "优客服"),
    about=Wording(
        "Statuses say who spoke last; who opened a ticket edits it, and administrators edit closed ones.",
        "状态反映谁最后发言；创建人可编辑工单，已关闭的工单只有管理员可编辑。",
    ),
    roles=(
        usual.FOUNDER,
        usual.ADMINISTRATOR,
        Role("agent", Wording("Agent", "座席"), "GROUP", _AGENTS_WORK),
    ),
    statuses=(
        Status("unhandled", "NEW", Wording("Not handled", "未受理")),
        Status("follow_up", "OPEN", Wording("Asked again", "再追问")),
        Status("replied", "PENDING", Wording("Replied", "已回复")),
        Status("closed", "CLOSED", Wording("Closed", "已关闭")),
    ),
    scheme=Scheme(
        on_agent_reply="replied", on_customer_reply="follow_up", on_reopen="follow_up", closed_is_final=False
    ),
    options=usual.PRIORITIES,
    tickets=TicketSettings(),
    views=(*_VIEWS, *usual.VIEWS),
    system_views=_CALLED,
    forms=(*usual.FORMS, _FORM),
)

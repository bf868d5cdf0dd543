"""Our own preset: five statuses, four priorities, the usual roles. Group leaders and agents work in their groups;
administrators and inspectors see everything."""

from core.presets import usual
from core.presets.preset import Preset, Scheme, Status, TicketSettings, Wording

PRESET = Preset(
    key="default",
    name=Wording("Deskgraph", "Deskgraph"),
    about=Wording(
        "Five statuses, agents who work in groups, and as few rules as a good desk needs.",
        "五种状态，客服按组工作，规则少而够用。",
    ),
    roles=(usual.FOUNDER, usual.ADMINISTRATOR, usual.INSPECTOR, usual.LEADER, usual.AGENT),
    statuses=(
        Status("new", "NEW", Wording("New", "尚未受理")),
        Status("open", "OPEN", Wording("Open", "受理中")),
        Status("pending", "PENDING", Wording("Pending", "等待回复")),
        Status("solved", "SOLVED", Wording("Solved", "已解决"), next="closed", hours=72),
        # Agents may choose it, too: a desk may close by hand.
        Status("closed", "CLOSED", Wording("Closed", "已关闭")),
    ),
    scheme=Scheme(on_assign="open", on_agent_update="open", on_customer_reply="open", on_reopen="open"),
    options=(*usual.PRIORITIES, *usual.NATURES),
    # Only a desk that asks for it has overdue tickets released, and what was given back treated in another way.
    tickets=TicketSettings(),
    views=usual.VIEWS,
    system_views={
        "untouched": Wording("To do: new", "待办：尚未受理"),
        "in_progress": Wording("In progress", "受理中"),
    },
    forms=usual.FORMS,
)

"""Default routing, before any rule of the tenant: the organisation's group (D3), the only group (R7), the agent's own
group (C2); in the group whoever it chooses by turn or by load, else the only member (R8)."""

from uuid import UUID

from core.customers.queries import default_group_of
from core.groups.queries import home_group, next_member, only_group, only_member, routing_of
from core.groups.states import Routing
from core.tickets.service.draft import Draft


async def route(draft: Draft) -> None:
    """Give a new or moved ticket a group, and an agent where there is no choice. R0: otherwise it stays unassigned."""
    now = draft.now
    if draft.is_new and now["group_id"] is None and now["assignee_id"] is None:
        now["group_id"] = await _group_for(draft)
    if not {"group_id", "assignee_id"} & draft.changed().keys():
        return
    if now["group_id"] is None and now["assignee_id"] is not None:
        now["group_id"] = await home_group(draft.ctx, now["assignee_id"])
    now["waiting_since"] = None
    left_open = "assignee_id" in draft.chosen  # R11: a person may choose nobody
    if now["group_id"] is not None and now["assignee_id"] is None and not left_open:
        agent_id = now["assignee_id"] = await agent_for(draft, now["group_id"], stands_in_line=True)
        if agent_id is None and await _deals(draft, now["group_id"]):
            now["waiting_since"] = draft.at


async def _deals(draft: Draft, group_id: UUID) -> bool:
    return await routing_of(draft.ctx, group_id, draft.definitions) is not Routing.MANUAL


async def agent_for(draft: Draft, group_id: UUID, *, stands_in_line: bool = False) -> UUID | None:
    """Whom the group chooses for the ticket; None where nobody has room, or people choose, or others wait before one
    that stands in line."""
    routing = await routing_of(draft.ctx, group_id, draft.definitions)
    if routing is Routing.MANUAL:
        return await only_member(draft.ctx, group_id)
    return await next_member(draft.ctx, group_id, routing, stands_in_line=stands_in_line)


async def _group_for(draft: Draft) -> UUID | None:
    organization_id = draft.now["organization_id"]
    if organization_id is not None:
        group_id = await default_group_of(draft.ctx, organization_id)
        if group_id is not None:
            return group_id
    return await only_group(draft.ctx, draft.definitions)

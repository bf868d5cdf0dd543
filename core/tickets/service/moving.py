"""How tickets pass between groups and agents: given, taken, handed on, given back (B12, F3, G2, M2, M3)."""

from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.ids import to_global
from core.tickets import defined, queries
from core.tickets.errors import AlreadyClaimed, AlreadyThere, CannotReclaim, NobodyHasIt, NobodyNamed
from core.tickets.rights import holding
from core.tickets.service.draft import Draft
from core.tickets.service.pipeline import run
from core.tickets.service.references import check
from core.tickets.service.releasing import give_back
from core.tickets.service.reply import put_note
from core.tickets.service.update_ticket import follow_group, lock
from core.tickets.states import AssignmentHow


async def assign_ticket(
    ctx: Context,
    ticket_id: UUID,
    *,
    group_id: UUID | None = None,
    assignee_id: UUID | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> Draft:
    """Give a ticket to a group, an agent or both, whoever has it now. Needs `ticket.assign`. Where it is already,
    nothing is written but the note. Raises NobodyNamed, and what is wrong with who is named."""
    ctx.require("ticket.assign")
    draft = await lock(ctx, ticket_id, expected_version)
    await _move(draft, AssignmentHow.ASSIGN, _named(draft, group_id, assignee_id))
    put_note(draft, note)
    await run(draft)
    return draft


async def claim_ticket(ctx: Context, ticket_id: UUID, *, expected_version: int | None = None) -> Draft:
    """Take a ticket that nobody has. Needs `ticket.claim`, and a place in its group. Of two who claim at once, one gets
    it: the other is raised AlreadyClaimed, which names the first. Claiming one's own changes nothing. Raises
    CannotReclaim where the tenant has what was given back given out by others (D13)."""
    ctx.require("ticket.claim")
    draft = await lock(ctx, ticket_id, expected_version)
    has, me, number = draft.before["assignee_id"], ctx.viewer.user_id, draft.before["number"]
    if has == me:
        return draft
    if has is not None:
        name = await queries.name_of(ctx, has)
        raise AlreadyClaimed(current=to_global("tkt", ticket_id), path=("id",), name=name, number=number)
    settings = await defined.settings(ctx, draft.definitions)
    if draft.before["release_count"] and not settings["lets_reclaim"]:
        raise CannotReclaim(path=("id",), number=number)
    await _move(draft, AssignmentHow.CLAIM, {"assignee_id": me})
    await run(draft)
    return draft


async def transfer_ticket(
    ctx: Context,
    ticket_id: UUID,
    *,
    group_id: UUID | None = None,
    assignee_id: UUID | None = None,
    note: str,
    expected_version: int | None = None,
) -> Draft:
    """Hand a ticket on, with a note among staff that says why (G2). Needs `ticket.claim` for one's own, `ticket.assign`
    for others', and `ticket.note`. To a group alone it goes without an agent (R11), unless the group's routing finds
    one. Whoever handed it on still sees it. Raises NobodyNamed, AlreadyThere."""
    draft = await lock(ctx, ticket_id, expected_version)
    _require_hold(draft)
    values = _named(draft, group_id, assignee_id)
    if all(draft.before[name] == value for name, value in values.items()):
        raise AlreadyThere(
            path=("groupId" if group_id is not None else "assigneeId",), number=draft.before["number"]
        )
    await _move(draft, AssignmentHow.TRANSFER, values)
    put_note(draft, note)
    await run(draft)
    return draft


async def release_ticket(
    ctx: Context, ticket_id: UUID, *, note: str | None = None, expected_version: int | None = None
) -> Draft:
    """Give a ticket back to the queue of its group. Needs `ticket.claim` for one's own, `ticket.assign` for others'.
    Where the tenant says so, one that is given back too often becomes invalid (D14). Raises NobodyHasIt."""
    draft = await lock(ctx, ticket_id, expected_version)
    _require_hold(draft)
    if draft.before["assignee_id"] is None:
        raise NobodyHasIt(path=("id",), number=draft.before["number"])
    await give_back(draft, AssignmentHow.RELEASE)
    put_note(draft, note)
    await run(draft)
    return draft


def _require_hold(draft: Draft) -> None:
    draft.ctx.require(holding(draft.ctx.viewer, draft.before["assignee_id"]))


def _named(draft: Draft, group_id: UUID | None, assignee_id: UUID | None) -> dict[str, Any]:
    """Where the ticket is to go: a group alone leaves its agent behind, an agent alone is one of its group."""
    if group_id is None and assignee_id is None:
        raise NobodyNamed(path=("groupId",))
    given = {"group_id": group_id, "assignee_id": assignee_id}
    return {name: key for name, key in given.items() if key is not None}


async def _move(draft: Draft, how: AssignmentHow, values: dict[str, Any]) -> None:
    draft.how = how
    draft.chosen |= values.keys() & {"assignee_id"}
    if values.get("group_id") != draft.before["group_id"]:
        follow_group(draft, values)
    await check(draft.ctx, values, group_id=values.get("group_id", draft.before["group_id"]), tags=())
    draft.now.update(values)

"""Change a ticket's attributes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.fields.queries import internal_keys
from core.fields.service import CustomInput, accept_values, places_of
from core.kit.context import Context
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, Required, VersionConflict, gathering
from core.kit.ids import to_global
from core.tickets import queries
from core.tickets.errors import HandedOn, TicketNotFound, TooManyTags
from core.tickets.service.draft import Draft, stored
from core.tickets.service.open_ticket import clean_title
from core.tickets.service.pipeline import run
from core.tickets.service.references import NAMES, References, check
from core.tickets.service.watching import end_copy
from core.tickets.tagging import MOST_TAGS

_NEVER_EMPTY = {"title": "title", "status_id": "statusId", "requester_id": "requesterId"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPatch:
    """What to change: a column present with None is emptied, one that is absent stays."""

    values: dict[str, Any] = field(default_factory=dict)
    add_tag_ids: Collection[UUID] = ()
    remove_tag_ids: Collection[UUID] = ()
    custom: tuple[CustomInput, ...] = ()
    expected_version: int | None = None


async def lock(ctx: Context, ticket_id: UUID, expected_version: int | None, *, path: str = "id") -> Draft:
    """A draft of a stored ticket, locked. Raises TicketNotFound, HandedOn for one that the viewer sees but may not work
    on any more, and VersionConflict with the current state."""
    row = await queries.lock_ticket(ctx, ticket_id)
    if row is None:
        if await queries.sees_ticket(ctx, ticket_id):
            raise HandedOn(path=(path,))
        raise TicketNotFound(path=(path,))
    if expected_version is not None and _version(ctx, row) != expected_version:
        raise VersionConflict(current=to_global("tkt", ticket_id))
    draft = stored(ctx, row)
    draft.place = (path,)
    return draft


async def lock_for(ctx: Context, ticket_id: UUID, expected_version: int | None, permission: str) -> Draft:
    """`lock` for what takes a permission, or `ticket.update_own` where the viewer has opened the ticket (B15). Raises
    Forbidden, before anything is read for who has neither."""
    own = ctx.viewer.may("ticket.update_own")
    if not own:
        ctx.require(permission)
    draft = await lock(ctx, ticket_id, expected_version)
    if draft.before["creator_id"] != ctx.viewer.user_id:
        ctx.require(permission)
    return draft


def _version(ctx: Context, row: Row) -> int:
    """The version as this viewer read it."""
    version: int = row["version" if ctx.viewer.is_staff else "public_version"]
    return version


async def apply_patch(draft: Draft, patch: TicketPatch) -> None:
    """Put the patch's values on the draft. Raises Errors with all that is wrong with them, Forbidden without
    `ticket.assign` for a move."""
    errors, found = list[DomainError](), References([])
    values = _changes(draft, patch, errors)
    require_assign(draft.ctx, values)
    draft.chosen |= values.keys() & {"status_id", "assignee_id"}
    follow_group(draft, values)
    group_id = values.get("group_id", draft.before["group_id"])
    with gathering(errors):
        found = await check(
            draft.ctx, values, group_id=group_id, tags=patch.add_tag_ids, tags_path="addTagIds"
        )
    with gathering(errors):
        await _put_custom(draft, patch)
    with gathering(errors):
        await _put_tags(draft, patch)
    if errors:
        raise Errors(errors)
    draft.now.update(values)
    if "priority_id" in values:
        option = found.get("option", values["priority_id"]) if values["priority_id"] else None
        draft.now["priority_position"] = option["position"] if option else 0
    if "requester_id" in values:
        requester = found.get("user", values["requester_id"])
        draft.now["organization_id"] = requester["owner"] if requester else None
        await end_copy(draft.ctx, draft.id, values["requester_id"])  # who asks takes part anyway


async def _put_custom(draft: Draft, patch: TicketPatch) -> None:
    if not patch.custom:
        return
    draft.internal = await internal_keys(draft.ctx, "TICKET", draft.definitions)
    draft.custom_places = places_of(patch.custom)
    draft.now["custom"] = await accept_values(
        draft.ctx, "TICKET", draft.before["custom"], patch.custom, complete=False, version=draft.definitions
    )


async def _put_tags(draft: Draft, patch: TicketPatch) -> None:
    if not patch.add_tag_ids and not patch.remove_tag_ids:
        return
    draft.tags_before = await queries.tags_of(draft.ctx, draft.id)
    draft.tags = (draft.tags_before | set(patch.add_tag_ids)) - set(patch.remove_tag_ids)
    if len(draft.tags) > MOST_TAGS:
        raise TooManyTags(path=("addTagIds",), limit=MOST_TAGS)


def require_assign(ctx: Context, values: Mapping[str, Any], *within: str) -> None:
    """Raises Forbidden at the group, or at the agent, where these values move a ticket and the viewer may not."""
    for name in ("group_id", "assignee_id"):
        if name in values:
            ctx.require("ticket.assign", path=(*within, NAMES[name]))


def _changes(draft: Draft, patch: TicketPatch, errors: list[DomainError]) -> dict[str, Any]:
    """What the patch gives and the ticket does not have already: forms send every field back. What cannot be is put
    with the errors."""
    values = dict(patch.values)
    for name, shown in _NEVER_EMPTY.items():
        if name in values and values[name] is None:
            errors.append(Required(path=(shown,)))
            del values[name]
    if "title" in values:
        with gathering(errors):
            values["title"] = clean_title(values["title"])
    changes = {name: value for name, value in values.items() if value != draft.before[name]}
    if "group_id" in changes and "assignee_id" in values:
        changes["assignee_id"] = values["assignee_id"]  # named for the new group, if the same as before
    return changes


def follow_group(draft: Draft, values: dict[str, Any]) -> None:
    """A ticket that goes to another group leaves its agent behind (R11); one that had no group keeps its agent, who
    must then be a member."""
    if "group_id" in values and "assignee_id" not in values and draft.before["assignee_id"] is not None:
        values["assignee_id"] = draft.before["assignee_id"] if draft.before["group_id"] is None else None


async def update_ticket(ctx: Context, ticket_id: UUID, patch: TicketPatch) -> Draft:
    """Change a ticket. Needs `ticket.update`, or `ticket.update_own` where one has opened it (B15), and `ticket.assign`
    to move it. A patch that changes nothing writes nothing."""
    draft = await lock_for(ctx, ticket_id, patch.expected_version, "ticket.update")
    await apply_patch(draft, patch)
    await run(draft)
    return draft

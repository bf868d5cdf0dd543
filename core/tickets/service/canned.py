"""Canned replies (G4, L9): texts with variables, of the desk, of a group or of somebody's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.groups.queries import is_active_group
from core.kit.context import Context, TicketScope
from core.kit.database import execute
from core.kit.database.sql import Row
from core.kit.errors import NotFound, Required, TooLong, VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.kit.revising import revise
from core.tenants.service import check_name
from core.tickets import queries
from core.tickets.errors import EmptyTemplate, OneScopeOnly, TicketNotFound, UnknownVariable
from core.tickets.models import Template

LONGEST_NAME, LONGEST_BODY = 80, 20_000
VARIABLES = {
    "requester.name": "requester", "ticket.number": "number", "ticket.title": "title", "group.name": "group_name",
    "desk.name": "tenant", "agent.name": "agent",
}  # fmt: skip
"""Names in texts, and what they are read from."""
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCannedReply:
    """A canned reply to be: a group's, one's own, or else the desk's."""

    name: str
    body: str
    group_id: UUID | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReplyPatch:
    """What to change: a column that is absent stays. Whose it is never changes."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_canned_reply(ctx: Context, new: NewCannedReply) -> UUID:
    """Add a canned reply. One's own needs `canned_reply.own`, others `canned_reply.manage`, and a place in the group
    for those who do not see all tickets. Raises OneScopeOnly, Required, TooLong, UnknownVariable, NotFound."""
    if new.is_own and new.group_id is not None:
        raise OneScopeOnly(path=("groupId",))
    owner_id = ctx.viewer.user_id if new.is_own else None
    _require(ctx, owner_id)
    values = _cleaned({"name": new.name, "body": new.body})
    if new.group_id is not None and not await _may_use(ctx, new.group_id):
        raise NotFound(path=("groupId",))
    made = await Template.create(
        id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), kind="CANNED", group_id=new.group_id,
        owner_id=owner_id, **values,
    )  # fmt: skip
    await record(
        ctx, Happening("canned_reply.created", "canned_reply", made.id, {"name": [None, values["name"]]})
    )
    return made.id


async def update_canned_reply(ctx: Context, key: UUID, patch: CannedReplyPatch) -> None:
    """Rename or reword a canned reply. Raises NotFound, Required, TooLong, UnknownVariable, VersionConflict."""
    row = await _locked(ctx, key)
    if patch.expected_version is not None and row["version"] != patch.expected_version:
        raise VersionConflict(current=to_global("cnr", key))
    changes = await revise(ctx, "templates", row, _cleaned(patch.values))
    if changes:
        # Bodies are long, and everybody's to read where they stand.
        told = {name: pair if name != "body" else [] for name, pair in changes.items()}
        await record(ctx, Happening("canned_reply.updated", "canned_reply", key, told))


async def delete_canned_reply(ctx: Context, key: UUID) -> None:
    """Delete a canned reply. What was said with it stays. Raises NotFound."""
    row = await _locked(ctx, key)
    await execute(
        "delete from templates where tenant_id = :tenant and id = :id", {"tenant": ctx.tenant_id, "id": key}
    )
    await record(ctx, Happening("canned_reply.deleted", "canned_reply", key, {"name": [row["name"], None]}))


async def render_canned_reply(ctx: Context, key: UUID, ticket_id: UUID) -> str:
    """The text for a ticket, with its variables filled; what there is none of, a group perhaps, is left empty. Says
    nothing on the ticket. Raises NotFound at `id`, TicketNotFound."""
    row = await queries.canned_reply(ctx, key)
    if row is None:
        raise NotFound(path=("id",))
    values = await queries.filled_values(ctx, ticket_id)
    if values is None:
        raise TicketNotFound(path=("ticketId",))
    found = {**values, "agent": await queries.name_of(ctx, ctx.viewer.user_id)}
    # In one pass: what a customer put into a title is never read as a variable.
    return _VARIABLE.sub(lambda match: found[VARIABLES[match[1].strip()]] or "", row["body"])


def _require(ctx: Context, owner_id: UUID | None) -> None:
    ctx.require("canned_reply.manage" if owner_id is None else "canned_reply.own")


async def _locked(ctx: Context, key: UUID) -> Row:
    row = await queries.canned_reply(ctx, key, lock=True)
    if row is None:
        raise NotFound(path=("id",))
    _require(ctx, row["owner_id"])
    return row


async def _may_use(ctx: Context, group_id: UUID) -> bool:
    within = ctx.viewer.scope is TicketScope.ALL or group_id in ctx.viewer.group_ids
    return within and await is_active_group(ctx, group_id)


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(values)
    if "name" in values:
        if values["name"] is None:
            raise Required(path=("name",))
        cleaned["name"] = check_name(values["name"], "name", limit=LONGEST_NAME)
    if "body" in values:
        cleaned["body"] = _body(values["body"])
    return cleaned


def _body(value: str | None) -> str:
    text = (value or "").replace("\x00", "").strip()
    if not text:
        raise EmptyTemplate(path=("body",))
    if len(text) > LONGEST_BODY:
        raise TooLong(path=("body",), limit=LONGEST_BODY)
    for found in _VARIABLE.finditer(text):
        name = found[1].strip()
        if name not in VARIABLES:
            raise UnknownVariable(path=("body",), name=name[:60], known=", ".join(VARIABLES))
    return text

"""What was said and done on a ticket in one list, what was said last, and what the viewer may do with it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
import strawberry

from core.kit.context import TicketScope, Viewer
from core.kit.graph import Info, Request
from core.kit.graph.inputs import camel
from core.kit.graph.node import row_of
from core.kit.graph.sources import Batched, declared
from core.kit.graph.union import merged
from core.kit.ids import to_global
from core.tickets.states import StatusCategory, TicketState

if TYPE_CHECKING:
    from core.tickets.graphql.types import Message, TicketEvent

_TYPES = "core.tickets.graphql.types"

TimelineEntry = Annotated[
    Annotated["Message", strawberry.lazy(_TYPES)] | Annotated["TicketEvent", strawberry.lazy(_TYPES)],
    strawberry.union("TimelineEntry", description="Something said or done on a ticket."),
]


def timeline() -> Any:
    """The `timeline` field: messages and events by time; ids are time-ordered, so one key sorts both."""
    parts = [
        ("Message", "ticket_id", "true"),
        ("TicketEvent", "subject_id", "{t}.subject_type = 'ticket'"),
    ]
    return merged(parts, "Everything said and done, oldest first.")


_PREFIXES = {
    "status_id": "sts", "priority_id": "opt", "type_id": "opt", "nature_id": "opt", "category_id": "opt",
    "requester_id": "usr", "initiator_id": "usr", "assignee_id": "usr", "user_id": "usr", "group_id": "grp",
    "organization_id": "org", "default_group_id": "grp", "message_id": "msg", "tags": "tag",
    "ticket_id": "tkt", "into_id": "tkt",
}  # fmt: skip


def read_changes(stored: str) -> dict[str, Any]:
    """An event's changes in the API's own words: names in camel case, ids as global ids."""
    return shown_changes(orjson.loads(stored))


def shown_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what is read already."""
    return {camel(name): _shown(value, _PREFIXES.get(name)) for name, value in changes.items()}


def _shown(value: Any, prefix: str | None) -> Any:
    if isinstance(value, list):
        return [_shown(each, prefix) for each in value]
    return to_global(prefix, UUID(value)) if prefix and isinstance(value, str) else value


@strawberry.type(description="What the viewer may do with a ticket, so that a client need not guess.")
class TicketPermissions:
    can_update: bool = strawberry.field(description="Change its attributes.")
    can_assign: bool = strawberry.field(description="Give it to a group or an agent.")
    can_claim: bool = strawberry.field(
        description="Take it, as nobody has it; a place in its group is needed, too."
    )
    can_reply: bool = strawberry.field(description="Write a message the requester reads.")
    can_note: bool = strawberry.field(description="Write a private message.")
    can_delete: bool = strawberry.field(description="Delete or restore it.")


_WATCHED = (
    "exists (select 1 from watches w"
    " where w.tenant_id = {t}.tenant_id and w.ticket_id = {t}.id and w.user_id = :me)"
)
_MINE = ("assignee_id", "creator_id", "initiator_id", "requester_id")


def permissions() -> Any:
    """The `permissions` field."""
    needs = ("status_category", "state", "group_id", *_MINE)
    source = Batched(needs, _permissions, computed={"is_watched_by_viewer": _WATCHED})

    async def resolve(root: Any, info: Info) -> Any:
        request = info.context

        async def load(parents: list[Any]) -> Sequence[Any]:
            return await _permissions(request, parents)

        return await request.loader(("ticket permissions",), load, by=row_of).load(root)

    return declared(source, description="What the viewer may do with it.", resolver=resolve)


async def _permissions(request: Request, parents: Sequence[Any]) -> Sequence[TicketPermissions]:
    return [_permitted(request.viewer, parent) for parent in parents]


def _permitted(viewer: Viewer, ticket: Any) -> TicketPermissions:
    is_open = (
        ticket.status_category.value != StatusCategory.CLOSED
        and ticket.state.value == TicketState.ACTIVE
        and _is_in_reach(viewer, ticket)
    )
    return TicketPermissions(
        can_update=is_open and viewer.may("ticket.update"),
        can_assign=is_open and viewer.may("ticket.assign"),
        can_claim=is_open and viewer.may("ticket.claim") and ticket.assignee_id is None,
        can_reply=is_open and viewer.may("ticket.reply"),
        can_note=is_open and viewer.is_staff and viewer.may("ticket.note"),
        can_delete=viewer.may("ticket.delete") and _is_in_reach(viewer, ticket),
    )


def _is_in_reach(viewer: Viewer, ticket: Any) -> bool:
    """Whether a ticket that the viewer sees is theirs to work on, as `queries.ticket_reach` says in SQL."""
    if not viewer.is_staff or viewer.scope is TicketScope.ALL or ticket.is_watched_by_viewer:
        return True
    if viewer.scope is TicketScope.GROUP and ticket.group_id in viewer.group_ids:
        return True
    return any(getattr(ticket, name) == viewer.user_id for name in _MINE)

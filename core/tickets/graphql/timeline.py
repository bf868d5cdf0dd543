"""What was said and done on a ticket in one list, what was said last, and what the viewer may do with it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
import strawberry

from core.kit.context import Viewer
from core.kit.graph import Info, Request
from core.kit.graph.inputs import camel
from core.kit.graph.node import row_of
from core.kit.graph.sources import Batched, declared
from core.kit.graph.union import merged
from core.kit.ids import to_global
from core.tickets.events import told
from core.tickets.rights import Standing, rights

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
    "ticket_id": "tkt", "into_id": "tkt", "next_id": "sts", "leads_to": "sts", "on_assign_id": "sts",
    "on_agent_update_id": "sts", "on_agent_reply_id": "sts", "on_customer_reply_id": "sts", "on_reopen_id": "sts",
    "recurring_ticket_id": "rct",
}  # fmt: skip


def read_changes(stored: str) -> dict[str, Any]:
    """An event's changes in the API's own words: names in camel case, ids as global ids."""
    return shown_changes(orjson.loads(stored))


def shown_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what is read already."""
    return {camel(name): _shown(changes[name], _PREFIXES.get(name)) for name in told(changes)}


def _shown(value: Any, prefix: str | None) -> Any:
    if isinstance(value, list):
        return [_shown(each, prefix) for each in value]
    return to_global(prefix, UUID(value)) if prefix and isinstance(value, str) else value


@strawberry.type(description="What the viewer may do with a ticket, so that a client need not guess.")
class TicketPermissions:
    can_update: bool = strawberry.field(description="Change its attributes: `ticketUpdate`.")
    can_assign: bool = strawberry.field(description="Give it to a group or an agent: `ticketAssign`.")
    can_claim: bool = strawberry.field(
        description="Take it, as nobody has it and one works in its group: `ticketClaim`."
    )
    can_transfer: bool = strawberry.field(description="Hand it on with a note: `ticketTransfer`.")
    can_release: bool = strawberry.field(
        description="Give it back to its group's queue, as somebody has it: `ticketRelease`."
    )
    can_invalidate: bool = strawberry.field(description="Solve it as invalid: `ticketInvalidate`.")
    can_suspend: bool = strawberry.field(
        description="Hold it back as unfit, or say another reason: `ticketSuspend`."
    )
    can_admit: bool = strawberry.field(description="Admit it, as it is suspended: `ticketAdmit`.")
    can_delete: bool = strawberry.field(description="Delete it, unless it is deleted: `ticketDelete`.")
    can_restore: bool = strawberry.field(description="Bring it back, as it is deleted: `ticketRestore`.")
    can_merge: bool = strawberry.field(
        description="Merge it into another, or another into it: `ticketMerge`."
    )
    can_split: bool = strawberry.field(
        description="Make a later message of the customer's side a ticket of its own: `ticketSplit`."
    )
    can_link: bool = strawberry.field(
        description="Say what it is to others, or no longer: `ticketLink`, `ticketUnlink`."
    )
    can_reply: bool = strawberry.field(description="Write a message the requester reads: `ticketReply`.")
    can_note: bool = strawberry.field(description="Write a private message: `ticketReply`.")
    can_copy_in: bool = strawberry.field(
        description="Copy others in, or take their copy away: `ticketWatch`, `ticketUnwatch` with `CC`."
    )
    can_begin_side_thread: bool = strawberry.field(
        description="Begin a private conversation beside it: `sideThreadCreate`."
    )


_WATCHED = (
    "exists (select 1 from watches w"
    " where w.tenant_id = {t}.tenant_id and w.ticket_id = {t}.id and w.user_id = :me)"
)
_SCHEME = "(select c.{name} from status_schemes c where c.tenant_id = {{t}}.tenant_id)"
_COMPUTED = {
    "is_watched_by_viewer": _WATCHED,
    "closed_is_final": _SCHEME.format(name="closed_is_final"),
    "solved_is_read_only": _SCHEME.format(name="solved_is_read_only"),
    "lets_reclaim": "(select c.lets_reclaim from ticket_settings c where c.tenant_id = {t}.tenant_id)",
}
_NEEDS = (
    "status_category", "state", "group_id", "assignee_id", "creator_id", "initiator_id", "requester_id",
    "merged_into_id", "release_count",
)  # fmt: skip


def permissions() -> Any:
    """The `permissions` field."""
    source = Batched(_NEEDS, _permissions, computed=_COMPUTED)

    async def resolve(root: Any, info: Info) -> Any:
        request = info.context

        async def load(parents: list[Any]) -> Sequence[Any]:
            return await _permissions(request, parents)

        return await request.loader(("ticket permissions",), load, by=row_of).load(root)

    return declared(source, description="What the viewer may do with it.", resolver=resolve)


async def _permissions(request: Request, parents: Sequence[Any]) -> Sequence[TicketPermissions]:
    return [_permitted(request.viewer, parent) for parent in parents]


def _permitted(viewer: Viewer, ticket: Any) -> TicketPermissions:
    plain = {name: getattr(ticket, name) for name in (*_NEEDS, *_COMPUTED)}
    worded = {"state": ticket.state.value, "status_category": ticket.status_category.value}
    may = rights(viewer, Standing(**{**plain, **worded}))
    return TicketPermissions(**{f"can_{name}": is_given for name, is_given in may.items()})

"""What may be done with each of many tickets, as an input says it."""

from collections.abc import Callable
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from core.kit.errors import Required
from core.kit.graph.inputs import key_from, needed_key
from core.tickets.graphql.enums import MessageVisibility, SuspendReason, TicketLinkKind, WatchKind
from core.tickets.service.operations import Operation
from core.tickets.states import LinkKind, Visibility
from core.tickets.states import SuspendReason as Reason
from core.tickets.states import WatchKind as Kind


@strawberry.enum(
    description="What to do with each of many tickets, as the mutation of that name does with one."
)
class TicketAct(Enum):
    CLAIM = strawberry.enum_value("CLAIM", description="Take it.")
    RELEASE = strawberry.enum_value("RELEASE", description="Give it back to its group's queue.")
    INVALIDATE = strawberry.enum_value("INVALIDATE", description="Solve it as invalid.")
    ADMIT = strawberry.enum_value("ADMIT", description="Bring it back, suspended as it is.")
    DELETE = strawberry.enum_value("DELETE", description="Delete it.")
    RESTORE = strawberry.enum_value("RESTORE", description="Bring it back, deleted as it is.")


@strawberry.input(description="Where many tickets are to go: to a group, an agent or both.")
class TicketMoveInput:
    group_id: strawberry.ID | None = strawberry.field(default=None, description="The group.")
    assignee_id: strawberry.ID | None = strawberry.field(default=None, description="The agent.")
    note: str | None = strawberry.field(
        default=None, description="A private message that says why; needed to transfer them."
    )


@strawberry.input(
    description="A message to write on many tickets, and optionally the status to set with it (G3); without files."
)
class TicketBulkReplyInput:
    body: str | None = strawberry.field(default=None, description="Plain text; at most 200,000 characters.")
    body_html: str | None = strawberry.field(default=None, description="HTML; what is unsafe is taken out.")
    visibility: MessageVisibility = strawberry.field(
        default=MessageVisibility.PUBLIC, description="Who may read it."
    )
    status_id: strawberry.ID | None = strawberry.field(
        default=None, description="The status to set in the same step."
    )


@strawberry.input(description="What many tickets are to be merged into.")
class TicketBulkMergeInput:
    into_id: strawberry.ID = strawberry.field(
        description="The ticket that goes on. If it is selected, too, it fails and the others are merged."
    )
    across_requesters: bool = strawberry.field(
        default=False,
        description="Whether that is right although they are of different people: each reads what the others wrote.",
    )


@strawberry.input(description="What many tickets are to another.")
class TicketBulkLinkInput:
    to_id: strawberry.ID = strawberry.field(description="The other one.")
    kind: TicketLinkKind = strawberry.field(
        default=TicketLinkKind.RELATED, description="RELATED, DUPLICATE or CHILD."
    )


@strawberry.input(description="A standing interest in many tickets, to begin or to end.")
class TicketBulkWatchInput:
    kind: WatchKind = strawberry.field(
        default=WatchKind.FOLLOW,
        description="Following and starring are for oneself; CC is for staff to give, and lets the person take part.",
    )
    user_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who; the caller unless told. Others can only be copied in (CC)."
    )


@strawberry.input(one_of=True, description="What to do with each of many tickets: exactly one thing.")
class TicketBulkOperationInput:
    assign: TicketMoveInput | None = strawberry.field(default=UNSET, description="Give it to these.")
    transfer: TicketMoveInput | None = strawberry.field(default=UNSET, description="Hand it on to these.")
    suspend: SuspendReason | None = strawberry.field(
        default=UNSET, description="Hold it back, for this reason."
    )
    act: TicketAct | None = strawberry.field(default=UNSET, description="Do this.")
    reply: TicketBulkReplyInput | None = strawberry.field(default=UNSET, description="Say this on it.")
    merge: TicketBulkMergeInput | None = strawberry.field(default=UNSET, description="Merge it into another.")
    link: TicketBulkLinkInput | None = strawberry.field(
        default=UNSET, description="Say what it is to another."
    )
    watch: TicketBulkWatchInput | None = strawberry.field(
        default=UNSET, description="Follow or star it, or copy somebody in."
    )
    unwatch: TicketBulkWatchInput | None = strawberry.field(
        default=UNSET, description="Stop following or starring it, or take somebody's copy away."
    )


def operation_from(input: TicketBulkOperationInput) -> Operation:
    """The operation as the service takes it. Raises NotFound for an id that cannot be one, and Required."""
    if input.act:
        return Operation(input.act.name.lower())
    if input.suspend:
        return Operation("suspend", {"reason": Reason(input.suspend.name)})
    name, given = next((name, given) for name in _READERS if (given := getattr(input, name)))
    return Operation(name, _READERS[name](given, ("operation", name)))


def _moved(given: TicketMoveInput, place: tuple[str, ...]) -> dict[str, Any]:
    return {
        "group_id": key_from(given.group_id, "grp", *place, "groupId"),
        "assignee_id": key_from(given.assignee_id, "usr", *place, "assigneeId"),
        "note": given.note,
    }


def _transferred(given: TicketMoveInput, place: tuple[str, ...]) -> dict[str, Any]:
    if not given.note:
        raise Required(path=(*place, "note"))
    return _moved(given, place)


def _said(given: TicketBulkReplyInput, place: tuple[str, ...]) -> dict[str, Any]:
    return {
        "body": given.body,
        "body_html": given.body_html,
        "visibility": Visibility(given.visibility.name),
        "status_id": key_from(given.status_id, "sts", *place, "statusId"),
    }


def _merged(given: TicketBulkMergeInput, place: tuple[str, ...]) -> dict[str, Any]:
    into = needed_key(given.into_id, "tkt", *place, "intoId")
    return {"into": into, "across_requesters": given.across_requesters}


def _linked(given: TicketBulkLinkInput, place: tuple[str, ...]) -> dict[str, Any]:
    return {"to_id": needed_key(given.to_id, "tkt", *place, "toId"), "kind": LinkKind(given.kind.name)}


def _watched(given: TicketBulkWatchInput, place: tuple[str, ...]) -> dict[str, Any]:
    return {"kind": Kind(given.kind.name), "user_id": key_from(given.user_id, "usr", *place, "userId")}


_READERS: dict[str, Callable[[Any, tuple[str, ...]], dict[str, Any]]] = {
    "assign": _moved, "transfer": _transferred, "reply": _said, "merge": _merged, "link": _linked,
    "watch": _watched, "unwatch": _watched,
}  # fmt: skip

"""Who is told what: each event becomes calls to audiences. Whether they may see it, and want it, is asked later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.notifications.kinds import NotificationKind
from core.tickets.states import Sender, StatusCategory, Visibility

TYPES = (
    "ticket.created",
    "ticket.updated",
    "ticket.tagged",
    "ticket.copied",
    "ticket.callback_due",
    "message.added",
    "side_thread.said",
    "side_thread.joined",
)
"""Events that somebody may be told of."""

_DONE = (StatusCategory.SOLVED, StatusCategory.CLOSED)


class Audience(StrEnum):
    """Whom a call is for."""

    USER = "USER"
    MEMBERS = "MEMBERS"
    ASSIGNEE = "ASSIGNEE"
    REQUESTER = "REQUESTER"
    WATCHERS = "WATCHERS"
    FOLLOWERS = "FOLLOWERS"
    SIDE = "SIDE"


@dataclass(frozen=True, slots=True)
class Call:
    """Tell these people this. `named` is the user, group or side thread where the audience alone does not say. Of
    several calls of one event that reach the same person, the first counts."""

    kind: NotificationKind
    audience: Audience
    named: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event with what the rules ask about it."""

    type: str
    changes: Mapping[str, Any]
    sender: str | None = None
    visibility: str | None = None
    assignee_id: UUID | None = None
    group_id: UUID | None = None
    category_before: str | None = None
    category_after: str | None = None
    thread_id: UUID | None = None
    same_act: frozenset[str] = frozenset()
    """Types of the other events of this act on the same ticket."""


def calls_of(event: Told) -> list[Call]:
    """The calls of one event, the most particular first."""
    return list(_RULES[event.type](event))


def _created(event: Told) -> Iterator[Call]:
    yield from _given(event.assignee_id, event.group_id)


def _given(user_id: UUID | None, group_id: UUID | None) -> Iterator[Call]:
    if user_id is not None:
        yield Call(NotificationKind.ASSIGNED, Audience.USER, user_id)
    elif group_id is not None:
        yield Call(NotificationKind.GROUP_ASSIGNED, Audience.MEMBERS, group_id)


def _updated(event: Told) -> Iterator[Call]:
    assignee, group = _after(event, "assignee_id"), _after(event, "group_id")
    yield from _given(assignee, None if event.assignee_id else group)
    turned = _turned(event)
    if turned is NotificationKind.SOLVED and "ticket.merged" not in event.same_act:
        yield Call(turned, Audience.REQUESTER)  # what was merged goes on elsewhere
    if turned is not None:
        yield Call(turned, Audience.ASSIGNEE)
        yield Call(turned, Audience.WATCHERS)
    elif "message.added" not in event.same_act:
        yield Call(NotificationKind.CHANGED, Audience.FOLLOWERS)


def _after(event: Told, name: str) -> UUID | None:
    value = event.changes[name][1] if name in event.changes else None
    return UUID(value) if value else None


def _turned(event: Told) -> NotificationKind | None:
    if event.category_before is None or event.category_after is None:
        return None
    was_done, is_done = event.category_before in _DONE, event.category_after in _DONE
    if was_done == is_done:
        return None
    return NotificationKind.SOLVED if is_done else NotificationKind.REOPENED


def _tagged(event: Told) -> Iterator[Call]:
    if not event.same_act & {"message.added", "ticket.updated"}:
        yield Call(NotificationKind.CHANGED, Audience.FOLLOWERS)


def _copied(event: Told) -> Iterator[Call]:
    copied = _after(event, "user_id")
    if copied is not None:
        yield Call(NotificationKind.COPIED, Audience.USER, copied)


def _due(_event: Told) -> Iterator[Call]:
    yield Call(NotificationKind.CALLBACK_DUE, Audience.ASSIGNEE)


def _said(event: Told) -> Iterator[Call]:
    if event.visibility is None:
        return
    if event.visibility == Visibility.PRIVATE:
        kind = NotificationKind.NOTED
    elif event.sender == Sender.CUSTOMER:
        kind = NotificationKind.CUSTOMER_REPLIED
    else:
        kind = NotificationKind.AGENT_REPLIED
    if kind is not NotificationKind.NOTED:
        yield Call(kind, Audience.REQUESTER)
    yield Call(kind, Audience.ASSIGNEE)
    yield Call(kind, Audience.WATCHERS)


def _said_aside(event: Told) -> Iterator[Call]:
    yield Call(NotificationKind.SIDE_SAID, Audience.SIDE, event.thread_id)


def _let_in(event: Told) -> Iterator[Call]:
    joined = _after(event, "user_id")
    if joined is not None:
        yield Call(NotificationKind.SIDE_SAID, Audience.USER, joined)


_RULES = {
    "ticket.created": _created,
    "ticket.updated": _updated,
    "ticket.tagged": _tagged,
    "ticket.copied": _copied,
    "ticket.callback_due": _due,
    "message.added": _said,
    "side_thread.said": _said_aside,
    "side_thread.joined": _let_in,
}

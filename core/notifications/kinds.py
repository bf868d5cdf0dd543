"""What people are told about, and how unless they say otherwise."""

from dataclasses import dataclass
from enum import StrEnum

from core.kit.context import UserKind, Viewer


class NotificationKind(StrEnum):
    """Why somebody is told."""

    ASSIGNED = "ASSIGNED"
    GROUP_ASSIGNED = "GROUP_ASSIGNED"
    COPIED = "COPIED"
    CUSTOMER_REPLIED = "CUSTOMER_REPLIED"
    AGENT_REPLIED = "AGENT_REPLIED"
    NOTED = "NOTED"
    SOLVED = "SOLVED"
    REOPENED = "REOPENED"
    CALLBACK_DUE = "CALLBACK_DUE"
    SIDE_SAID = "SIDE_SAID"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody is told: in the application, and by mail while they are away."""

    in_app: bool
    mail: bool


DEFAULTS = {
    kind: Ways(
        in_app=True,
        mail=kind not in (NotificationKind.GROUP_ASSIGNED, NotificationKind.SOLVED, NotificationKind.CHANGED),
    )
    for kind in NotificationKind
}
"""Mail is for what waits for one oneself; what a whole group is told and what is merely news stays in the desk."""

STAFF_ONLY = frozenset({
    NotificationKind.NOTED, NotificationKind.CHANGED, NotificationKind.GROUP_ASSIGNED, NotificationKind.CALLBACK_DUE,
})  # fmt: skip
"""Kinds that speak of the desk's inner doings."""


def hears(viewer: Viewer, kind: NotificationKind) -> bool:
    """Whether somebody is told of such things at all. Helpers hear of side threads, of which customers know nothing."""
    if kind is NotificationKind.SIDE_SAID:
        return viewer.kind is not UserKind.CUSTOMER
    return viewer.is_staff or kind not in STAFF_ONLY

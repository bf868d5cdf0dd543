"""What people are told about, and how unless they say otherwise."""

from dataclasses import dataclass
from enum import StrEnum


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

STAFF_ONLY = frozenset({NotificationKind.NOTED, NotificationKind.CHANGED, NotificationKind.GROUP_ASSIGNED})
"""Kinds that speak of the desk's inner doings."""

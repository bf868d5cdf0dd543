"""What a user may do: the union of their roles, cut down by the scopes of the token they came with."""

from collections.abc import Iterable

from core.kit.context import TicketScope, UserKind

FOUNDER_ROLE = "founder"
_WIDTH = {TicketScope.OWN: 0, TicketScope.GROUP: 1, TicketScope.ALL: 2}


def widest(scopes: Iterable[str]) -> TicketScope:
    """The widest of several ticket scopes; own where there is none."""
    return max((TicketScope(each) for each in scopes), key=_WIDTH.__getitem__, default=TicketScope.OWN)


def is_wider(one: TicketScope, than: TicketScope) -> bool:
    """Whether a scope shows tickets that the other does not."""
    return _WIDTH[one] > _WIDTH[than]


def granted(
    kind: UserKind,
    role_permissions: Iterable[Iterable[str]],
    kept: dict[UserKind, frozenset[str]],
    scopes: Iterable[str] | None,
) -> frozenset[str]:
    """The permissions in force. `kept` gives what customers and helpers hold without roles."""
    held = frozenset().union(kept.get(kind, frozenset()), *role_permissions)
    return held if scopes is None else held & frozenset(scopes)

"""The shape of a preset: what it may say."""

from typing import NamedTuple


class Role(NamedTuple):
    """A role that comes with the helpdesk (B5, B8 to B13)."""

    key: str
    name: str
    ticket_scope: str
    permissions: list[str]


class Status(NamedTuple):
    """A ticket status in its place; the first is what new tickets get."""

    key: str
    category: str
    english: str
    chinese: str
    is_agent_selectable: bool


class TicketSettings(NamedTuple):
    """How tickets close, rest and are released by themselves; None for never."""

    close_solved_days: int | None
    purge_deleted_days: int | None
    purge_suspended_days: int | None
    releases_overdue: bool
    lets_reclaim: bool
    holds_parents: bool
    invalid_after_releases: int | None


class Option(NamedTuple):
    """A choice of one of the lists, in its place."""

    list: str
    key: str
    english: str
    chinese: str
    color: str | None

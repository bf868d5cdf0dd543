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


class Option(NamedTuple):
    """A choice of one of the lists, in its place."""

    list: str
    key: str
    english: str
    chinese: str
    color: str | None

"""The shape of a preset: what it may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Wording(NamedTuple):
    """A name in English and in Chinese."""

    english: str
    chinese: str

    def in_locale(self, locale: str) -> str:
        """The one for a locale."""
        return self.chinese if locale.split("-")[0].lower() == "zh" else self.english


class Role(NamedTuple):
    """A role that comes with the helpdesk (B5, B8 to B13)."""

    key: str
    name: Wording
    ticket_scope: str
    permissions: Sequence[str]


class Status(NamedTuple):
    """A ticket status in its place; the first is what new tickets get. `leads_to` names the statuses that people may
    choose next, and none of them any; `next` follows by itself after `hours`."""

    key: str
    category: str
    label: Wording
    is_agent_selectable: bool = True
    customer_label: Wording | None = None
    leads_to: Sequence[str] = ()
    next: str | None = None
    hours: int | None = None


class Scheme(NamedTuple):
    """What statuses, by their keys, follow when people act (None for none), and what is ruled out."""

    on_assign: str | None = None
    on_agent_update: str | None = None
    on_agent_reply: str | None = None
    on_customer_reply: str | None = None
    on_reopen: str | None = None
    closed_is_final: bool = True
    never_back_to_new: bool = True
    solved_is_read_only: bool = False
    strict_group_lock: bool = False


class TicketSettings(NamedTuple):
    """Who opens tickets, and how they rest and are released by themselves; None for never."""

    agents_open_tickets: bool = True
    purge_deleted_days: int | None = 30
    purge_suspended_days: int | None = 30
    releases_overdue: bool = False
    lets_reclaim: bool = True
    holds_parents: bool = True
    invalid_after_releases: int | None = None
    favorite_view_limit: int = 8


class Option(NamedTuple):
    """A choice of one of the lists, in its place."""

    list: str
    key: str
    label: Wording
    color: str | None = None


class Form(NamedTuple):
    """A form in its place: of whom it is asked, and its fields as the API gives them."""

    key: str
    english: str
    chinese: str
    audience: str
    fields: Sequence[Mapping[str, Any]]


class Reply(NamedTuple):
    """A canned reply that the desk shares (G4), with variables in double braces. It is in the desk's language."""

    name: Wording
    body: Wording


class View(NamedTuple):
    """A list of tickets that the staff share, after those that every desk has. In its condition
    `option:PRIORITY:urgent` and `status:pending` stand for the ids of this preset's options and statuses."""

    key: str
    english: str
    chinese: str
    condition: Mapping[str, Any]
    columns: Sequence[str] | None = None
    """The usual ones where there are none."""
    sort: str = "UPDATED_AT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """All that makes a new tenant behave like one product. The product itself knows none of them."""

    key: str
    name: Wording
    about: Wording
    roles: Sequence[Role]
    statuses: Sequence[Status]
    scheme: Scheme
    options: Sequence[Option]
    tickets: TicketSettings
    views: Sequence[View] = ()
    system_views: Mapping[str, Wording] = field(default_factory=dict)
    """What the product calls views that every desk has, by their keys, where it has words of its own."""
    forms: Sequence[Form] = ()
    replies: Sequence[Reply] = ()

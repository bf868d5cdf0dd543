"""What is searched: its table, the table of its words, and the texts that they are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.customers.domains import shown_domain
from core.search.words import LONGEST_TEXT, Weighted, phone_ends


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that is found. `columns` is SQL over its table `s` for what `texts` needs; `shown` are the texts
    that a hit is shown with, as fields of its type, or SQL over `{t}` where no field has them; `also` names columns of
    the words' table that repeat its own."""

    name: str
    table: str
    words: str
    columns: str
    texts: Callable[[Any], Sequence[Weighted]]
    shown: tuple[str, ...]
    also: tuple[str, ...] = ()
    as_read: Callable[[str], str] = str
    """How a shown text is read where it is kept in another form."""


def _ticket(row: Any) -> Sequence[Weighted]:
    return [(row["title"], "A"), (str(row["number"]), "A"), (row["external_id"] or "", "B")]


def _message(row: Any) -> Sequence[Weighted]:
    return [(row["body"], "D")]


def _user(row: Any) -> Sequence[Weighted]:
    """All but the name are of B: nobody is found by what the viewer may not read."""
    return [
        (row["name"], "A"), (row["email"] or "", "B"), (phone_ends(row["mobile"] or ""), "B"),
        (row["external_id"] or "", "B"),
    ]  # fmt: skip


def _organization(row: Any) -> Sequence[Weighted]:
    domains = " ".join(row["domains"])
    return [
        (row["name"], "A"), (row["external_id"] or "", "B"), (domains, "B"), (_domains_as_read(domains), "B"),
    ]  # fmt: skip


def _domains_as_read(text: str) -> str:
    return " ".join(shown_domain(each) if "xn--" in each else each for each in text.split(" "))


_DOMAINS = (
    "select d.domain from organization_domains d"
    " where d.tenant_id = {t}.tenant_id and d.organization_id = {t}.id"
)
TICKET = Subject(
    name="Ticket",
    table="tickets",
    words="ticket_words",
    columns="s.title, s.number, s.external_id",
    texts=_ticket,
    shown=("title", "'#' || {t}.number", "external_id"),
)
MESSAGE = Subject(
    name="Message",
    table="messages",
    words="message_words",
    columns=f"s.ticket_id, left(s.body_text, {LONGEST_TEXT}) as body",
    texts=_message,
    shown=(f"left({{t}}.body_text, {LONGEST_TEXT})",),
    also=("ticket_id",),
)
USER = Subject(
    name="User",
    table="users",
    words="user_words",
    columns="s.name, s.email, s.mobile, s.external_id",
    texts=_user,
    shown=("name", "email", "mobile", "external_id"),
)
ORGANIZATION = Subject(
    name="Organization",
    table="organizations",
    words="organization_words",
    columns=f"s.name, s.external_id, array({_DOMAINS.format(t='s')}) as domains",
    texts=_organization,
    shown=("name", "external_id", f"array_to_string(array({_DOMAINS}), ' ')"),
    as_read=_domains_as_read,
)
SUBJECTS = {each.name: each for each in (TICKET, MESSAGE, USER, ORGANIZATION)}
"""By the name of their type, as they stand in an answer where they match equally well."""

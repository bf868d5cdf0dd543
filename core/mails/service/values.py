"""What the variables of templates stand for on a ticket, for one reader: plain texts in plain mappings, nothing else.

A reader is told no more than the API tells them: addresses and numbers of others need the right to them. People whom
the reader does not see have no name, but for the requester and who wrote a reply. Groups are for staff, and customers
read the status as customers do.
"""

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from markupsafe import Markup

from core.kit.context import Context, Viewer
from core.kit.database.sql import Row
from core.kit.i18n import nearest
from core.kit.ids import to_global
from core.mails import queries
from core.mails.links import ticket_link

LONGEST_TEXT = 10_000
_SAID = frozenset({"body", "content"})
"""Names of texts with lines."""


async def values_for(ctx: Context, reader: Viewer, ticket_id: UUID) -> dict[str, Any] | None:
    """The values; None where the ticket is gone. Whether the reader sees it is asked elsewhere."""
    row = await queries.ticket_facts(ctx, ticket_id)
    if row is None:
        return None
    first = await queries.first_said(ctx, ticket_id)
    replies = await queries.latest_said(ctx, ticket_id, first["id"]) if first else []
    named = {row[f"{name}_id"] for name in ("requester", "initiator", "creator", "assignee")}
    people = await queries.people(
        ctx, reader, [each for each in named | {each["author_id"] for each in replies} if each]
    )
    words = _Words(reader, ZoneInfo(row["time_zone"]), people)
    return words.all(row, _cut(first["body_text"]) if first else None, replies)


class _Words:
    """Puts values into words for a reader."""

    def __init__(self, reader: Viewer, zone: ZoneInfo, people: Mapping[UUID, Row]) -> None:
        self.reader, self.zone, self.people = reader, zone, people

    def all(self, row: Row, said: str | None, replies: list[Row]) -> dict[str, Any]:
        status, priority = self.status(row), self.label(row["priority"], row["priorities"])
        kind = {"name": self.label(row["type"], row["types"])}
        kind["created_at"] = kind["createtime"] = self.moment(row["type_created_at"])
        creator, assignee = self.person(row["creator_id"]), self.person(row["assignee_id"])
        answers = [self.reply(each) for each in replies]
        number, title = str(row["number"]), row["title"]
        keys = {"status": str(row["status_id"]), "priority": str(row["priority_id"] or "")}
        return {
            "ticket": {
                "id": to_global("tkt", row["id"]), "number": number, "title": title, "body": said, "status": status,
                "priority": priority, "group": row["group_name"] if self.reader.is_staff else None,
                "created_at": self.moment(row["created_at"]), "due_at": self.moment(row["due_at"]),
                "link": self.link(row),
            },
            "workOrders": {"orderno": number, "title": title, "content": said, **keys},
            # The priority first: where there is none, its key must not hide the status.
            "uKeFuDic": {keys["priority"]: {"name": priority}, keys["status"]: {"name": status}},
            "desk": {"name": row["desk"]},
            "type": kind, "workOrderTypeList": kind,
            "requester": self.person(row["requester_id"], is_told=True), "initiator": self.person(row["initiator_id"]),
            "creator": creator, "creater": creator, "assignee": assignee, "current": assignee,
            "replies": answers, "commentList": answers,
            "latest_reply": answers[-1] if answers else self.reply(None),
        }  # fmt: skip

    def person(self, key: UUID | None, *, is_told: bool = False) -> dict[str, Any]:
        """Whoever the reader sees; of others the name, where whoever sees the ticket is told it."""
        row = self.people.get(key) if key else None
        if row is not None and not (row["is_seen"] or is_told):
            row = None
        told = {**self.name(row), "email": None, "mobile": None, "last_sign_in_at": None}
        if row is not None and self.may_know(row):
            told |= {"email": row["email"], "mobile": row["mobile"]}
            told["last_sign_in_at"] = self.moment(row["last_login_at"])
        return {**told, "lastlogintime": told["last_sign_in_at"]}

    def name(self, row: Row | None) -> dict[str, Any]:
        """Whoever has no login name signs in with their address, or is known by another system's."""
        if row is None:
            return dict.fromkeys(("name", "uname", "username"))
        user_name = None
        if self.may_know(row):
            user_name = row["login_name"] or row["email"] or row["external_id"]
        return {"name": row["name"], "uname": row["name"], "username": user_name}

    def may_know(self, row: Row) -> bool:
        """As `contact_guard` has it."""
        return self.reader.may("user.read") or row["id"] == self.reader.user_id

    def link(self, row: Row) -> str | None:
        """Where the reader finds the ticket, as the helpdesk says; nothing where it does not say."""
        return ticket_link(row, row["id"], row["number"], is_staff=self.reader.is_staff)

    def reply(self, row: Row | None) -> dict[str, Any]:
        author = self.name(self.people.get(row["author_id"]) if row else None)
        said, at = (_cut(row["body_text"]), self.moment(row["created_at"])) if row else (None, None)
        return {
            "author": author,
            "user": author,
            "body": said,
            "content": said,
            "created_at": at,
            "createtime": at,
        }

    def status(self, row: Row) -> str | None:
        own = row["customer_label"] is not None and not self.reader.is_staff
        return self.label(
            *((row["customer_label"], row["customer_labels"]) if own else (row["status"], row["statuses"]))
        )

    def label(self, label: str | None, labels: str | None) -> str | None:
        others = orjson.loads(labels) if labels else {}
        found = nearest(self.reader.locale, tuple(others))
        return str(others[found]) if found else label

    def moment(self, at: datetime | None) -> str | None:
        """On the clocks of the helpdesk."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S") if at else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def for_html(values: Any) -> Any:
    """The same values, with what people said kept in its lines."""
    if isinstance(values, Mapping):
        return {
            name: _lines(each) if name in _SAID and isinstance(each, str) else for_html(each)
            for name, each in values.items()
        }
    return [for_html(each) for each in values] if isinstance(values, list) else values


def _lines(text: str) -> Markup:
    return Markup("<br>".join(html.escape(line) for line in text.splitlines()))  # noqa: S704 escaped line by line

"""What of a ticket can be exported, and how it is read and shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from core.exchange.errors import FieldTwice, NoFields, UnknownCustomField
from core.exchange.service.cells import Cell, moment
from core.fields.kinds import FORMS, FieldKind
from core.identity.queries import contact_guard
from core.kit.context import Context, Viewer
from core.kit.database import fetch, fetch_value
from core.kit.errors import DomainError, Errors
from core.kit.i18n import nearest, translate
from core.kit.ids import to_global

_USER = "left join users {a} on {a}.tenant_id = t.tenant_id and {a}.id = t.{column}"
JOINS = {
    "requester": _USER.format(a="requester", column="requester_id"),
    "initiator": _USER.format(a="initiator", column="initiator_id"),
    "creator": _USER.format(a="creator", column="creator_id"),
    "assignee": _USER.format(a="assignee", column="assignee_id"),
    "organization": "left join organizations organization on organization.tenant_id = t.tenant_id"
    " and organization.id = t.organization_id",
    "team": "left join groups team on team.tenant_id = t.tenant_id and team.id = t.group_id",
}
_TAGS = (
    "(select string_agg(g.name, ', ' order by g.name) from ticket_tags x join tags g on g.tenant_id = x.tenant_id"
    " and g.id = x.tag_id where x.tenant_id = t.tenant_id and x.ticket_id = t.id)"
)
_DESCRIPTION = (
    "(select m.body_text from messages m where m.tenant_id = t.tenant_id and m.ticket_id = t.id"
    " and m.visibility = 'PUBLIC' order by m.id limit 1)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a column is made with: the tenant's words and zone."""

    zone: ZoneInfo
    options: Mapping[UUID, str]
    statuses: Mapping[UUID, str]
    choices: Mapping[tuple[UUID, str], str]


Show = Callable[[Any, Known], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is read from the ticket `t`, and what stands in the cell."""

    heading: str
    sql: Callable[[Viewer], str]
    show: Show
    join: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    is_translated: bool = True


def _as_is(value: Any, _known: Known) -> Cell:
    found: Cell = value
    return found


def _moment(value: Any, known: Known) -> Cell:
    return moment(value, known.zone)


def _plain(heading: str, sql: str, *, join: str | None = None, show: Show = _as_is) -> Column:
    return Column(heading, lambda _viewer: sql, show, join)


def _contact(heading: str, sql: str) -> Column:
    """What of the requester only who may read contacts reads."""
    return Column(
        heading,
        lambda viewer: f"case when {contact_guard(viewer, 'requester')} then {sql} end",
        _as_is,
        "requester",
    )


def _time(heading: str, column: str) -> Column:
    return _plain(heading, f"t.{column}", show=_moment)


def _option(heading: str, column: str) -> Column:
    return _plain(heading, f"t.{column}", show=lambda key, known: known.options.get(key))


COLUMNS: dict[str, Column] = {
    "ID": _plain("ID", "t.id", show=lambda key, _known: to_global("tkt", key)),
    "NUMBER": _plain("Number", "t.number"),
    "TITLE": _plain("Title", "t.title"),
    "DESCRIPTION": _plain("Description", _DESCRIPTION),
    "STATUS": _plain("Status", "t.status_id", show=lambda key, known: known.statuses.get(key)),
    "STATUS_CATEGORY": _plain("Status category", "t.status_category"),
    "STATE": _plain("State", "t.state"),
    "PRIORITY": _option("Priority", "priority_id"),
    "TYPE": _option("Type", "type_id"),
    "NATURE": _option("Nature", "nature_id"),
    "CATEGORY": _option("Category", "category_id"),
    "REQUESTER_NAME": _plain("Requester", "requester.name", join="requester"),
    "REQUESTER_EMAIL": _contact("Requester's e-mail", "requester.email"),
    "REQUESTER_MOBILE": _contact("Requester's mobile", "requester.mobile"),
    "REQUESTER_EXTERNAL_ID": _contact("Requester's external ID", "requester.external_id"),
    "ORGANIZATION": _plain("Organisation", "organization.name", join="organization"),
    "INITIATOR_NAME": _plain("Initiator", "initiator.name", join="initiator"),
    "CREATOR_NAME": _plain("Creator", "creator.name", join="creator"),
    "GROUP": _plain("Group", "team.name", join="team"),
    "ASSIGNEE_NAME": _plain("Assignee", "assignee.name", join="assignee"),
    "TAGS": _plain("Tags", _TAGS),
    "SOURCE": _plain("Source", "t.source"),
    "DUE_AT": _time("Due", "due_at"),
    "CALLBACK_AT": _time("Call back", "callback_at"),
    "FIRST_REPLY_AT": _time("First reply", "first_reply_at"),
    "LAST_CUSTOMER_AT": _time("Last customer message", "last_customer_at"),
    "LAST_AGENT_AT": _time("Last agent message", "last_agent_at"),
    "SOLVED_AT": _time("Solved", "solved_at"),
    "CLOSED_AT": _time("Closed", "closed_at"),
    "CREATED_AT": _time("Created", "created_at"),
    "UPDATED_AT": _time("Last changed", "updated_at"),
    "RELEASE_COUNT": _plain("Releases", "t.release_count"),
    "DISPOSITION": _plain("Disposition", "t.disposition"),
    "EXTERNAL_ID": _plain("External ID", "t.external_id"),
}
"""Built-in columns by the names that the API gives them. What is here is everybody's to read who is staff and sees the
ticket; what is not says so."""


async def columns_of(ctx: Context, fields: Sequence[tuple[str, str]], *path: str) -> list[Column]:
    """The columns for fields, each `("field", NAME)` or `("custom", key)`, in their order. Raises NoFields; Errors for
    what is no field or stands twice."""
    if not fields:
        raise NoFields(path=path)
    custom = await _custom(ctx, [name for kind, name in fields if kind == "custom"])
    found: list[Column] = []
    errors: list[DomainError] = []
    for place, (kind, name) in enumerate(fields):
        column = COLUMNS.get(name) if kind == "field" else custom.get(name)
        if column is None:
            errors.append(UnknownCustomField(path=(*path, str(place), "customField"), key=name[:80]))
        elif (kind, name) in fields[:place]:
            errors.append(FieldTwice(path=(*path, str(place)), field=name))
        else:
            found.append(column)
    if errors:
        raise Errors(errors)
    return found


async def _custom(ctx: Context, keys: Sequence[str]) -> dict[str, Column]:
    """Columns of active custom fields of tickets, by key."""
    rows = await fetch(
        "select id, key, label, labels, kind from field_definitions where tenant_id = :tenant and object = 'TICKET'"
        " and is_active and key = any(:keys)",
        {"tenant": ctx.tenant_id, "keys": list(keys)},
    )
    return {row["key"]: _custom_column(row, ctx.viewer.locale) for row in rows}


def _custom_column(row: Any, locale: str) -> Column:
    key, kind, field_id, name = row["key"], FieldKind(row["kind"]), row["id"], f"custom_{row['key']}"
    return Column(
        heading=worded(row["label"], row["labels"], locale),
        sql=lambda _viewer: f"(t.custom -> :{name}::text)::text",
        show=lambda value, known: _custom_cell(value, kind, field_id, known),
        values={name: key},
        is_translated=False,
    )


def _custom_cell(stored: str | None, kind: FieldKind, field_id: UUID, known: Known) -> Cell:
    if stored is None:
        return None
    value = orjson.loads(stored)
    if isinstance(value, list):
        separator = " / " if kind is FieldKind.CASCADE else ", "
        return separator.join(known.choices.get((field_id, each), str(each)) for each in value)
    if FORMS[kind] == "date_time":
        return moment(datetime.fromisoformat(value), known.zone)
    found: Cell = value
    return found


def worded(label: str, labels: str, locale: str) -> str:
    """A label of the tenant's in the language of whoever asked, as JSON holds the others."""
    others: dict[str, str] = orjson.loads(labels)
    found = nearest(locale, tuple(others))
    return others[found] if found else label


def headings(columns: Sequence[Column], locale: str) -> list[Cell]:
    """What stands above the columns."""
    return [translate(each.heading, locale) if each.is_translated else each.heading for each in columns]


async def zone_of(ctx: Context) -> ZoneInfo:
    """The tenant's time zone."""
    return ZoneInfo(
        await fetch_value("select time_zone from tenants where id = :tenant", {"tenant": ctx.tenant_id})
    )


async def known_of(ctx: Context) -> Known:
    """The tenant's words, in the viewer's language."""
    locale, values = ctx.viewer.locale, {"tenant": ctx.tenant_id}
    options = await fetch(
        "select id, field_id, key, label, labels from options where tenant_id = :tenant", values
    )
    statuses = await fetch("select id, label, labels from statuses where tenant_id = :tenant", values)
    word = {row["id"]: worded(row["label"], row["labels"], locale) for row in [*options, *statuses]}
    return Known(
        zone=await zone_of(ctx),
        options={row["id"]: word[row["id"]] for row in options},
        statuses={row["id"]: word[row["id"]] for row in statuses},
        choices={(row["field_id"], row["key"]): word[row["id"]] for row in options if row["field_id"]},
    )

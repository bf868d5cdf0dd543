"""Gives a new tenant what its preset says: roles, statuses and their scheme, options, settings, views, forms, canned
replies. In the transaction that creates it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from core.forms.service.asking import asked_from, kept_from
from core.kit.database import Reach, insert_rows
from core.kit.ids import new_id, to_global
from core.presets.preset import Form, Option, Preset, Reply, Role, Scheme, Status, View, Wording
from core.views.columns import USUAL
from core.views.service import NewSharedView, system_rows, view_row

_BORN = {"id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz"}
_COMMON = {**_BORN, "updated_at": "timestamptz", "version": "int"}
_ROLE = {"key": "text", "name": "text", "ticket_scope": "text", "permissions": "jsonb", "is_system": "bool"}
_WORDED = {
    "key": "text",
    "label": "text",
    "labels": "jsonb",
    "position": "int",
    "is_default": "bool",
    "is_active": "bool",
}
_STATUS = {
    **_WORDED, "category": "text", "is_agent_selectable": "bool", "customer_label": "text", "customer_labels": "jsonb",
    "next_id": "uuid", "next_after_hours": "int",
}  # fmt: skip
_REACTIONS = ("on_assign", "on_agent_update", "on_agent_reply", "on_customer_reply", "on_reopen")
_FLAGS = ("closed_is_final", "never_back_to_new", "solved_is_read_only", "strict_group_lock")
_SCHEME = {**{f"{name}_id": "uuid" for name in _REACTIONS}, **dict.fromkeys(_FLAGS, "bool")}
_TICKETS = {
    "agents_open_tickets": "bool", "purge_deleted_days": "int", "purge_suspended_days": "int",
    "releases_overdue": "bool", "lets_reclaim": "bool", "holds_parents": "bool", "invalid_after_releases": "int",
    "favorite_view_limit": "int",
}  # fmt: skip
_MAILS = {"tells_creator": "bool", "names_recipients": "bool"}
_VIEW = {
    "key": "text", "label": "text", "labels": "jsonb", "visibility": "text", "is_system": "bool", "condition": "jsonb",
    "columns": "jsonb", "sort": "jsonb", "is_descending": "bool", "position": "int",
}  # fmt: skip
_FORM = {
    "key": "text", "label": "text", "labels": "jsonb", "audience": "text", "asked": "jsonb", "position": "int",
    "is_active": "bool",
}  # fmt: skip
_REPLY = {"kind": "text", "name": "text", "body": "text"}
_OPTION = {**_WORDED, "list": "text", "color": "text"}


async def load_preset(tenant_id: UUID, preset: Preset, now: datetime, *, locale: str = "en") -> None:
    """Write the preset's rows; what has one name only is named in this locale. With the system reach: the tenant is
    only just being made."""
    born = {"tenant_id": tenant_id, "created_at": now}
    common = {**born, "updated_at": now, "version": 1}
    keys = {status.key: new_id() for status in preset.statuses}
    await _write("roles", {**_COMMON, **_ROLE}, common, [_role(each, locale) for each in preset.roles])
    statuses = [_status(place, each, keys) for place, each in enumerate(preset.statuses)]
    made = await _write("statuses", {**_COMMON, **_STATUS}, common, statuses)
    ways = [
        {"from_id": keys[each.key], "to_id": keys[to]} for each in preset.statuses for to in each.leads_to
    ]
    await _write("status_transitions", {**_BORN, "from_id": "uuid", "to_id": "uuid"}, born, ways)
    await _write("status_schemes", {**_COMMON, **_SCHEME}, common, [_scheme(preset.scheme, keys)])
    options = [_option(place, each) for place, each in enumerate(preset.options, start=1)]
    made |= await _write("options", {**_COMMON, **_OPTION}, common, options)
    await _write("ticket_settings", {**_COMMON, **_TICKETS}, common, [preset.tickets._asdict()])
    await _write("mail_settings", {**_COMMON, **_MAILS}, common, [dict.fromkeys(_MAILS, False)])
    every = system_rows(preset.system_views)
    own = [_view(place, each, made) for place, each in enumerate(preset.views, start=len(every))]
    await _write("views", {**_COMMON, **_VIEW}, common, [*every, *own])
    forms = [_form(place, each, made) for place, each in enumerate(preset.forms)]
    await _write("forms", {**_COMMON, **_FORM}, common, forms)
    replies = [_reply(each, locale) for each in preset.replies]
    await _write("templates", {**_COMMON, **_REPLY}, common, replies)


async def _write(
    table: str, types: Mapping[str, str], common: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """The global ids of the statuses and options that were written, by the names that views of presets use."""
    whole = [{"id": new_id(), **common, **row} for row in rows]
    await insert_rows(table, types, whole, reach=Reach.SYSTEM)
    if table == "statuses":
        return {f"status:{row['key']}": to_global("sts", row["id"]) for row in whole}
    if table == "options":
        return {f"option:{row['list']}:{row['key']}": to_global("opt", row["id"]) for row in whole}
    return {}


def _role(role: Role, locale: str) -> dict[str, Any]:
    return {
        "key": role.key, "name": role.name.in_locale(locale), "ticket_scope": role.ticket_scope,
        "permissions": orjson.dumps(list(role.permissions)).decode(), "is_system": True,
    }  # fmt: skip


def _status(place: int, status: Status, keys: Mapping[str, UUID]) -> dict[str, Any]:
    shown = status.customer_label
    return {
        **_worded(place, status.key, status.label), "id": keys[status.key], "is_default": place == 0,
        "category": status.category, "is_agent_selectable": status.is_agent_selectable,
        "customer_label": shown.english if shown else None, "customer_labels": _others(shown),
        "next_id": keys[status.next] if status.next else None, "next_after_hours": status.hours,
    }  # fmt: skip


def _scheme(scheme: Scheme, keys: Mapping[str, UUID]) -> dict[str, Any]:
    reactions = {name: getattr(scheme, name) for name in _REACTIONS}
    return {
        **{f"{name}_id": keys[key] if key else None for name, key in reactions.items()},
        **{name: getattr(scheme, name) for name in _FLAGS},
    }


def _option(place: int, option: Option) -> dict[str, Any]:
    return {**_worded(place, option.key, option.label), "list": option.list, "color": option.color}


def _view(place: int, view: View, made: Mapping[str, str]) -> dict[str, Any]:
    columns = USUAL if view.columns is None else view.columns
    condition = _with_ids(view.condition, made)
    return view_row(place, NewSharedView(view.key, view.english, view.chinese, condition, columns, view.sort))


def _form(place: int, form: Form, made: Mapping[str, str]) -> dict[str, Any]:
    asked = [asked_from(_with_ids(each, made)) for each in form.fields]
    return {
        "key": form.key, "label": form.english, "labels": orjson.dumps({"zh": form.chinese}).decode(),
        "audience": form.audience, "asked": orjson.dumps([kept_from(each) for each in asked]).decode(),
        "position": place, "is_active": True,
    }  # fmt: skip


def _reply(reply: Reply, locale: str) -> dict[str, Any]:
    return {"kind": "CANNED", "name": reply.name.in_locale(locale), "body": reply.body.in_locale(locale)}


def _with_ids(part: Any, made: Mapping[str, str]) -> Any:
    if isinstance(part, Mapping):
        return {name: _with_ids(each, made) for name, each in part.items()}
    if isinstance(part, list):
        return [_with_ids(each, made) for each in part]
    return made.get(part, part) if isinstance(part, str) else part


def _worded(place: int, key: str, label: Wording) -> dict[str, Any]:
    return {
        "key": key, "label": label.english, "labels": _others(label), "position": place,
        "is_default": False, "is_active": True,
    }  # fmt: skip


def _others(label: Wording | None) -> str:
    return orjson.dumps({"zh": label.chinese} if label else {}).decode()

"""Gives a new tenant what its preset says: roles, statuses, options, settings. In the transaction that creates it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson

from core.kit.database import Reach, insert_rows
from core.kit.ids import new_id
from core.presets.preset import Option, Role, Status, TicketSettings

_COMMON = {
    "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "version": "int",
}  # fmt: skip
_ROLE = {"key": "text", "name": "text", "ticket_scope": "text", "permissions": "jsonb", "is_system": "bool"}
_WORDED = {
    "key": "text",
    "label": "text",
    "labels": "jsonb",
    "position": "int",
    "is_default": "bool",
    "is_active": "bool",
}
_STATUS = {**_WORDED, "category": "text", "is_agent_selectable": "bool"}
_TICKETS = {
    "close_solved_days": "int", "purge_deleted_days": "int", "purge_suspended_days": "int", "releases_overdue": "bool",
    "lets_reclaim": "bool", "holds_parents": "bool", "invalid_after_releases": "int",
}  # fmt: skip
_OPTION = {**_WORDED, "list": "text", "color": "text"}


class Preset(Protocol):
    """A module such as `core.presets.default`."""

    ROLES: list[Role]
    STATUSES: list[Status]
    OPTIONS: list[Option]
    TICKETS: TicketSettings


async def load_preset(tenant_id: UUID, preset: Preset, now: datetime) -> None:
    """Write the preset's rows. With the system reach: the tenant is only just being made."""
    common = {"tenant_id": tenant_id, "created_at": now, "updated_at": now, "version": 1}
    await _write("roles", _ROLE, common, [_role(each) for each in preset.ROLES])
    statuses = [_status(place, each) for place, each in enumerate(preset.STATUSES)]
    await _write("statuses", _STATUS, common, statuses)
    options = [_option(place, each) for place, each in enumerate(preset.OPTIONS, start=1)]
    await _write("options", _OPTION, common, options)
    await _write("ticket_settings", _TICKETS, common, [preset.TICKETS._asdict()])


async def _write(
    table: str, types: Mapping[str, str], common: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> None:
    whole = [{"id": new_id(), **common, **row} for row in rows]
    await insert_rows(table, {**_COMMON, **types}, whole, reach=Reach.SYSTEM)


def _role(role: Role) -> dict[str, Any]:
    return {
        "key": role.key, "name": role.name, "ticket_scope": role.ticket_scope,
        "permissions": orjson.dumps(role.permissions).decode(), "is_system": True,
    }  # fmt: skip


def _status(place: int, status: Status) -> dict[str, Any]:
    return {
        **_worded(place, status.key, status.english, status.chinese), "is_default": place == 0,
        "category": status.category, "is_agent_selectable": status.is_agent_selectable,
    }  # fmt: skip


def _option(place: int, option: Option) -> dict[str, Any]:
    worded = _worded(place, option.key, option.english, option.chinese)
    return {**worded, "list": option.list, "color": option.color}


def _worded(place: int, key: str, english: str, chinese: str) -> dict[str, Any]:
    return {
        "key": key, "label": english, "labels": orjson.dumps({"zh": chinese}).decode(), "position": place,
        "is_default": False, "is_active": True,
    }  # fmt: skip

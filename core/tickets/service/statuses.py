"""The tenant's statuses: worded freely, each on one of five fixed categories. Archived when unwanted, never deleted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import execute, fetch
from core.kit.database.sql import Row
from core.kit.errors import Invalid, LimitExceeded, NotFound, Required, VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.kit.revising import revise
from core.tenants.service import check_name
from core.tickets import queries
from core.tickets.errors import (
    BadStatusKey,
    DefaultIsNeeded,
    DefaultMustBeNew,
    LastOfCategory,
    StatusInUse,
    StatusKeyTaken,
)
from core.tickets.models import Status
from core.tickets.states import StatusCategory

LONGEST_LABEL, MOST_STATUSES, LARGEST_POSITION = 80, 100, 10_000
NEEDED = (StatusCategory.NEW, StatusCategory.OPEN, StatusCategory.SOLVED, StatusCategory.CLOSED)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHOWN = {
    "label": "label", "labels": "labels", "position": "position", "is_agent_selectable": "isAgentSelectable",
    "is_default": "isDefault", "is_active": "isActive",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatus:
    """A status to be. Without a position it comes last."""

    key: str
    category: StatusCategory
    label: str
    labels: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None
    is_agent_selectable: bool = True
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPatch:
    """What to change: a column that is absent stays. Key and category never change."""

    values: dict[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_status(ctx: Context, new: NewStatus) -> UUID:
    """Add a status. Needs `status.manage`. Raises BadStatusKey, StatusKeyTaken, Required, TooLong, DefaultMustBeNew,
    LimitExceeded (100)."""
    ctx.require("status.manage")
    if not _KEY.fullmatch(new.key):
        raise BadStatusKey(path=("key",), value=new.key[:60])
    label = check_name(new.label, "label", limit=LONGEST_LABEL)
    position = _position(new.position) if new.position is not None else None
    if new.is_default and new.category is not StatusCategory.NEW:
        raise DefaultMustBeNew(path=("isDefault",))
    rows = await _lock_all(ctx)
    if len(rows) >= MOST_STATUSES:
        raise LimitExceeded(limit=MOST_STATUSES)
    if any(row["key"] == new.key for row in rows):
        raise StatusKeyTaken(path=("key",), key=new.key)
    if position is None:
        position = max((row["position"] for row in rows), default=0) + 1
    if new.is_default:
        await _unset_default(ctx, rows)
    status = await Status.create(
        id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), key=new.key, category=new.category.value,
        label=label, labels=dict(new.labels), position=position, is_agent_selectable=new.is_agent_selectable,
        is_default=new.is_default, is_active=True,
    )  # fmt: skip
    about = {"key": [None, new.key], "category": [None, new.category.value], "label": [None, label]}
    await record(ctx, Happening("status.created", "status", status.id, about))
    return status.id


async def update_status(ctx: Context, status_id: UUID, patch: StatusPatch) -> None:
    """Reword, move, archive or reactivate a status, or make it the default. Needs `status.manage`.

    Raises DefaultMustBeNew, DefaultIsNeeded, StatusInUse, LastOfCategory, VersionConflict.
    """
    ctx.require("status.manage")
    values = _cleaned(patch.values)
    rows = await _lock_all(ctx)
    row = next((each for each in rows if each["id"] == status_id), None)
    if row is None:
        raise NotFound(path=("id",))
    if patch.expected_version is not None and row["version"] != patch.expected_version:
        raise VersionConflict(current=to_global("sts", status_id))
    await _check_default(ctx, row, rows, values)
    if row["is_active"] and values.get("is_active") is False:
        await _check_archiving(ctx, row, rows)
    if "labels" in values and values["labels"] == orjson.loads(row["labels"]):
        del values["labels"]
    elif "labels" in values:
        values["labels"] = orjson.dumps(values["labels"]).decode()
    changes = await revise(ctx, "statuses", row, values)
    if changes:
        await record(ctx, Happening("status.updated", "status", status_id, changes))


def _position(value: int) -> int:
    if not 0 <= value <= LARGEST_POSITION:
        raise Invalid(path=("position",))
    return value


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if value is None:
            raise Required(path=(_SHOWN[name],))
    cleaned = dict(values)
    if "label" in values:
        cleaned["label"] = check_name(values["label"], "label", limit=LONGEST_LABEL)
    if "position" in values:
        cleaned["position"] = _position(values["position"])
    return cleaned


async def _lock_all(ctx: Context) -> list[Row]:
    """Every status of the tenant. What holds for one depends on the others, so changes take turns: the lock is the
    tenant's, as a status that is being added has no row to lock yet."""
    values = {"tenant": ctx.tenant_id}
    await execute(
        "select pg_advisory_xact_lock(hashtextextended('statuses' || :tenant::uuid::text, 0))", values
    )
    return await fetch("select * from statuses where tenant_id = :tenant order by id for update", values)


async def _check_default(ctx: Context, row: Row, rows: list[Row], values: dict[str, Any]) -> None:
    active = values.get("is_active", row["is_active"])
    if row["is_default"] and (values.get("is_default") is False or not active):
        path = "isDefault" if values.get("is_default") is False else "isActive"
        raise DefaultIsNeeded(path=(path,), label=row["label"])
    if values.get("is_default") and not row["is_default"]:
        if row["category"] != StatusCategory.NEW or not active:
            raise DefaultMustBeNew(path=("isDefault",))
        await _unset_default(ctx, rows)


async def _check_archiving(ctx: Context, row: Row, rows: list[Row]) -> None:
    if await queries.is_status_in_use(ctx, row["id"]):
        raise StatusInUse(path=("isActive",), label=row["label"])
    others = [
        each
        for each in rows
        if each["is_active"] and each["category"] == row["category"] and each["id"] != row["id"]
    ]
    if row["category"] in NEEDED and not others:
        raise LastOfCategory(path=("isActive",), label=row["label"], category=row["category"])


async def _unset_default(ctx: Context, rows: list[Row]) -> None:
    for row in rows:
        if row["is_default"]:
            await revise(ctx, "statuses", row, {"is_default": False})
            await record(ctx, Happening("status.updated", "status", row["id"], {"is_default": [True, False]}))

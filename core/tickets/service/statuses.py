"""The tenant's statuses: worded freely, each on one of five fixed categories. Archived when unwanted, never deleted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import execute, fetch, take_turns
from core.kit.database.sql import Row
from core.kit.errors import (
    DomainError,
    Errors,
    Invalid,
    LimitExceeded,
    NotFound,
    Required,
    VersionConflict,
)
from core.kit.events import Happening, record
from core.kit.i18n import called
from core.kit.ids import to_global
from core.kit.revising import revise
from core.tenants.service import check_name
from core.tickets import defined
from core.tickets.errors import (
    BadStatusKey,
    DefaultIsNeeded,
    DefaultMustBeNew,
    HoursOutOfRange,
    LastOfCategory,
    LeadsToItself,
    NextAndHours,
    StatusInScheme,
    StatusInUse,
    StatusKeyTaken,
    UnfitReaction,
)
from core.tickets.models import Status, StatusTransition
from core.tickets.states import DONE, StatusCategory

LONGEST_LABEL, MOST_STATUSES, LARGEST_POSITION, MOST_HOURS = 80, 100, 10_000, 87_600
NEEDED = ((StatusCategory.NEW,), (StatusCategory.OPEN,), DONE)
"""Of each of these a tenant has one status at least."""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SHOWN = {
    "label": "label", "labels": "labels", "position": "position", "is_agent_selectable": "isAgentSelectable",
    "is_default": "isDefault", "is_active": "isActive", "customer_labels": "customerLabels", "leads_to": "leadsToIds",
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
    customer_label: str | None = None
    customer_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPatch:
    """What to change: a column that is absent stays. Key and category never change. `leads_to` are the keys of statuses
    that people may put a ticket in next, and none of them any; `next_id` follows by itself after
    `next_after_hours`."""

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
    rows = await lock_statuses(ctx)
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
        is_default=new.is_default, is_active=True, customer_label=_customer_label(new.customer_label),
        customer_labels=dict(new.customer_labels),
    )  # fmt: skip
    about = {"key": [None, new.key], "category": [None, new.category.value], "label": [None, label]}
    await record(ctx, Happening("status.created", "status", status.id, about))
    return status.id


async def update_status(ctx: Context, status_id: UUID, patch: StatusPatch) -> None:
    """Reword, move, archive or reactivate a status, make it the default, or say where it leads. Needs `status.manage`.

    Raises DefaultMustBeNew, DefaultIsNeeded, StatusInUse, StatusInScheme, LastOfCategory, NextAndHours, LeadsToItself,
    UnfitReaction, HoursOutOfRange, VersionConflict.
    """
    ctx.require("status.manage")
    values = _cleaned(patch.values)
    leads_to = values.pop("leads_to", None)
    rows = await lock_statuses(ctx)
    row = next((each for each in rows if each["id"] == status_id), None)
    if row is None:
        raise NotFound(path=("id",))
    if patch.expected_version is not None and row["version"] != patch.expected_version:
        raise VersionConflict(current=to_global("sts", status_id))
    await _check_default(ctx, row, rows, values)
    if row["is_active"] and values.get("is_active") is False:
        await _check_archiving(ctx, row, rows)
    _check_next(row, rows, values)
    for name in ("labels", "customer_labels"):
        if name in values and values[name] == orjson.loads(row[name]):
            del values[name]
        elif name in values:
            values[name] = orjson.dumps(values[name]).decode()
    moved = await _lead(ctx, row, rows, leads_to)
    changes = await revise(ctx, "statuses", row, values, even_if_same=bool(moved)) | moved
    if changes:
        await record(ctx, Happening("status.updated", "status", status_id, changes))


def _position(value: int) -> int:
    if not 0 <= value <= LARGEST_POSITION:
        raise Invalid(path=("position",))
    return value


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        if value is None and name in _SHOWN:
            raise Required(path=(_SHOWN[name],))
    cleaned = dict(values)
    if "customer_label" in values:
        cleaned["customer_label"] = _customer_label(values["customer_label"])
    if "label" in values:
        cleaned["label"] = check_name(values["label"], "label", limit=LONGEST_LABEL)
    if "position" in values:
        cleaned["position"] = _position(values["position"])
    return cleaned


async def lock_statuses(ctx: Context) -> list[Row]:
    """Every status of the tenant. What holds for one depends on the others, so changes take turns: the lock is the
    tenant's, as a status that is being added has no row to lock yet."""
    await take_turns("statuses")
    return await fetch(
        "select * from statuses where tenant_id = :tenant order by id for update", {"tenant": ctx.tenant_id}
    )


async def _check_default(ctx: Context, row: Row, rows: list[Row], values: dict[str, Any]) -> None:
    active = values.get("is_active", row["is_active"])
    if row["is_default"] and (values.get("is_default") is False or not active):
        path = "isDefault" if values.get("is_default") is False else "isActive"
        raise DefaultIsNeeded(path=(path,), label=called(row))
    if values.get("is_default") and not row["is_default"]:
        if row["category"] != StatusCategory.NEW or not active:
            raise DefaultMustBeNew(path=("isDefault",))
        await _unset_default(ctx, rows)


def _customer_label(value: str | None) -> str | None:
    return None if value is None else check_name(value, "customerLabel", limit=LONGEST_LABEL)


def _check_next(row: Row, rows: list[Row], values: Mapping[str, Any]) -> None:
    """What follows by itself comes after some hours, is another status and no new one. Raises NextAndHours and what is
    wrong with either."""
    next_id, hours = (values.get(name, row[name]) for name in ("next_id", "next_after_hours"))
    following = next((each for each in rows if each["id"] == next_id), None)
    if next_id is not None and following is None:
        raise NotFound(path=("nextId",))
    if (next_id is None) != (hours is None):
        raise NextAndHours(path=("nextId" if next_id is None else "nextAfterHours",))
    if following is None:
        return
    if not 1 <= hours <= MOST_HOURS:
        raise HoursOutOfRange(path=("nextAfterHours",), limit=MOST_HOURS)
    if next_id == row["id"]:
        raise LeadsToItself(path=("nextId",))
    fit = [each.value for each in StatusCategory if each is not StatusCategory.NEW]
    if not following["is_active"] or following["category"] not in fit:
        raise UnfitReaction(path=("nextId",), label=called(following), known=", ".join(fit))


async def _lead(ctx: Context, row: Row, rows: list[Row], leads_to: list[UUID] | None) -> dict[str, list[Any]]:
    """Write where people may take tickets of this status, and give the difference. Raises Errors naming what is not
    there."""
    if leads_to is None:
        return {}
    known = {each["id"] for each in rows}
    errors: list[DomainError] = [
        NotFound(path=("leadsToIds", str(place))) for place, key in enumerate(leads_to) if key not in known
    ]
    if errors:
        raise Errors(errors)
    before, after = await defined.leads_to(ctx, row["id"]), sorted(set(leads_to) - {row["id"]})
    if before == after:
        return {}
    values = {"tenant": ctx.tenant_id, "from": row["id"]}
    await execute("delete from status_transitions where tenant_id = :tenant and from_id = :from", values)
    for to in after:
        await StatusTransition.create(id=ctx.new_id(), created_at=ctx.now(), from_id=row["id"], to_id=to)
    return {"leads_to": [[str(each) for each in before], [str(each) for each in after]]}


async def _check_archiving(ctx: Context, row: Row, rows: list[Row]) -> None:
    if await defined.is_status_in_use(ctx, row["id"]):
        raise StatusInUse(path=("isActive",), label=called(row))
    if await defined.is_status_in_scheme(ctx, row["id"]):
        raise StatusInScheme(path=("isActive",), label=called(row))
    needed = next((categories for categories in NEEDED if row["category"] in categories), ())
    others = [
        each for each in rows if each["is_active"] and each["category"] in needed and each["id"] != row["id"]
    ]
    if needed and not others:
        raise LastOfCategory(path=("isActive",), label=called(row), category=row["category"])


async def _unset_default(ctx: Context, rows: list[Row]) -> None:
    for row in rows:
        if row["is_default"]:
            await revise(ctx, "statuses", row, {"is_default": False})
            await record(ctx, Happening("status.updated", "status", row["id"], {"is_default": [True, False]}))

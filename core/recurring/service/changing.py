"""Make, change and delete recurring tickets, each with its schedule."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.fields.service import CustomInput, accept_values
from core.forms.errors import FormArchived
from core.kit.context import Context
from core.kit.database import execute, fetch_value, take_turns
from core.kit.errors import DomainError, Errors, NotFound, Required, gathering
from core.kit.events import Happening, record
from core.kit.i18n import called
from core.kit.revising import differences, lock_row, revise
from core.kit.schedules import Cron, Plan, drop, put
from core.recurring import queries
from core.recurring.errors import TooManyRecurring
from core.recurring.models import RecurringTicket
from core.recurring.service.opening import KIND
from core.recurring.service.rhythms import check_rhythm
from core.tenants.service import check_name
from core.tickets.service.bodies import bodies
from core.tickets.service.open_ticket import check_may_open, clean_title
from core.tickets.service.references import NAMES, check

MOST = 200
_LONGEST_NAME = 80
_REFERRED = ("requester_id", "group_id", "assignee_id", "priority_id", "type_id")
_NEVER_EMPTY = {
    "name": "name", "cron": "cron", "time_zone": "timeZone", "requester_id": "requesterId", "is_active": "isActive",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecurringTicket:
    """A recurring ticket to be; its time zone is the helpdesk's unless told."""

    name: str
    cron: str
    requester_id: UUID
    time_zone: str | None = None
    is_active: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)
    custom: Sequence[CustomInput] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringTicketPatch:
    """What to change: what is absent stays. Custom values are replaced together."""

    values: Mapping[str, Any] = field(default_factory=dict)
    custom: Sequence[CustomInput] | None = None
    expected_version: int | None = None


async def create_recurring(ctx: Context, new: NewRecurringTicket) -> UUID:
    """Have tickets opened from now on, whose creator the viewer is. Needs `recurring_ticket.manage`, and what opening
    them by hand does: `ticket.create`, and `ticket.assign` where they are given to a group or an agent. Raises Errors
    with all that is wrong, AgentsOpenNone, TooManyRecurring."""
    ctx.require(queries.PERMISSION)
    zone = new.time_zone or await fetch_value(
        "select time_zone from tenants where id = :tenant", {"tenant": ctx.tenant_id}
    )
    whole = {
        **dict.fromkeys(("title", "body", "form_id", *_REFERRED)), **new.values, "name": new.name, "cron": new.cron,
        "time_zone": zone, "requester_id": new.requester_id, "is_active": new.is_active,
    }  # fmt: skip
    await _check_may_open(ctx, whole, new.values)
    whole = await _checked(ctx, whole, new.custom)
    await take_turns("recurring tickets")
    if await queries.count(ctx) >= MOST:
        raise TooManyRecurring(limit=MOST)
    made = await RecurringTicket.create(
        id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), creator_id=ctx.viewer.user_id,
        custom=_kept(new.custom), **whole,
    )  # fmt: skip
    await _plan(ctx, made.id, whole)
    await record(
        ctx,
        Happening("recurring_ticket.created", "recurring_ticket", made.id, {"name": [None, whole["name"]]}),
    )
    return made.id


async def update_recurring(ctx: Context, key: UUID, patch: RecurringTicketPatch) -> None:
    """Change a recurring ticket. With another rhythm, or active again, it waits for its next time. Needs what
    `create_recurring` does, for what it will open from now on. Raises as that does, NotFound and VersionConflict."""
    ctx.require(queries.PERMISSION)
    row = await lock_row(ctx, "recurring_tickets", key, prefix="rct", expected_version=patch.expected_version)
    there = {name: row[name] for name in ("title", "body", "form_id", *_REFERRED, *_NEVER_EMPTY)}
    await _check_may_open(ctx, {**there, **patch.values}, patch.values)
    kept = _inputs(row["custom"]) if patch.custom is None else patch.custom
    whole = await _checked(ctx, {**there, **patch.values}, kept, changed=patch.values.keys())
    if patch.custom is not None and _kept(patch.custom) != orjson.loads(row["custom"]):
        whole["custom"] = orjson.dumps(_kept(patch.custom)).decode()
    changes = differences(row, whole)
    if changes:
        await revise(ctx, "recurring_tickets", row, {**whole, "problem": None})
        await _plan(ctx, key, whole)
        told = {name: pair if name not in ("body", "custom") else [] for name, pair in changes.items()}
        await record(ctx, Happening("recurring_ticket.updated", "recurring_ticket", key, told))


async def delete_recurring(ctx: Context, key: UUID) -> None:
    """Open no more of them. What was opened stays. Needs `recurring_ticket.manage`. Raises NotFound."""
    ctx.require(queries.PERMISSION)
    row = await lock_row(ctx, "recurring_tickets", key, prefix="rct")
    await drop(queries.schedule_name(key), ctx.tenant_id)
    await execute(
        "delete from recurring_tickets where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": key},
    )
    await record(
        ctx, Happening("recurring_ticket.deleted", "recurring_ticket", key, {"name": [row["name"], None]})
    )


async def _check_may_open(ctx: Context, values: Mapping[str, Any], named: Collection[str]) -> None:
    """The product opens them with all rights, so those of who has them opened are asked here."""
    gives = [name for name in ("group_id", "assignee_id") if values[name]]
    path = [NAMES[name] for name in gives if name in named]
    await check_may_open(ctx, gives=bool(gives), path=path[:1])


async def _plan(ctx: Context, key: UUID, whole: Mapping[str, Any]) -> None:
    rhythm = Cron(whole["cron"], whole["time_zone"])
    name, told = queries.schedule_name(key), {"recurring_ticket_id": str(key)}
    await put(Plan(name, KIND, rhythm, told, is_active=whole["is_active"]), ctx.tenant_id)


async def _checked(
    ctx: Context,
    values: Mapping[str, Any],
    custom: Sequence[CustomInput],
    *,
    changed: Any = None,
) -> dict[str, Any]:
    """All values as they are kept. Raises Errors with each fault. What was there before is looked at again only with
    what has to fit it."""
    cleaned, errors = dict(values), list[DomainError]()
    for name, shown in _NEVER_EMPTY.items():
        if cleaned[name] is None:
            errors.append(Required(path=(shown,)))
    if errors:
        raise Errors(errors)
    for step in (_name, _title, _body, _rhythm, _referred, _form, _custom):
        with gathering(errors):
            await step(ctx, cleaned, custom, changed)
    if errors:
        raise Errors(errors)
    return cleaned


async def _name(_ctx: Context, values: dict[str, Any], _custom: Any, _changed: Any) -> None:
    values["name"] = check_name(values["name"], "name", limit=_LONGEST_NAME)


async def _title(_ctx: Context, values: dict[str, Any], _custom: Any, _changed: Any) -> None:
    """Needed where no form may give it."""
    if values["title"] is not None or values["form_id"] is None:
        values["title"] = clean_title(values["title"])


async def _body(_ctx: Context, values: dict[str, Any], _custom: Any, _changed: Any) -> None:
    """Needed where no form may give it."""
    if values["body"] is not None or values["form_id"] is None:
        values["body"] = bodies(values["body"], None, path="body", may_be_empty=False)[0]


async def _rhythm(ctx: Context, values: dict[str, Any], _custom: Any, changed: Any) -> None:
    if changed is None or {"cron", "time_zone"} & set(changed):
        values["cron"] = check_rhythm(ctx, values["cron"], values["time_zone"]).expression


async def _referred(ctx: Context, values: dict[str, Any], _custom: Any, changed: Any) -> None:
    if changed is None or set(_REFERRED) & set(changed):
        wanted = {name: values[name] for name in _REFERRED}
        await check(ctx, wanted, group_id=values["group_id"], tags=())


async def _form(ctx: Context, values: dict[str, Any], _custom: Any, changed: Any) -> None:
    if values["form_id"] is None or (changed is not None and "form_id" not in changed):
        return
    form = await queries.form_of(ctx, values["form_id"])
    if form is None:
        raise NotFound(path=("formId",))
    if not form["is_active"]:
        raise FormArchived(path=("formId",), label=called(form))


async def _custom(ctx: Context, _values: dict[str, Any], custom: Sequence[CustomInput], changed: Any) -> None:
    await accept_values(ctx, "TICKET", {}, custom, complete=False)


def _kept(custom: Sequence[CustomInput]) -> list[dict[str, Any]]:
    made = [{"key": each.key, "form": each.form, "value": each.value} for each in custom]
    plain: list[dict[str, Any]] = orjson.loads(orjson.dumps(made, default=str))
    return plain


def _inputs(kept: str) -> list[CustomInput]:
    return [CustomInput(**each) for each in orjson.loads(kept)]

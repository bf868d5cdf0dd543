"""Make, change, archive and delete forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.fields.lists import check_position, clean_label
from core.forms.errors import FormInUse, FormScheduled, TooManyForms
from core.forms.models import Form
from core.forms.queries import PERMISSION, count_forms, count_opened, schedule_with
from core.forms.service.asking import Asked, asked_from, kept_from
from core.forms.service.checking import check_fields, check_fillable, check_form
from core.forms.states import FormAudience
from core.kit.context import Context
from core.kit.database import execute, fetch_value, take_turns
from core.kit.errors import DomainError, Errors, Required, gathering
from core.kit.events import Happening, record
from core.kit.i18n import called
from core.kit.revising import lock_row, revise

MOST_FORMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewForm:
    """A form to be, the last unless told."""

    label: str
    audience: FormAudience
    fields: Sequence[Asked]
    labels: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPatch:
    """What to change: what is absent stays. Fields are replaced together."""

    values: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[Asked] | None = None
    expected_version: int | None = None


async def create_form(ctx: Context, new: NewForm) -> UUID:
    """Make a form. Needs `form.manage`. Raises TooManyForms, and Errors with all that is wrong with its label, position
    and fields: Required, TooLong, BadPosition, and what fields are refused for."""
    ctx.require(PERMISSION)
    label, position, asked, errors = "", new.position, list[Asked](), list[DomainError]()
    with gathering(errors):
        label = clean_label(new.label, "label")
    with gathering(errors):
        check_position(position, "position")
    with gathering(errors):
        asked = await check_form(ctx, new.audience, new.fields)
    if errors:
        raise Errors(errors)
    await take_turns("forms")
    if await count_forms(ctx) >= MOST_FORMS:
        raise TooManyForms(limit=MOST_FORMS)
    if position is None:
        position = await fetch_value(
            "select coalesce(max(position) + 1, 0) from forms where tenant_id = :tenant",
            {"tenant": ctx.tenant_id},
        )
    made = await Form.create(
        id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), label=label, labels=dict(new.labels),
        audience=new.audience.value, asked=[kept_from(each) for each in asked], position=position,
    )  # fmt: skip
    about = {"label": [None, label], "audience": [None, new.audience.value]}
    await record(ctx, Happening("form.created", "form", made.id, about))
    return made.id


async def update_form(ctx: Context, form_id: UUID, patch: FormPatch) -> None:
    """Change a form: tickets that were opened with it are held to it as it is now. Needs `form.manage`. Raises what
    `create_form` does, NotFound and VersionConflict."""
    ctx.require(PERMISSION)
    values = await _checked(ctx, patch)
    row = await lock_row(ctx, "forms", form_id, prefix="frm", expected_version=patch.expected_version)
    if "audience" in values or "asked" in values:
        kept = orjson.loads(values.get("asked", row["asked"]))
        check_fillable(
            FormAudience(values.get("audience", row["audience"])), [asked_from(each) for each in kept]
        )
    same = {
        name
        for name in {"labels", "asked"} & values.keys()
        if orjson.loads(row[name]) == orjson.loads(values[name])
    }
    changes = await revise(
        ctx, "forms", row, {name: value for name, value in values.items() if name not in same}
    )
    if changes:
        told = {name: pair if name not in ("labels", "asked") else [] for name, pair in changes.items()}
        await record(ctx, Happening("form.updated", "form", form_id, told))


async def _checked(ctx: Context, patch: FormPatch) -> dict[str, Any]:
    values = dict(patch.values)
    for name in ("label", "position", "audience"):
        if name in values and values[name] is None:
            raise Required(path=(name,))
    if "label" in values:
        values["label"] = clean_label(values["label"], "label")
    if "position" in values:
        check_position(values["position"], "position")
    if "labels" in values:
        values["labels"] = orjson.dumps(values["labels"]).decode()
    if patch.fields is not None:
        asked = await check_fields(ctx, patch.fields)
        values["asked"] = orjson.dumps([kept_from(each) for each in asked]).decode()
    return values


async def archive_form(ctx: Context, form_id: UUID, *, expected_version: int | None = None) -> None:
    """Take a form out of use. Tickets that were opened with it stay held to it. Needs `form.manage`. Raises NotFound,
    VersionConflict. Archiving twice is as good as once."""
    await _switch(ctx, form_id, expected_version, active=False)


async def restore_form(ctx: Context, form_id: UUID, *, expected_version: int | None = None) -> None:
    """Put a form back into use. Needs `form.manage`. Raises NotFound, VersionConflict."""
    await _switch(ctx, form_id, expected_version, active=True)


async def _switch(ctx: Context, form_id: UUID, expected_version: int | None, *, active: bool) -> None:
    ctx.require(PERMISSION)
    row = await lock_row(ctx, "forms", form_id, prefix="frm", expected_version=expected_version)
    if await revise(ctx, "forms", row, {"is_active": active}):
        await record(ctx, Happening("form.restored" if active else "form.archived", "form", form_id))


async def delete_form(ctx: Context, form_id: UUID) -> None:
    """Delete a form that no ticket was opened with, nor will be by a schedule. Needs `form.manage`. Raises NotFound,
    FormInUse, FormScheduled."""
    ctx.require(PERMISSION)
    row = await lock_row(ctx, "forms", form_id, prefix="frm")  # waits for whoever opens a ticket with it
    opened = await count_opened(ctx, form_id)
    if opened:
        raise FormInUse(path=("id",), label=called(row), count=opened)
    schedule = await schedule_with(ctx, form_id)
    if schedule is not None:
        raise FormScheduled(path=("id",), label=called(row), name=schedule)
    await execute(
        "delete from forms where tenant_id = :tenant and id = :id", {"tenant": ctx.tenant_id, "id": form_id}
    )
    await record(ctx, Happening("form.deleted", "form", form_id, {"label": [row["label"], None]}))

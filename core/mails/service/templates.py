"""Make, change and delete mail templates. What cannot be written with is refused at its line and place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch_value, take_turns
from core.kit.errors import DomainError, Errors, Required, TooLong, gathering
from core.kit.events import Happening, record
from core.kit.revising import lock_row, revise
from core.mails.errors import TemplateInUse, TooManyTemplates
from core.mails.language import read
from core.mails.models import MailTemplate
from core.mails.queries import PERMISSION, count_templates
from core.tenants.service import check_name

MOST_TEMPLATES = 200
LONGEST = {"subject": 300, "body": 20_000}
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMailTemplate:
    """A mail template to be."""

    name: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTemplatePatch:
    """What to change: a column that is absent stays."""

    values: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


async def create_template(ctx: Context, new: NewMailTemplate) -> UUID:
    """Make a mail template. Needs `mail.manage`. Raises Errors with all that is wrong, TooManyTemplates."""
    ctx.require(PERMISSION)
    values = _cleaned({"name": new.name, "subject": new.subject, "body": new.body})
    await take_turns("mail templates")
    if await count_templates(ctx) >= MOST_TEMPLATES:
        raise TooManyTemplates(limit=MOST_TEMPLATES)
    made = await MailTemplate.create(id=ctx.new_id(), created_at=ctx.now(), updated_at=ctx.now(), **values)
    await record(
        ctx, Happening("mail_template.created", "mail_template", made.id, {"name": [None, values["name"]]})
    )
    return made.id


async def update_template(ctx: Context, key: UUID, patch: MailTemplatePatch) -> None:
    """Change a mail template: mails that are sent from now on are written with it. Needs `mail.manage`. Raises as
    `create_template` does, NotFound and VersionConflict."""
    ctx.require(PERMISSION)
    values = _cleaned(patch.values)
    row = await lock_row(ctx, "mail_templates", key, prefix="mtp", expected_version=patch.expected_version)
    changes = await revise(ctx, "mail_templates", row, values)
    if changes:
        told = {name: pair if name != "body" else [] for name, pair in changes.items()}
        await record(ctx, Happening("mail_template.updated", "mail_template", key, told))


async def delete_template(ctx: Context, key: UUID) -> None:
    """Delete a mail template that no mail is written with. Needs `mail.manage`. Raises NotFound, TemplateInUse."""
    ctx.require(PERMISSION)
    row = await lock_row(ctx, "mail_templates", key, prefix="mtp")
    if await _is_used(ctx, key):
        raise TemplateInUse(path=("id",), name=row["name"])
    await execute(
        "delete from mail_templates where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": key},
    )
    await record(ctx, Happening("mail_template.deleted", "mail_template", key, {"name": [row["name"], None]}))


async def _is_used(ctx: Context, key: UUID) -> bool:
    return bool(
        await fetch_value(
            "select exists (select from mail_settings where tenant_id = :tenant and :id in (default_template_id,"
            " opened_template_id, status_template_id, creator_template_id))",
            {"tenant": ctx.tenant_id, "id": key},
        )
    )


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """As it is kept. Raises Errors."""
    cleaned, errors = dict(values), list[DomainError]()
    if "name" in values:
        with gathering(errors):
            if values["name"] is None:
                raise Required(path=("name",))
            cleaned["name"] = check_name(values["name"], "name", limit=LONGEST_NAME)
    with gathering(errors):
        cleaned |= checked_text(values)
    if errors:
        raise Errors(errors)
    return cleaned


def checked_text(values: Mapping[str, Any]) -> dict[str, str]:
    """Subject and body, of those that are given, as they are kept. Raises Errors with what is wrong with either."""
    cleaned, errors = dict[str, str](), list[DomainError]()
    for name, limit in LONGEST.items():
        if name not in values:
            continue
        text = (values[name] or "").replace("\x00", "").replace("\r\n", "\n").strip()
        try:
            if not text and name == "body":
                raise Required(path=(name,))
            if len(text) > limit:
                raise TooLong(path=(name,), limit=limit)
            read(text, escapes=name == "body")
        except DomainError as error:
            errors.append(error.at(name))
        cleaned[name] = text
    if errors:
        raise Errors(errors)
    return cleaned

"""The page of mail settings (Q3)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.kit.context import Context
from core.kit.database import fetch_one
from core.kit.errors import DomainError, Errors, NotFound, Required, VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.kit.revising import revise
from core.mails import queries
from core.mails.errors import BadTicketUrl, NoMedium

TEMPLATES = {
    "default_template_id": "defaultTemplateId", "opened_template_id": "openedTemplateId",
    "status_template_id": "statusTemplateId", "creator_template_id": "creatorTemplateId",
}  # fmt: skip
LINKS = {"agent_ticket_url": "agentTicketUrl", "portal_ticket_url": "portalTicketUrl"}
LONGEST_LINK = 400
_SWITCHES = {"tells_creator": "tellsCreator", "names_recipients": "namesRecipients"}


async def update_settings(
    ctx: Context, values: Mapping[str, Any], *, expected_version: int | None = None
) -> None:
    """Change what is given, the rest stays; None of a template or the medium is none. Needs `mail.manage`. Raises
    Errors with NotFound, NoMedium, BadTicketUrl and Required; VersionConflict."""
    ctx.require(queries.PERMISSION)
    row = await fetch_one(
        "select * from mail_settings where tenant_id = :tenant for update", {"tenant": ctx.tenant_id}
    )
    assert row is not None  # every helpdesk has its own
    if expected_version is not None and row["version"] != expected_version:
        raise VersionConflict(current=to_global("mse", row["id"]))
    await _check(ctx, values)
    changes = await revise(ctx, "mail_settings", row, values)
    if changes:
        await record(ctx, Happening("mail_settings.updated", "mail_settings", row["id"], changes))


async def _check(ctx: Context, values: Mapping[str, Any]) -> None:
    errors: list[DomainError] = []
    for name, value in values.items():
        if name in _SWITCHES and value is None:
            errors.append(Required(path=(_SWITCHES[name],)))
        if name in TEMPLATES and value is not None and not await _lock_template(ctx, value):
            errors.append(NotFound(path=(TEMPLATES[name],)))
        if name in LINKS and value is not None and not _fits(value):
            errors.append(BadTicketUrl(path=(LINKS[name],), value=value[:80], limit=LONGEST_LINK))
    medium = values.get("medium_id")
    if medium is not None:
        takes = await queries.takes_notifications(ctx, medium)
        if not takes:
            wrong = NotFound if takes is None else NoMedium
            errors.append(wrong(path=("mediumId",)))
    if errors:
        raise Errors(errors)


def _fits(pattern: str) -> bool:
    """Whether an address leads to a ticket, once its id or number is put in: in the path or behind it, so that no
    ticket decides which host that is."""
    filled = pattern.replace("{id}", "tkt_1").replace("{number}", "1")
    try:
        parts, bare = urlsplit(filled), urlsplit(pattern)
        is_host = bool((parts.hostname or "").strip(".")) and (parts.port or 443) > 0
        leads = parts.scheme == "https" and is_host and parts.netloc == bare.netloc
    except ValueError:
        return False
    is_plain = filled.isprintable() and not set(filled) & set(' {}<>"\\')
    return (
        leads and is_plain and filled != pattern and parts.username is None and len(pattern) <= LONGEST_LINK
    )


async def _lock_template(ctx: Context, key: Any) -> bool:
    """Whether there is such a template. It cannot be deleted before this transaction ends."""
    return bool(
        await fetch_one(
            "select 1 from mail_templates where tenant_id = :tenant and id = :id for key share",
            {"tenant": ctx.tenant_id, "id": key},
        )
    )

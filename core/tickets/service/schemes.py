"""What the tenant's statuses do when people act, and what they rule out (R1 to R6, F4, B16)."""

from collections.abc import Mapping
from typing import Any

from core.kit.context import Context
from core.kit.database import fetch_one
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, NotFound, Required, VersionConflict
from core.kit.events import Happening, record
from core.kit.i18n import called
from core.kit.ids import to_global
from core.kit.revising import revise
from core.tickets.errors import NewIsNeverAgain, UnfitReaction
from core.tickets.service.statuses import lock_statuses
from core.tickets.states import StatusCategory

_OPEN = (StatusCategory.OPEN, StatusCategory.PENDING)
REACTIONS = {
    "on_assign_id": (StatusCategory.NEW, *_OPEN),
    "on_agent_update_id": _OPEN,
    "on_agent_reply_id": (*_OPEN, StatusCategory.SOLVED),
    "on_customer_reply_id": (StatusCategory.OPEN,),
    "on_reopen_id": (StatusCategory.OPEN,),
}
"""What each may lead to. Nothing leads to closed while somebody acts, and a customer who comes back is to be heard."""
_SHOWN = {
    "on_assign_id": "onAssignId", "on_agent_update_id": "onAgentUpdateId", "on_agent_reply_id": "onAgentReplyId",
    "on_customer_reply_id": "onCustomerReplyId", "on_reopen_id": "onReopenId", "closed_is_final": "closedIsFinal",
    "never_back_to_new": "neverBackToNew", "solved_is_read_only": "solvedIsReadOnly",
    "strict_group_lock": "strictGroupLock",
}  # fmt: skip


async def update_scheme(
    ctx: Context, values: Mapping[str, Any], *, expected_version: int | None = None
) -> None:
    """Change what is given, the rest stays; None of a reaction lets nothing happen. Needs `status.manage`. Raises
    Errors with UnfitReaction, NewIsNeverAgain, NotFound and Required; VersionConflict."""
    ctx.require("status.manage")
    statuses = {row["id"]: row for row in await lock_statuses(ctx)}
    row = await fetch_one(
        "select * from status_schemes where tenant_id = :tenant for update", {"tenant": ctx.tenant_id}
    )
    assert row is not None  # every helpdesk has its own
    if expected_version is not None and row["version"] != expected_version:
        raise VersionConflict(current=to_global("ssc", row["id"]))
    errors = [error for name, value in values.items() for error in _problems(statuses, name, value)]
    errors += _returns({**row, **values}, statuses)
    if errors:
        raise Errors(errors)
    changes = await revise(ctx, "status_schemes", row, values)
    if changes:
        await record(ctx, Happening("status_scheme.updated", "status_scheme", row["id"], changes))


def _problems(statuses: Mapping[Any, Row], name: str, value: Any) -> list[DomainError]:
    if name not in REACTIONS:
        return [Required(path=(_SHOWN[name],))] if value is None else []
    if value is None:
        return []
    status = statuses.get(value)
    if status is None:
        return [NotFound(path=(_SHOWN[name],))]
    if status["is_active"] and status["category"] in REACTIONS[name]:
        return []
    known = ", ".join(REACTIONS[name])
    return [UnfitReaction(path=(_SHOWN[name],), label=called(status), known=known)]


def _returns(scheme: Mapping[str, Any], statuses: Mapping[Any, Row]) -> list[DomainError]:
    """Being given to another agent makes a ticket new to them only where tickets may become new again (R2)."""
    status = statuses.get(scheme["on_assign_id"])
    if status is None or status["category"] != StatusCategory.NEW or not scheme["never_back_to_new"]:
        return []
    return [NewIsNeverAgain(path=("onAssignId",), label=called(status))]

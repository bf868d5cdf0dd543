"""What may be done with many tickets at once besides changing attributes: each by its use case."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.tickets.errors import NobodyNamed
from core.tickets.service.delete_ticket import delete_ticket, restore_ticket
from core.tickets.service.draft import Draft
from core.tickets.service.moving import assign_ticket, claim_ticket, release_ticket, transfer_ticket
from core.tickets.service.references import check
from core.tickets.service.releasing import invalidate_ticket
from core.tickets.service.suspending import admit_ticket, suspend_ticket
from core.tickets.states import SuspendReason

Act = Callable[..., Awaitable[Draft]]
_ACTS: Mapping[str, tuple[Act, tuple[str, ...]]] = {
    "assign": (assign_ticket, ("ticket.assign",)),
    "claim": (claim_ticket, ("ticket.claim",)),
    "transfer": (transfer_ticket, ("ticket.claim", "ticket.assign")),
    "release": (release_ticket, ("ticket.claim", "ticket.assign")),
    "invalidate": (invalidate_ticket, ("ticket.update",)),
    "suspend": (suspend_ticket, ("ticket.update",)),
    "admit": (admit_ticket, ("ticket.update",)),
    "delete": (delete_ticket, ("ticket.delete",)),
    "restore": (restore_ticket, ("ticket.delete",)),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A use case by its name, and what it is given."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def require(self, ctx: Context) -> None:
        """Raises Forbidden for who lacks every right that it could be done with; more is asked of each ticket."""
        permissions = _ACTS[self.name][1]
        if not any(map(ctx.viewer.may, permissions)):
            ctx.require(permissions[0])

    async def check(self, ctx: Context) -> None:
        """What is not there is said once and at once, not of each ticket. Raises Errors, NobodyNamed."""
        named = {name: self.arguments.get(name) for name in ("group_id", "assignee_id")}
        if self.name in ("assign", "transfer") and not any(named.values()):
            raise NobodyNamed(path=("groupId",))
        await check(ctx, named, group_id=named["group_id"], tags=())

    async def on(self, ctx: Context, ticket_id: UUID) -> Draft:
        """Do it with one ticket."""
        return await _ACTS[self.name][0](ctx, ticket_id, **self.arguments)


def revived(name: str, arguments: Mapping[str, Any]) -> Operation:
    """The operation that was kept as JSON."""
    given = dict(arguments)
    for each in given.keys() & {"group_id", "assignee_id"}:
        given[each] = UUID(given[each]) if given[each] else None
    if name == "suspend":
        given["reason"] = SuspendReason(given["reason"])
    return Operation(name, given)

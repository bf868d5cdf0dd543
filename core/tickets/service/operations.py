"""What may be done with many tickets at once besides changing attributes: each by its use case."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.kit.context import Context
from core.kit.errors import Forbidden
from core.tickets.errors import NobodyNamed
from core.tickets.service.delete_ticket import delete_ticket, restore_ticket
from core.tickets.service.linking import check_link, link_tickets
from core.tickets.service.merging import check_target, merge_ticket
from core.tickets.service.moving import assign_ticket, claim_ticket, release_ticket, transfer_ticket
from core.tickets.service.references import check
from core.tickets.service.releasing import invalidate_ticket
from core.tickets.service.reply import NewMessage, check_message, reply
from core.tickets.service.suspending import admit_ticket, suspend_ticket
from core.tickets.service.watching import check_unwatch, check_watch, unwatch, watch
from core.tickets.states import LinkKind, SuspendReason, Visibility, WatchKind


async def _check_move(ctx: Context, given: Mapping[str, Any]) -> None:
    named = {name: given.get(name) for name in ("group_id", "assignee_id")}
    if not any(named.values()):
        raise NobodyNamed(path=("groupId",))
    await check(ctx, named, group_id=named["group_id"], tags=())


async def _check_reply(ctx: Context, given: Mapping[str, Any]) -> None:
    check_message(ctx, NewMessage(**given))
    await check(ctx, {"status_id": given.get("status_id")}, group_id=None, tags=())


async def _check_merge(ctx: Context, given: Mapping[str, Any]) -> None:
    await check_target(ctx, given["into"])


async def _check_link(ctx: Context, given: Mapping[str, Any]) -> None:
    await check_link(ctx, given["to_id"], given["kind"])


async def _check_watch(ctx: Context, given: Mapping[str, Any]) -> None:
    await check_watch(ctx, given["kind"], given.get("user_id"))


async def _check_unwatch(ctx: Context, given: Mapping[str, Any]) -> None:
    check_unwatch(ctx, given["kind"], given.get("user_id"))


async def _reply(ctx: Context, ticket_id: UUID, **given: Any) -> object:
    return await reply(ctx, ticket_id, NewMessage(**given))


async def _link(ctx: Context, ticket_id: UUID, *, to_id: UUID, kind: LinkKind) -> object:
    return await link_tickets(ctx, ticket_id, to_id, kind)


@dataclass(frozen=True, slots=True)
class _Act:
    """A use case of one ticket, the rights of which one is needed at least, and what can be found out beforehand."""

    do: Callable[..., Awaitable[object]]
    permissions: tuple[str, ...] = ()
    check: Callable[[Context, Mapping[str, Any]], Awaitable[None]] | None = None
    beside: str | None = None
    """The argument that names a ticket which is changed along with each."""
    changes_tickets: bool = True
    """Whether tickets themselves are changed, and not only what is beside them."""


_MOVES = ("ticket.claim", "ticket.assign")
_ACTS: Mapping[str, _Act] = {
    "assign": _Act(assign_ticket, ("ticket.assign",), _check_move),
    "claim": _Act(claim_ticket, ("ticket.claim",)),
    "transfer": _Act(transfer_ticket, _MOVES, _check_move),
    "release": _Act(release_ticket, _MOVES),
    "invalidate": _Act(invalidate_ticket, ("ticket.update",)),
    "suspend": _Act(suspend_ticket, ("ticket.update",)),
    "admit": _Act(admit_ticket, ("ticket.update",)),
    "delete": _Act(delete_ticket, ("ticket.delete",)),
    "restore": _Act(restore_ticket, ("ticket.delete",)),
    "reply": _Act(_reply, ("ticket.reply", "ticket.note"), _check_reply),
    "merge": _Act(merge_ticket, ("ticket.merge",), _check_merge, beside="into"),
    "link": _Act(_link, ("ticket.merge",), _check_link, beside="to_id"),
    "watch": _Act(watch, (), _check_watch, changes_tickets=False),
    "unwatch": _Act(unwatch, (), _check_unwatch, changes_tickets=False),
}
_KEYS = ("group_id", "assignee_id", "status_id", "user_id", "into", "to_id")
_WORDS: Mapping[str, Mapping[str, Callable[[str], object]]] = {
    "suspend": {"reason": SuspendReason},
    "reply": {"visibility": Visibility},
    "link": {"kind": LinkKind},
    "watch": {"kind": WatchKind},
    "unwatch": {"kind": WatchKind},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A use case by its name, and what it is given."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def beside(self) -> tuple[UUID, ...]:
        """What is changed along with each ticket, and so is waited for with them, in one order."""
        name = _ACTS[self.name].beside
        return () if name is None else (self.arguments[name],)

    @property
    def changes_tickets(self) -> bool:
        return _ACTS[self.name].changes_tickets

    def require(self, ctx: Context) -> None:
        """Raises Forbidden for who lacks every right that it could be done with, and for who is not staff: they see no
        jobs, and so would not learn what became of it. More is asked of each ticket."""
        permissions = _ACTS[self.name].permissions
        if not ctx.viewer.is_staff:
            raise Forbidden(permission="ticket.update")
        if permissions and not any(map(ctx.viewer.may, permissions)):
            ctx.require(permissions[0])

    async def check(self, ctx: Context) -> None:
        """What is wrong with whatever ticket is said once and at once, not of each. Raises what the use case does."""
        found = _ACTS[self.name].check
        if found is not None:
            await found(ctx, self.arguments)

    async def on(self, ctx: Context, ticket_id: UUID) -> None:
        """Do it with one ticket."""
        await _ACTS[self.name].do(ctx, ticket_id, **self.arguments)


def revived(name: str, arguments: Mapping[str, Any]) -> Operation:
    """The operation that was kept as JSON."""
    given = dict(arguments)
    for each in given.keys() & _KEYS:
        given[each] = UUID(given[each]) if given[each] else None
    for each, word in _WORDS.get(name, {}).items():
        given[each] = word(given[each])
    return Operation(name, given)

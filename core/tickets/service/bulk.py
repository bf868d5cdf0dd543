"""Change many tickets as a job, each through the one write path of tickets.

How far the job is stands in its row and is written in the transaction of the changes. So whatever happens to a worker,
each ticket is changed once: what was committed is not done again, and what was not is not counted.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any
from uuid import UUID

from core.fields.service import CustomInput
from core.jobs.service import Failure, note_failures
from core.kit.context import Context, Viewer
from core.kit.database import execute, fetch, fetch_one, transaction
from core.kit.errors import DomainError, Errors, LimitExceeded
from core.kit.jobs import Cancelled, Claimed, GiveUp, GoOnLater, Handler, LeaseLost, enqueue
from core.kit.jobs.progress import Progress, is_cancel_asked, reach
from core.kit.jobs.table import MINE
from core.tickets import queries
from core.tickets.errors import NothingToChange, TicketNotFound
from core.tickets.service.operations import Operation, revived
from core.tickets.service.references import check
from core.tickets.service.update_ticket import TicketPatch, require_assign, update_ticket

KIND = "ticket.bulk_update"
MOST = 10_000
MOST_TOGETHER = 1000
CHUNK = 20
LONGEST_TURN = 60.0
"""Seconds, after which the job lets others go first."""

Again = Callable[[UUID, UUID | None], Awaitable[Viewer | None]]
"""Whoever asked, with the rights they have now; None when they may not act any more."""


class OnError(StrEnum):
    """What becomes of the others when one ticket cannot be changed."""

    SKIP_FAILED = "SKIP_FAILED"
    ROLL_BACK_ALL = "ROLL_BACK_ALL"


async def seen_among(ctx: Context, ticket_ids: Sequence[UUID]) -> bool:
    """Whether the viewer sees at least one of these tickets."""
    rows = await fetch(
        "select 1 from tickets t where t.tenant_id = :tenant and t.id = any(:ids)"
        f" and ({queries.ticket_sight(ctx.viewer, 't')}) limit 1",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "ids": list(ticket_ids)},
    )
    return bool(rows)


async def update_tickets(
    ctx: Context, ticket_ids: Sequence[UUID], what: TicketPatch | Operation, on_error: OnError, *path: str
) -> UUID:
    """Ask for a change of many tickets, or for an operation with each, and give the job's key. A patch needs
    `ticket.update`, and `ticket.assign` to move them; an operation what it needs for one. Raises LimitExceeded,
    NothingToChange; TicketNotFound when the viewer sees none of those named; Errors for what is named and is not
    there."""
    if isinstance(what, TicketPatch):
        _require_for(ctx, what)
    else:
        what.require(ctx)
    limit = MOST if on_error is OnError.SKIP_FAILED else MOST_TOGETHER
    if len(ticket_ids) > limit:
        raise LimitExceeded(path=path, limit=limit)
    if ticket_ids and not await seen_among(ctx, ticket_ids):
        raise TicketNotFound(path=path)
    await _check_named(ctx, what)
    # In one order, so that two such jobs wait for each other and never for ever.
    ids = [key.hex for key in sorted(set(ticket_ids))]
    payload = {
        "ids": ids, **_packed(what), "on_error": on_error.value,
        "user": ctx.viewer.user_id, "token": ctx.viewer.token_id,
    }  # fmt: skip
    return await enqueue(ctx, KIND, payload, is_requested=True, total=len(ids))


def _require_for(ctx: Context, patch: TicketPatch) -> None:
    ctx.require("ticket.update")
    require_assign(ctx, patch.values, "patch")
    if not (patch.values or patch.add_tag_ids or patch.remove_tag_ids or patch.custom):
        raise NothingToChange(path=("patch",))


async def _check_named(ctx: Context, what: TicketPatch | Operation) -> None:
    """What is not there now is said once and at once, not of each ticket. Raises Errors located within `patch` or
    `operation`."""
    place = ("patch",) if isinstance(what, TicketPatch) else ("operation", what.name)
    try:
        if isinstance(what, Operation):
            await what.check(ctx)
        else:
            group_id = what.values.get("group_id")
            await check(ctx, what.values, group_id=group_id, tags=what.add_tag_ids, tags_path="addTagIds")
    except DomainError as error:
        raise error.at(*place, *error.path) from None
    except Errors as found:
        raise Errors([each.at(*place, *each.path) for each in found.errors]) from None


def _packed(what: TicketPatch | Operation) -> dict[str, Any]:
    if isinstance(what, Operation):
        return {"operation": what.name, "arguments": what.arguments}
    return {"patch": _packed_patch(what)}


def _packed_patch(patch: TicketPatch) -> dict[str, Any]:
    return {
        "values": patch.values, "add": list(patch.add_tag_ids), "remove": list(patch.remove_tag_ids),
        "custom": [[each.key, each.form, each.value] for each in patch.custom],
    }  # fmt: skip


def _unpacked(asked: Mapping[str, Any]) -> TicketPatch | Operation:
    if "operation" in asked:
        return revived(asked["operation"], asked["arguments"])
    given = asked["patch"]
    return TicketPatch(
        values={name: _value(name, value) for name, value in given["values"].items()},
        add_tag_ids=tuple(map(UUID, given["add"])),
        remove_tag_ids=tuple(map(UUID, given["remove"])),
        custom=tuple(
            CustomInput(key, form, datetime.fromisoformat(value) if form == "date_time" else value)
            for key, form, value in given["custom"]
        ),
    )


def _value(name: str, value: str | None) -> object:
    if value is None:
        return None
    if name.endswith("_id"):
        return UUID(value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value


@dataclass(slots=True)
class _Work:
    """What one attempt has before it, and with whose rights."""

    job: Claimed
    again: Again
    viewer: Viewer
    ids: Sequence[UUID]
    what: TicketPatch | Operation

    async def hold(self, ids: Sequence[UUID]) -> None:
        """Hold these tickets as the work needs it, with what is changed along with each, before anything else."""
        if not isinstance(self.what, Operation):
            await queries.lock_tickets(self.context(), ids)
        elif self.what.changes_tickets:
            await queries.lock_tickets(self.context(), [*ids, *self.what.beside])
        else:
            await queries.hold_tickets(self.context(), ids)

    async def renew(self) -> bool:
        """Take the rights of this moment, and say whether they are others than before. Raises GiveUp."""
        before, self.viewer = self.viewer, await _asker(self.job, self.again)
        return _rights(self.viewer) != _rights(before)

    def context(self) -> Context:
        """A fresh one for each ticket: each change is an act of its own."""
        return Context(self.viewer, via="job")


def _rights(viewer: Viewer) -> tuple[object, ...]:
    return viewer.kind, viewer.scope, viewer.permissions, frozenset(viewer.group_ids), viewer.organization_id


async def _asker(job: Claimed, again: Again) -> Viewer:
    asked = job.payload
    viewer = await again(UUID(asked["user"]), UUID(asked["token"]) if asked["token"] else None)
    if viewer is None:
        raise GiveUp("Whoever asked for it may not act any more.")
    return viewer


def bulk_handler(again: Again) -> Handler:
    """The handler of such jobs."""

    async def run(job: Claimed) -> None:
        asked, viewer = job.payload, await _asker(job, again)
        ids = [UUID(each) for each in asked["ids"]]
        work = _Work(job, again, viewer, ids, _unpacked(asked))
        row = await fetch_one(f"select done, failed from jobs where {MINE}", job.mine)
        if row is None:
            raise LeaseLost
        if OnError(asked["on_error"]) is OnError.SKIP_FAILED:
            await _one_by_one(work, row["done"], row["failed"])
        elif row["done"] < len(work.ids):  # else it was committed, and only its end was not written down
            await _together(work)

    return run


async def _one_by_one(work: _Work, done: int, failed: int) -> None:
    until = monotonic() + LONGEST_TURN
    while done < len(work.ids):
        if await is_cancel_asked(work.job):
            raise Cancelled
        if is_over(until):
            raise GoOnLater
        chunk = work.ids[done : done + CHUNK]
        await work.renew()
        async with transaction():
            await work.hold(chunk)
            failures = [each for key in chunk if (each := await _change(work, key))]
            await note_failures(work.context(), work.job.id, "ticket", failures)
            done, failed = done + len(chunk), failed + len(failures)
            await reach(work.job, done=done, failed=failed)


def is_over(until: float) -> bool:
    """Whether this turn has been long enough."""
    return monotonic() > until


class _Undo(Exception):
    """Some failed, so none is changed."""


async def _together(work: _Work) -> None:
    failures: list[Failure] = []
    progress = Progress(work.job)
    try:
        async with transaction():
            await work.hold(work.ids)
            for place, key in enumerate(work.ids):
                await progress.report(place)
                failures += [each for each in [await _change(work, key)] if each]
            if failures:
                raise _Undo
            if await work.renew():
                raise GoOnLater  # from the beginning, with the rights of now
            await reach(work.job, done=len(work.ids), failed=0)
    except _Undo:
        await _tell_undone(work, failures)


async def _tell_undone(work: _Work, failures: Sequence[Failure]) -> None:
    async with transaction():
        await note_failures(work.context(), work.job.id, "ticket", failures)
        await reach(work.job, done=len(work.ids), failed=len(failures))
        await execute(f"update jobs set is_rolled_back = true where {MINE}", work.job.mine)


async def _change(work: _Work, ticket_id: UUID) -> Failure | None:
    """Change one ticket, or say why it cannot be changed; then nothing of it is."""
    try:
        async with transaction():
            if isinstance(work.what, Operation):
                await work.what.on(work.context(), ticket_id)
            else:
                await update_ticket(work.context(), ticket_id, work.what)
    except DomainError as error:
        return Failure(ticket_id, error)
    except Errors as found:
        return Failure(ticket_id, found.errors[0])
    return None

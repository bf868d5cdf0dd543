"""Jobs about people: a customer is anonymised, or erased with their tickets. What is done is done, wherever it is cut
off, and doing it again does no harm."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from core.files.service import discard_uploads_of
from core.identity.service.forgetting import (
    ANONYMIZE,
    ERASE,
    anonymize,
    leave_to_requesters,
    lock_people,
    silence_events,
)
from core.jobs.asking import Again, context_of
from core.kit.context import Context
from core.kit.database import erase, fetch_one, fetch_value, transaction
from core.kit.events import Happening, record
from core.kit.jobs import Cancelled, Claimed, GoOnLater, Handler, LeaseLost
from core.kit.jobs.progress import count_on, is_cancel_asked, reach
from core.kit.jobs.table import MINE
from core.tickets.service import purge_tickets_of
from core.webhooks.service.forgetting import forget_people, forget_tickets

LONGEST_TURN = 60.0
"""Seconds, after which the job lets others go first."""


def privacy_handlers(again: Again) -> dict[str, Handler]:
    """Who does the jobs of this domain."""

    async def anonymize_customer(job: Claimed) -> None:
        ctx = await context_of(job, again, "customer.erase")
        await _forget(ctx, UUID(job.payload["id"]))
        async with transaction():
            await count_on(job, 1)
            await reach(job, done=1, failed=0)

    async def erase_customer(job: Claimed) -> None:
        ctx, user_id = await context_of(job, again, "customer.erase"), UUID(job.payload["id"])
        people = await _forget(ctx, user_id)
        while people and not await _is_erased(ctx, user_id, people):
            await _purge_tickets(ctx, job, people)

    return {ANONYMIZE: anonymize_customer, ERASE: erase_customer}


async def _forget(ctx: Context, user_id: UUID) -> Sequence[UUID]:
    """The person is nobody any more, and nobody they were merged with is. Says whom that concerned."""
    async with transaction():
        people = await lock_people(ctx, user_id)
        await anonymize(ctx, people)
        await forget_people(ctx, people)
    await silence_events(ctx, people)
    return people


async def _purge_tickets(ctx: Context, job: Claimed, people: Sequence[UUID]) -> None:
    until, done = monotonic() + LONGEST_TURN, await _count(job, people)
    while True:
        if await is_cancel_asked(job):
            raise Cancelled
        if monotonic() > until:
            raise GoOnLater
        async with transaction():
            purged = await purge_tickets_of(ctx, people, forget=forget_tickets)
            done += purged
            await reach(job, done=done, failed=0)
        if not purged:
            return


async def _count(job: Claimed, people: Sequence[UUID]) -> int:
    """How many tickets are gone already; with what is left, that makes the total."""
    row = await fetch_one(f"select done from jobs where {MINE}", job.mine)
    if row is None:
        raise LeaseLost
    left = await fetch_value(_LEFT, {"tenant": job.tenant_id, "people": list(people)})
    await count_on(job, row["done"] + left)
    return int(row["done"])


_LEFT = "select count(*) from tickets where tenant_id = :tenant and requester_id = any(:people)"


async def _is_erased(ctx: Context, user_id: UUID, people: Sequence[UUID]) -> bool:
    """Erase the people themselves, unless they have tickets: while they are locked, nobody opens one for them."""
    async with transaction():
        if not await lock_people(ctx, user_id):
            return True  # another job was faster
        if await fetch_value(_LEFT, {"tenant": ctx.tenant_id, "people": list(people)}):
            return False
        await silence_events(ctx, people)
        await leave_to_requesters(ctx, people)
        await discard_uploads_of(ctx, people)
        await erase("users", people)
        await record(ctx, Happening("user.erased", "user", user_id))
        return True

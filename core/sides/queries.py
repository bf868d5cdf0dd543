"""Sight of side threads: who is in one reads it, and nobody else, whatever rights they hold."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context, UserKind, Viewer, current_tenant
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row

PERMISSION = "ticket.note"


def thread_sight(viewer: Viewer, t: str) -> str:
    """Side threads that one is in, of tickets that are there and that one has not asked oneself (G1). Who acts as
    somebody else is not in theirs (B19)."""
    if viewer.kind is UserKind.CUSTOMER or viewer.impersonator_id is not None:
        return "false"
    alive = "true" if viewer.may("ticket.delete") else "sk.state <> 'DELETED'"
    return (
        f"exists (select 1 from side_thread_members sx where sx.tenant_id = {t}.tenant_id and sx.thread_id = {t}.id"
        f" and sx.user_id = :me) and exists (select 1 from tickets sk where sk.tenant_id = {t}.tenant_id"
        f" and sk.id = {t}.ticket_id and sk.requester_id <> :me and {alive})"
    )


def message_sight(viewer: Viewer, t: str) -> str:
    """What is said in the side threads that one sees."""
    if viewer.kind is UserKind.CUSTOMER or viewer.impersonator_id is not None:
        return "false"
    return (
        f"exists (select 1 from side_threads sh where sh.tenant_id = {t}.tenant_id and sh.id = {t}.thread_id"
        f" and ({thread_sight(viewer, 'sh')}))"
    )


async def who_reads(pairs: Sequence[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Of pairs of a side thread and a user, those where the user reads it now."""
    if not pairs:
        return set()
    rows = await fetch(
        "select x.thread_id, x.user_id from unnest(:threads::uuid[], :people::uuid[]) p(thread_id, user_id)"
        " join side_thread_members x on x.tenant_id = :tenant and x.thread_id = p.thread_id and x.user_id = p.user_id"
        " join side_threads t on t.tenant_id = :tenant and t.id = x.thread_id"
        " join tickets k on k.tenant_id = :tenant and k.id = t.ticket_id"
        " where k.requester_id <> x.user_id and k.state <> 'DELETED'",
        {
            "tenant": current_tenant(),
            "threads": [thread_id for thread_id, _ in pairs],
            "people": [user_id for _, user_id in pairs],
        },
    )
    return {(row["thread_id"], row["user_id"]) for row in rows}


async def lock_thread(ctx: Context, key: UUID) -> Row | None:
    """A side thread that the viewer sees, with its ticket's number and requester, locked until the transaction ends."""
    seen = f"t.tenant_id = :tenant and t.id = :id and ({thread_sight(ctx.viewer, 't')})"
    values = {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": key}
    if await fetch_one(f"select t.id from side_threads t where {seen} for update of t", values) is None:
        return None
    # Asked again: who waited for the lock may have been taken out by whoever had it.
    return await fetch_one(
        "select t.id, t.ticket_id, k.number, k.requester_id from side_threads t"
        f" join tickets k on k.tenant_id = t.tenant_id and k.id = t.ticket_id where {seen}",
        values,
    )


async def any_thread(ctx: Context, key: UUID) -> Row | None:
    """A side thread's ticket, who asked that and who began it, whether the viewer sees it or not; locked until the
    transaction ends."""
    return await fetch_one(
        "select t.ticket_id, t.creator_id, k.requester_id from side_threads t"
        " join tickets k on k.tenant_id = t.tenant_id and k.id = t.ticket_id"
        " where t.tenant_id = :tenant and t.id = :id for update of t",
        {"tenant": ctx.tenant_id, "id": key},
    )


async def count_threads(ctx: Context, ticket_id: UUID) -> int:
    found: int = await fetch_value(
        "select count(*) from side_threads where tenant_id = :tenant and ticket_id = :ticket",
        {"tenant": ctx.tenant_id, "ticket": ticket_id},
    )
    return found


async def members_of(ctx: Context, key: UUID) -> set[UUID]:
    rows = await fetch(
        "select user_id from side_thread_members where tenant_id = :tenant and thread_id = :thread",
        {"tenant": ctx.tenant_id, "thread": key},
    )
    return {row["user_id"] for row in rows}


async def people(ctx: Context, keys: Sequence[UUID]) -> dict[UUID, Row]:
    """These users, by their keys; they stay until the transaction ends."""
    rows = await fetch(
        "select id, name, kind, status from users where tenant_id = :tenant and id = any(:ids) order by id"
        " for key share",
        {"tenant": ctx.tenant_id, "ids": list(keys)},
    )
    return {row["id"]: row for row in rows}

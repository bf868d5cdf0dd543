"""Marking one's notifications as read."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch
from core.kit.errors import DomainError, Errors
from core.notifications.errors import NotificationNotFound
from core.notifications.queries import notification_sight
from core.tickets.errors import TicketNotFound
from core.tickets.queries import sees_ticket


async def mark_read(ctx: Context, notification_ids: Sequence[UUID]) -> None:
    """Note that these were read; when, if they were before. Raises Errors naming each that is not one's own, and then
    none is marked."""
    sight = notification_sight(ctx.viewer, "t")
    values = {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "ids": list(notification_ids)}
    rows = await fetch(
        f"select t.id from notifications t where t.tenant_id = :tenant and t.id = any(:ids) and ({sight})"
        " order by t.id for update",
        values,
    )
    found = {row["id"] for row in rows}
    unknown: list[DomainError] = [
        NotificationNotFound(path=("ids", str(place)))
        for place, key in enumerate(notification_ids)
        if key not in found
    ]
    if unknown:
        raise Errors(unknown)
    await execute(
        "update notifications set read_at = now() where tenant_id = :tenant and id = any(:ids) and read_at is null",
        {"tenant": ctx.tenant_id, "ids": list(notification_ids)},
    )


async def mark_all_read(ctx: Context, *, through: UUID | None = None, ticket_id: UUID | None = None) -> int:
    """Note that all of one's notifications were read and say how many that were unread: those up to `through` in the
    order of the list, or those of one ticket, where told. Raises NotificationNotFound, TicketNotFound."""
    values = {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "through": through, "ticket": ticket_id}
    sight = notification_sight(ctx.viewer, "t")
    if through is not None and not await _is_own(values, sight):
        raise NotificationNotFound(path=("through",))
    if ticket_id is not None and not await sees_ticket(ctx, ticket_id):
        raise TicketNotFound(path=("ticketId",))
    return await execute(
        "update notifications set read_at = now() where tenant_id = :tenant and id = any(array("
        "select t.id from notifications t where t.tenant_id = :tenant and t.read_at is null"
        f" and ({sight}) and (:ticket::uuid is null or t.ticket_id = :ticket)"
        " and (:through::uuid is null or (t.created_at, t.id) <= (select l.created_at, l.id from notifications l"
        " where l.tenant_id = :tenant and l.id = :through)) order by t.id for update))",
        values,
    )


async def _is_own(values: dict[str, object], sight: str) -> bool:
    return bool(
        await fetch(
            f"select 1 from notifications t where t.tenant_id = :tenant and t.id = :through and ({sight})",
            values,
        )
    )

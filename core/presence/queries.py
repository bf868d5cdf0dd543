"""Who is looking at tickets now."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import fetch
from core.kit.database.sql import Row

MOST_PRESENT = 50


class Doing(StrEnum):
    """What somebody does on a ticket."""

    VIEWING = "VIEWING"
    REPLYING = "REPLYING"


async def present_on(viewer: Viewer, ticket_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """Who is on each of these tickets, which the viewer sees, the first to come first; at most 50. Staff only."""
    found: dict[UUID, list[Row]] = {each: [] for each in ticket_ids}
    if not viewer.is_staff:
        return found
    rows = await fetch(
        "select x.* from unnest(:tickets::uuid[]) p(id) cross join lateral (select r.ticket_id, r.user_id, r.doing,"
        " r.created_at from presences r join users u on u.tenant_id = r.tenant_id and u.id = r.user_id"
        " where r.tenant_id = :tenant and r.ticket_id = p.id and r.expires_at > now() and u.status = 'ACTIVE'"
        f" order by r.created_at, r.user_id limit {MOST_PRESENT}) x",
        {"tenant": viewer.tenant_id, "tickets": list(ticket_ids)},
    )
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found

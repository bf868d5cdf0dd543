"""How often tags are used, counted for all tags of an answer at once."""

from collections.abc import Sequence
from typing import Any

from core.kit.database import fetch
from core.kit.graph import Request
from core.tickets import queries


async def tickets_with(request: Request, parents: Sequence[Any]) -> Sequence[int]:
    """On how many tickets, of those that the viewer sees, each of the tags is."""
    sight = queries.ticket_sight(request.viewer, "t")
    return await _counted(
        request,
        parents,
        "ticket_tags x join tickets t on t.tenant_id = x.tenant_id and t.id = x.ticket_id"
        f" and t.state = 'ACTIVE' and ({sight})",
    )


async def customers_with(request: Request, parents: Sequence[Any]) -> Sequence[int]:
    """On how many customers each of the tags is."""
    return await _counted(request, parents, "user_tags x")


async def organizations_with(request: Request, parents: Sequence[Any]) -> Sequence[int]:
    """On how many organisations each of the tags is."""
    return await _counted(request, parents, "organization_tags x")


async def _counted(request: Request, parents: Sequence[Any], links: str) -> Sequence[int]:
    rows = await fetch(
        f"select x.tag_id, count(*) as many from {links} where x.tenant_id = :tenant and x.tag_id = any(:keys)"
        " group by x.tag_id",
        {
            **request.viewer.parameters(), "tenant": request.viewer.tenant_id,
            "keys": [parent.row_key for parent in parents],
        },
    )  # fmt: skip
    found = {row["tag_id"]: row["many"] for row in rows}
    return [found.get(parent.row_key, 0) for parent in parents]

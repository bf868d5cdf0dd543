"""Put views into another order."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch, take_turns
from core.kit.errors import DomainError, Errors, NotFound
from core.kit.events import Happening, record
from core.views.errors import NotOrdered
from core.views.queries import PERMISSION, kept_by, seen_views
from core.views.service.changing import FAVORITES_FROM


async def move_views(ctx: Context, view_ids: Sequence[UUID]) -> None:
    """Put these views first, in this order; the others follow as they were. Those of the desk need `view.manage`; one's
    own favourite searches follow all of them. Raises Errors naming what is not there, NotOrdered."""
    seen = {row["id"]: row for row in await seen_views(ctx)}
    missing: list[DomainError] = [
        NotFound(path=("ids", str(place))) for place, key in enumerate(view_ids) if key not in seen
    ]
    if missing:
        raise Errors(missing)
    owners = {seen[key]["owner_id"] for key in view_ids}
    if len(owners) > 1:
        raise NotOrdered(path=("ids",))
    for owner_id in owners:
        if owner_id is None:
            ctx.require(PERMISSION)
        await _place(ctx, list(dict.fromkeys(view_ids)), owner_id)


async def _place(ctx: Context, first: Sequence[UUID], owner_id: UUID | None) -> None:
    await take_turns("views", owner_id)
    condition, values = kept_by(ctx, owner_id)
    rows = await fetch(
        f"select id, position from views where {condition} order by position, id for update", values
    )
    before = {row["id"]: row["position"] for row in rows}
    order = [*(key for key in first if key in before), *(key for key in before if key not in first)]
    start = 0 if owner_id is None else FAVORITES_FROM
    moved = {key: place for place, key in enumerate(order, start) if before[key] != place}
    if not moved:
        return
    await execute(
        "update views v set position = m.place, updated_at = :now, version = version + 1"
        " from unnest(:ids::uuid[], :places::int[]) m(id, place) where v.tenant_id = :tenant and v.id = m.id",
        {"tenant": ctx.tenant_id, "now": ctx.now(), "ids": list(moved), "places": list(moved.values())},
    )
    await record(
        ctx,
        *(
            Happening("view.moved", "view", key, {"position": [before[key], place]})
            for key, place in moved.items()
        ),
    )

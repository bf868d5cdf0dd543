"""Who opens the tenant's tickets, and how they rest and are released by themselves."""

from collections.abc import Mapping
from typing import Any

from core.kit.context import Context
from core.kit.database import fetch_one
from core.kit.errors import DomainError, Errors, Required, VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.kit.revising import revise
from core.tickets.errors import CountOutOfRange, DaysOutOfRange, FavoritesOutOfRange

MOST_DAYS, MOST_RELEASES, MOST_FAVORITES = 3650, 100, 100
_DAYS = {
    "purge_deleted_days": "purgeDeletedDays", "purge_suspended_days": "purgeSuspendedDays",
}  # fmt: skip
_SHOWN = {
    **_DAYS, "invalid_after_releases": "invalidAfterReleases",
    "favorite_view_limit": "favoriteViewLimit", "releases_overdue": "releasesOverdue",
    "lets_reclaim": "letsReclaim", "holds_parents": "holdsParents",
    "agents_open_tickets": "agentsOpenTickets",
}  # fmt: skip
_NEVER = {*_DAYS, "invalid_after_releases"}


async def update_settings(
    ctx: Context, values: Mapping[str, Any], *, expected_version: int | None = None
) -> None:
    """Change what is given, the rest stays; None of a number means never. Needs `ticket.configure`. Raises Errors with
    DaysOutOfRange (1 to 3650), CountOutOfRange (1 to 100), FavoritesOutOfRange (0 to 100) and Required;
    VersionConflict."""
    ctx.require("ticket.configure")
    _check(values)
    row = await fetch_one(
        "select * from ticket_settings where tenant_id = :tenant for update", {"tenant": ctx.tenant_id}
    )
    assert row is not None  # every helpdesk has its own
    if expected_version is not None and row["version"] != expected_version:
        raise VersionConflict(current=to_global("tse", row["id"]))
    changes = await revise(ctx, "ticket_settings", row, values)
    if changes:
        await record(ctx, Happening("ticket_settings.updated", "ticket_settings", row["id"], changes))


def _check(values: Mapping[str, Any]) -> None:
    errors: list[DomainError] = []
    for name, value in values.items():
        if name in _DAYS and value is not None and not 1 <= value <= MOST_DAYS:
            errors.append(DaysOutOfRange(path=(_SHOWN[name],), limit=MOST_DAYS))
        if name == "invalid_after_releases" and value is not None and not 1 <= value <= MOST_RELEASES:
            errors.append(CountOutOfRange(path=(_SHOWN[name],), limit=MOST_RELEASES))
        if name == "favorite_view_limit" and value is not None and not 0 <= value <= MOST_FAVORITES:
            errors.append(FavoritesOutOfRange(path=(_SHOWN[name],), limit=MOST_FAVORITES))
        if name not in _NEVER and value is None:
            errors.append(Required(path=(_SHOWN[name],)))
    if errors:
        raise Errors(errors)

"""People before they have signed in: where they came from, and in whose name they then act."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.database import insert_rows
from core.kit.events import COLUMNS, Happening, event_rows


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door. `tenant_id` is the tenant at the host name, if one answers there."""

    tenant_id: UUID | None
    ip: str | None = None
    user_agent: str | None = None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def acting_as(self, tenant_id: UUID, user_id: UUID, kind: UserKind) -> Context:
        """The context of a user who has just proven who they are. It holds no rights: none are needed to get in."""
        viewer = Viewer(
            tenant_id=tenant_id,
            user_id=user_id,
            kind=kind,
            scope=TicketScope.OWN,
            permissions=frozenset(),
        )
        return Context(viewer=viewer, ip=self.ip, user_agent=self.user_agent)


async def record_unproven(ctx: Context, happening: Happening) -> None:
    """Write down what somebody did about a user without proving to be them: the event names no actor."""
    rows = event_rows(ctx, [happening])
    await insert_rows("events", COLUMNS, [{**row, "actor_id": None} for row in rows])

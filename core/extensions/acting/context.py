"""`PluginContext` of the SDK."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from core.extensions.acting.connected import connected
from core.extensions.service.tools import ForTenant, Tools
from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.database import transaction
from core.kit.events import Happening, record
from core.kit.jobs import enqueue
from core.pluginhost.kinds import EVENTS, JOBS, PERMISSIONS
from core.pluginhost.kinds.jobs import PREFIX
from core.sdk import Connected, Integration, Ticket
from core.tickets.queries import find_ticket

IntegrationT = TypeVar("IntegrationT", bound=Integration[Any])
NOBODY = UUID(int=0)
"""As whom a plugin acts by itself: no user has this key."""


def by_itself(tools: Tools, plugin: str, tenant_id: UUID, granted: frozenset[str]) -> "ForPlugin":
    """The plugin acts by itself, with what the tenant has granted it: it sees all tickets, and holds its own
    permissions and no others."""
    own = frozenset(each.key for each in tools.host.brought_by(plugin, PERMISSIONS))
    return _as(tools, plugin, Viewer(tenant_id, NOBODY, UserKind.MACHINE, TicketScope.ALL, own), granted)


def of_nobody(tools: Tools, plugin: str, tenant_id: UUID, granted: frozenset[str]) -> "ForPlugin":
    """Whoever it is sees and may nothing."""
    viewer = Viewer(tenant_id, NOBODY, UserKind.EXTERNAL, TicketScope.OWN, frozenset())
    return _as(tools, plugin, viewer, granted)


def _as(tools: Tools, plugin: str, viewer: Viewer, granted: frozenset[str]) -> "ForPlugin":
    http = tools.http(tools.scopes(plugin, granted))
    return ForPlugin(Context(viewer, via="plugin"), http, plugin, tools)


@dataclass(frozen=True, slots=True)
class ForPlugin(ForTenant):
    """Of one tenant, for one plugin, as whoever the context says."""

    plugin: str
    _tools: Tools

    @property
    def tickets(self) -> "SeenTickets":
        return SeenTickets(self._ctx)

    @property
    def jobs(self) -> "OwnJobs":
        return OwnJobs(self._ctx, self.plugin, self._tools)

    def may(self, permission: str) -> bool:
        return self._ctx.viewer.may(permission)

    def new_id(self) -> UUID:
        return self._ctx.new_id()

    def transaction(self) -> AbstractAsyncContextManager[None]:
        return transaction()

    async def emit(self, type: str, ticket_id: UUID, changes: Mapping[str, Any] | None = None) -> None:
        known = self._tools.host.all_of(EVENTS).get(type)
        if known is None or known.plugin != self.plugin:
            raise LookupError(f"register_events of {self.plugin} names no {type}")
        await record(self._ctx, Happening(type, "ticket", ticket_id, changes or {}))

    async def integrations(
        self, kind: type[IntegrationT], *, only: UUID | None = None
    ) -> Sequence[Connected[IntegrationT]]:
        return await connected(self._ctx, self, self._tools, self.plugin, kind, only=only)


@dataclass(frozen=True, slots=True)
class SeenTickets:
    """`Tickets` of the SDK."""

    _ctx: Context

    async def get(self, ticket_id: UUID) -> Ticket | None:
        row = await find_ticket(self._ctx, ticket_id)
        if row is None:
            return None
        return Ticket(
            id=row["id"], number=row["number"], title=row["title"], category=row["status_category"],
            is_active=row["state"] == "ACTIVE",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnJobs:
    """`Jobs` of the SDK."""

    _ctx: Context
    _plugin: str
    _tools: Tools

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, run_at: datetime | None = None) -> UUID:
        key = f"{self._plugin}.{name}"
        if key not in self._tools.host.all_of(JOBS):
            raise LookupError(f"register_jobs of {self._plugin} names no {name}")
        return await enqueue(self._ctx, f"{PREFIX}{key}", payload, run_at=run_at)

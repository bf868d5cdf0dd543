"""Who is asking, for which tenant, and what time it is: the first argument of every use case."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from core.kit.errors import Forbidden
from core.kit.ids import id_at, new_id

_tenant: ContextVar[UUID | None] = ContextVar("tenant", default=None)


class NoTenant(RuntimeError):
    """A tenant's data was asked for where no tenant is set."""


def current_tenant() -> UUID:
    """The tenant whose data may be touched now. Raises NoTenant."""
    tenant_id = _tenant.get()
    if tenant_id is None:
        raise NoTenant("no tenant is set; enter one with acting_for(tenant_id)")
    return tenant_id


def tenant_or_none() -> UUID | None:
    """The tenant set now, if one is."""
    return _tenant.get()


@contextmanager
def acting_for(tenant_id: UUID | None) -> Iterator[None]:
    """Every query inside is scoped to this tenant, in the object mapper and in PostgreSQL's row-level security."""
    token = _tenant.set(tenant_id)
    try:
        yield
    finally:
        _tenant.reset(token)


class UserKind(StrEnum):
    """What a user is to the desk."""

    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    EXTERNAL = "EXTERNAL"
    MACHINE = "MACHINE"


class TicketScope(StrEnum):
    """Which tickets a member of staff may see (B4, B11)."""

    ALL = "ALL"
    GROUP = "GROUP"
    OWN = "OWN"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in user as the rules of sight and right see them. Shape (`kind`, `scope`, `permissions`,
    and whether somebody acts as them) decides which SQL is written; the ids are its parameters."""

    tenant_id: UUID
    user_id: UUID
    kind: UserKind
    scope: TicketScope
    permissions: frozenset[str]
    group_ids: tuple[UUID, ...] = ()
    organization_id: UUID | None = None
    is_founder: bool = False
    token_id: UUID | None = None
    impersonator_id: UUID | None = None
    locale: str = "en"
    time_zone: str = "UTC"

    @property
    def is_staff(self) -> bool:
        return self.kind in (UserKind.AGENT, UserKind.MACHINE)

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def parameters(self) -> dict[str, object]:
        """The values that predicates of sight may name: `:me`, `:my_groups`, `:my_organization`."""
        return {
            "me": self.user_id,
            "my_groups": list(self.group_ids),
            "my_organization": self.organization_id,
        }


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """One act: the viewer, how they came, and the clock. `is_automatic` marks what the product does by itself, when its
    time has come: nobody is named as having done it."""

    viewer: Viewer
    via: str = "api"
    ip: str | None = None
    user_agent: str | None = None
    clock: Callable[[], datetime] = _wall_clock
    batch_id: UUID = field(default_factory=new_id)
    is_automatic: bool = False

    @property
    def actor_id(self) -> UUID | None:
        """Who is named as having done it; None for the product itself."""
        return None if self.is_automatic else self.viewer.user_id

    @property
    def tenant_id(self) -> UUID:
        return self.viewer.tenant_id

    def now(self) -> datetime:
        return self.clock()

    def new_id(self) -> UUID:
        """An id that sorts by this context's clock."""
        return new_id() if self.clock is _wall_clock else id_at(self.now())

    def require(self, permission: str, *, path: Sequence[str] = ()) -> None:
        """Raises Forbidden unless the viewer holds the permission: at `path`, where what stands there takes it, and
        without a place where the whole act does."""
        if not self.viewer.may(permission):
            raise Forbidden(path=path, permission=permission)

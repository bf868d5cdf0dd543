"""What a request takes for granted about its tenant, until PostgreSQL has said that it still holds.

Asking is part of the trip that tells PostgreSQL the tenant, so it costs no trip of its own. See `connect`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

CHANGED = "DG002"
"""The SQLSTATE of `tell_tenant`, where a tenant's rights have another version."""


class NoLongerHolds(Exception):
    """The rights of a tenant have changed since they were read, and nothing may be read by them."""


@dataclass(slots=True)
class Presumption:
    """That a tenant's rights still have the version at which they were read."""

    tenant_id: UUID
    version: int
    holds: bool = False
    """Once somebody has asked, and it did."""
    is_over: bool = False
    """Once somebody has asked, and it did not."""


_presumed: ContextVar[Presumption | None] = ContextVar("presumption", default=None)


@contextmanager
def presuming(presumption: Presumption | None) -> Iterator[None]:
    """Whatever takes a connection for its tenant inside has this asked with it, until it holds."""
    token = _presumed.set(presumption)
    try:
        yield
    finally:
        _presumed.reset(token)


def refuse_what_is_over() -> None:
    """Raises NoLongerHolds where that is known already: each connection that asks in vain is closed."""
    presumed = _presumed.get()
    if presumed is not None and presumed.is_over:
        raise NoLongerHolds(f"the rights of tenant {presumed.tenant_id} have changed")


def to_ask(tenant_id: UUID | None) -> Presumption | None:
    """What has to be asked with the next connection for this tenant."""
    presumed = _presumed.get()
    if presumed is None or presumed.holds or presumed.tenant_id != tenant_id:
        return None
    return presumed

"""What a provider is given to work with. Protocols: the product implements them."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from core.sdk.provider import Integration

IntegrationT = TypeVar("IntegrationT", bound="Integration[Any]")


class HttpAnswer(Protocol):
    """What came back. Of a long body only the beginning, 64 KiB."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> bytes: ...


class HttpClient(Protocol):
    """Requests to addresses of the Internet, and to others that the operator allows. Redirects are not followed."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> HttpAnswer:
        """The answer, whatever its status. Raises Rejected for an address that may not be reached, Unreachable when no
        answer comes within 15 seconds."""
        ...


class TenantContext(Protocol):
    """One tenant, as a plugin may see it."""

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def http(self) -> HttpClient: ...

    async def connect(self, host: str, port: int) -> socket.socket:
        """A connection of TCP for what `http` cannot do, to the same addresses as that, made within 5 seconds. Nothing
        is encrypted yet; the socket does not block, and whoever asked for it closes it. Raises Rejected, Unreachable as
        `http` does."""
        ...

    def now(self) -> datetime:
        """What time it is. In tests, what the test says."""
        ...


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, as far as plugins need it."""

    id: UUID
    number: int
    title: str
    category: str
    """What its status means: NEW, OPEN, PENDING, SOLVED or CLOSED."""
    is_active: bool
    """False for one that is suspended or deleted."""


@dataclass(frozen=True, slots=True)
class Connected(Generic[IntegrationT]):
    """An instance of an integration, as the tenant configured it."""

    id: UUID
    label: str
    integration: IntegrationT


class Tickets(Protocol):
    """Tickets that whoever acts may see. The plugin itself sees all."""

    async def get(self, ticket_id: UUID) -> Ticket | None:
        """None for one that is not there, and for one that may not be seen."""
        ...


class Jobs(Protocol):
    """The plugin's own jobs."""

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, run_at: datetime | None = None) -> UUID:
        """Ask for work in the open transaction; nothing runs unless it commits. The payload is plain data, and kept
        until the work is done. Raises LookupError where the plugin has no such job."""
        ...


class PluginContext(TenantContext, Protocol):
    """One tenant, and who acts there: somebody, with their rights, or the plugin itself."""

    @property
    def tickets(self) -> Tickets: ...

    @property
    def jobs(self) -> Jobs: ...

    def may(self, permission: str) -> bool:
        """Whether whoever acts holds it. The plugin itself holds its own."""
        ...

    def new_id(self) -> UUID:
        """For a new row. Later ones sort after earlier ones."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All or nothing. Nests. No request to elsewhere belongs inside."""
        ...

    async def emit(self, type: str, ticket_id: UUID, changes: Mapping[str, Any] | None = None) -> None:
        """Tell in the open transaction that something happened to a ticket: `changes` holds pairs of before and after.
        Raises LookupError for a type that the plugin has not registered."""
        ...

    async def integrations(self, kind: type[IntegrationT]) -> Sequence[Connected[IntegrationT]]:
        """What the tenant has connected the plugin to. One whose secrets or configuration cannot be read any more is
        left out, and logged."""
        ...

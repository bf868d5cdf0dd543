"""What a provider is given to work with. Protocols: the product implements them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID


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

    def now(self) -> datetime:
        """What time it is. In tests, what the test says."""
        ...

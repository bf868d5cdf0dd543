"""What providers are given to work with, and what working with them takes."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.kit.context import Context
from core.kit.crypto import Sealer
from core.kit.http import (
    AddressRefused,
    Answer,
    BadHeader,
    BadUrl,
    Outgoing,
    RequestFailed,
    check_headers,
    check_method,
)
from core.pluginhost import Host
from core.pluginhost.invoking import Calls
from core.sdk import NotGranted, Rejected, Unreachable

NET_OUT = "net:out"


@dataclass(frozen=True, slots=True)
class Tools:
    """The installation's."""

    host: Host
    sealer: Sealer
    outgoing: Outgoing
    calls: Calls = field(default_factory=Calls)

    def for_tenant(self, ctx: Context, scopes: frozenset[str]) -> "ForTenant":
        """What a provider sees of the tenant, as far as these scopes go."""
        return ForTenant(ctx, self.http(scopes))

    def http(self, scopes: frozenset[str]) -> "GuardedHttp":
        """The client as far as these scopes go."""
        return GuardedHttp(self.outgoing, is_granted=NET_OUT in scopes)

    def scopes(self, plugin: str, granted: frozenset[str]) -> frozenset[str]:
        """What the plugin may do: what it asks for and was granted."""
        return self.host.plugins[plugin].manifest.scopes & granted


@dataclass(frozen=True, slots=True)
class GuardedHttp:
    """`HttpClient` of the SDK: the one client that refuses private addresses."""

    outgoing: Outgoing
    is_granted: bool

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> Answer:
        if not self.is_granted:
            raise NotGranted(NET_OUT)
        with _worded("No request can go to this address."):
            check_method(method)
            check_headers(headers or {})
            sent = {name.lower(): value for name, value in (headers or {}).items()}
            return await self.outgoing.request(method, url, headers=sent, content=content)

    async def connect(self, host: str, port: int) -> socket.socket:
        """As `TenantContext.connect` says."""
        if not self.is_granted:
            raise NotGranted(NET_OUT)
        with _worded("No connection can be made to this address."):
            return await self.outgoing.connect(host, port)


@contextmanager
def _worded(refused: str) -> Iterator[None]:
    """What the client raises, as plugins know it."""
    try:
        yield
    except BadHeader as error:
        raise Rejected(str(error)) from error
    except (BadUrl, AddressRefused) as error:
        raise Rejected(refused) from error
    except RequestFailed as error:
        raise Unreachable(str(error)) from error


@dataclass(frozen=True, slots=True)
class ForTenant:
    """`TenantContext` of the SDK."""

    _ctx: Context
    http: GuardedHttp

    @property
    def tenant_id(self) -> UUID:
        return self._ctx.tenant_id

    async def connect(self, host: str, port: int) -> socket.socket:
        return await self.http.connect(host, port)

    def now(self) -> datetime:
        return self._ctx.now()

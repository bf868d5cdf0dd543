"""The one client for requests to addresses that tenants name.

It looks the name up itself, refuses when any of the addresses is not to be reached, and connects to the very address
that it checked, so that no second look-up can answer otherwise. It follows no redirect, takes no proxy from the
environment, and reads no more of an answer than it was told.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from urllib.parse import SplitResult, urlsplit

import httpcore2
import idna

from core.kit.http.addresses import AddressRefused, Allowed
from core.kit.http.connecting import connected

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port to its addresses."""


class BadUrl(ValueError):
    """No request can go there, whatever the name leads to. `reason`: SCHEME, HOST, USER, FRAGMENT or CHARACTERS."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The address cannot be used: {reason}.")
        self.reason = reason


class RequestFailed(Exception):
    """No answer came: the name is unknown, nobody listens, the certificate is not good, the time is up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLimits:
    """What one request may take."""

    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    body_seconds: float = 3.0
    answer_bytes: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, cut off at the limits or where it broke off."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float


# The resolver cannot be interrupted: names that answer slowly must not take the threads that everything else uses.
_RESOLVERS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="resolver")


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().run_in_executor(
        _RESOLVERS, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class _Guard(httpcore2.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        async with asyncio.timeout(timeout):
            return await self._first(await self.addresses(host, port), port, timeout, socket_options)

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Those that the name leads to, all of which may be reached. Raises AddressRefused, OSError."""
        found = await self._resolve(host, port)
        if not found or not all(self._allowed.may(host, each) for each in found):
            raise AddressRefused
        return found

    async def _first(
        self,
        addresses: Sequence[str],
        port: int,
        seconds: float | None,
        options: Iterable[httpcore2.SOCKET_OPTION] | None,
    ) -> httpcore2.AsyncNetworkStream:
        """Whichever address answers first, tried one after the other, each with its part of the time: one that is
        silent, as IPv6 is in many a network, must leave some for the next."""
        each = seconds and seconds / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._plain.connect_tcp(address, port, each, socket_options=options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._plain.connect_tcp(addresses[-1], port, seconds, socket_options=options)


_BROKEN = (httpcore2.NetworkError, httpcore2.ProtocolError)


class Outgoing:
    """The client. Holds no connection between requests, so it has nothing to close."""

    def __init__(
        self,
        *,
        allowed: Allowed | None = None,
        plain_http: bool = False,
        limits: OutgoingLimits | None = None,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = look_up,
    ) -> None:
        self._allowed = allowed or Allowed()
        self._schemes = {"https", "http"} if plain_http else {"https"}
        self._limits = limits or OutgoingLimits()
        self._ssl_context = ssl_context
        self._guard = _Guard(self._allowed, resolve)

    def check(self, url: str) -> str:
        """The address as it will be used: the host in lower case and punycode. Raises BadUrl, and AddressRefused where
        the host is itself an address that is not to be reached. What a name leads to is looked up when sending."""
        parts = _parts(url)
        if parts.scheme not in self._schemes:
            raise BadUrl("SCHEME")
        if parts.username is not None or parts.password is not None:
            raise BadUrl("USER")
        if parts.fragment:
            raise BadUrl("FRAGMENT")
        host = _host(parts.hostname)
        self._refuse_literal(host)
        shown = f"[{host}]" if ":" in host else host
        port = f":{parts.port}" if parts.port else ""
        query = f"?{parts.query}" if parts.query else ""
        return f"{parts.scheme}://{shown}{port}{parts.path or '/'}{query}"

    def _refuse_literal(self, host: str) -> None:
        try:
            if not self._allowed.may(host, host):
                raise AddressRefused
        except ValueError:
            return  # a name

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a POST. Raises BadUrl, AddressRefused, RequestFailed."""
        return await self.request("POST", url, content=content, headers=headers)

    def check_host(self, host: str, port: int) -> str:
        """The name as it will be looked up. Raises as `check` does."""
        name = _host(host.strip("[]"))
        self._refuse_literal(name)
        if not 0 < port < 65536:
            raise BadUrl("HOST")
        return name

    async def connect(self, host: str, port: int) -> socket.socket:
        """A connection of TCP, not encrypted yet. Raises BadUrl, AddressRefused, RequestFailed."""
        name = self.check_host(host, port)
        seconds = self._limits.connect_seconds
        try:
            async with asyncio.timeout(seconds):
                return await connected(await self._guard.addresses(name, port), port, seconds)
        except TimeoutError as error:
            raise RequestFailed("No answer in time.") from error
        except OSError as error:
            raise RequestFailed(_told(error)) from error

    async def request(self, method: str, url: str, *, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request. Raises BadUrl, AddressRefused, RequestFailed."""
        checked = self.check(url)
        began = monotonic()
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                status, answered, body = await self._exchange(method, checked, content, headers)
        except TimeoutError as error:
            raise RequestFailed("No answer in time.") from error
        except (httpcore2.ConnectError, httpcore2.TimeoutException, OSError) as error:
            raise RequestFailed(_told(error)) from error
        except _BROKEN as error:
            raise RequestFailed("The connection broke, or the answer was not HTTP.") from error
        return Answer(status, answered, body, monotonic() - began)

    async def _exchange(
        self, method: str, url: str, content: bytes, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        sent = {"accept": "*/*", "accept-encoding": "identity", "connection": "close", **headers}
        pool = httpcore2.AsyncConnectionPool(
            self._ssl_context, network_backend=self._guard, max_keepalive_connections=0
        )
        seconds = {
            "connect": self._limits.connect_seconds,
            "read": self._limits.total_seconds,
            "write": self._limits.total_seconds,
            "pool": self._limits.total_seconds,
        }
        async with pool, pool.stream(
            method, url, headers=[("host", _authority(url)), *sent.items()], content=content,
            extensions={"timeout": seconds},
        ) as response:  # fmt: skip
            answered = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
            }
            return response.status, answered, await self._read(response)

    async def _read(self, response: httpcore2.Response) -> bytes:
        """The body up to the limits; the rest is left unread. The status says whether the receiver took it: a body that
        drips or breaks off takes nothing back, else the receiver would get again what it has."""
        read = bytearray()
        with contextlib.suppress(TimeoutError, *_BROKEN):
            async with asyncio.timeout(self._limits.body_seconds):
                async for chunk in response.aiter_stream():
                    read += chunk
                    if len(read) >= self._limits.answer_bytes:
                        break
        return bytes(read[: self._limits.answer_bytes])


def _parts(url: str) -> SplitResult:
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise BadUrl("CHARACTERS")
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise BadUrl("HOST")
    except ValueError as error:  # a port that is no number, a bracket that is not closed
        raise BadUrl("HOST") from error
    if not (parts.path + parts.query).isascii():
        raise BadUrl("CHARACTERS")
    return parts


def _host(host: str | None) -> str:
    if not host:
        raise BadUrl("HOST")
    if ":" in host:
        return host.lower()
    try:
        found = host.rstrip(".") if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise BadUrl("HOST") from None
    if not found or len(found) > 253 or "%" in found:
        raise BadUrl("HOST")
    return found.lower()


def _authority(url: str) -> str:
    return urlsplit(url).netloc


def _told(error: Exception) -> str:
    """What may be said of a connection that was not made."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "The certificate or the encryption was not accepted."
        if isinstance(cause, socket.gaierror):
            return "The name is unknown."
        if isinstance(cause, httpcore2.TimeoutException):
            return "No answer in time."
        cause = cause.__cause__ or cause.__context__
    return "No connection could be made."

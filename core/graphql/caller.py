"""What the edge needs to know about whoever sends a request, and nothing more."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

from starlette.requests import HTTPConnection

DocumentMode = Literal["any", "trusted"]


class Caller(Protocol):
    """The authenticated (or anonymous) sender of one request. Opaque otherwise."""

    @property
    def tenant_key(self) -> str | None:
        """Names the tenant's point bucket; None where there is no tenant."""

    @property
    def bucket_key(self) -> str:
        """Names the caller's own point bucket: a token, a session, or an address."""

    @property
    def locale(self) -> str:
        """The language error messages are told in."""

    @property
    def document_mode(self) -> DocumentMode:
        """`trusted` callers may send registered documents only."""

    @property
    def via_cookie(self) -> bool:
        """Whether a browser attached the credential by itself, so that forged requests must be ruled out."""

    @property
    def is_sure(self) -> bool:
        """Whether who this is, and what they may do, was read after the request came. Where it is not yet, nothing is
        done but what asks for that first, and nothing is told of what was found."""


class Unsure(Exception):
    """Whoever is presumed to ask must be looked up first."""


Authenticate = Callable[[HTTPConnection], Awaitable[Caller]]
"""Raises AuthenticationFailed; returns an anonymous caller where the request carries no credential."""

OpenContext = Callable[[Caller, HTTPConnection], AbstractAsyncContextManager[object]]
"""Entered around execution; its value is what resolvers see as `info.context`."""

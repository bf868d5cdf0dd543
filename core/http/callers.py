"""Who is at the door: a bearer token, a browser's session cookie, or nobody, at some tenant's host name."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from starlette.requests import HTTPConnection

from core.graphql.caller import DocumentMode
from core.graphql.errors import AuthenticationFailed, Code
from core.http.bearers import Bearers
from core.http.sessions import LastUse
from core.identity.cookies import COOKIE
from core.identity.roles import is_wider
from core.identity.service.throttling import address_of
from core.kit.context import Context, Viewer, acting_for
from core.kit.database import Presumption, presuming
from core.kit.graph import Request
from core.kit.i18n import choose_locale
from core.runtime import Runtime
from core.tenants.queries import tenant_at


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of one request, as the edge and the resolvers need them."""

    tenant_id: UUID | None
    viewer: Viewer | None
    locale: str
    bucket_key: str
    document_mode: DocumentMode
    via_cookie: bool
    ip: str | None
    user_agent: str | None
    presumption: Presumption | None = field(default=None, compare=False)

    @property
    def is_sure(self) -> bool:
        return self.presumption is None or self.presumption.holds

    @property
    def tenant_key(self) -> str | None:
        return self.tenant_id.hex if self.tenant_id else None


def _credential(connection: HTTPConnection) -> tuple[str | None, bool]:
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return secret.strip(), False
    if connection.headers.get("authorization"):
        raise AuthenticationFailed(Code.UNAUTHENTICATED, "Send the token as `Authorization: Bearer …`.")
    cookie = connection.cookies.get(COOKIE)
    return cookie, cookie is not None


def _origin(connection: HTTPConnection) -> tuple[str | None, str | None]:
    """The address and the program a request comes from."""
    return connection.client.host if connection.client else None, connection.headers.get("user-agent")


T = TypeVar("T", Caller, Context)


def _as(known: T, viewers: Mapping[UUID, Viewer]) -> T | None:
    """A caller or context with their viewer as it is now; None where there is none any more."""
    before: Viewer | None = known.viewer
    if before is None or before.token_id is None:
        return known
    viewer = viewers.get(before.token_id)
    if viewer is before:
        return known
    return None if viewer is None else replace(known, viewer=viewer)


class Door:
    """Lets callers in. The tenant comes from the credential, or from the host name for those who have none yet."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._last_use = LastUse()
        self._bearers = Bearers()

    async def aclose(self) -> None:
        """At the end of the process, before the database closes."""
        await self._bearers.aclose()
        await self._last_use.aclose()

    async def authenticate(self, connection: HTTPConnection) -> Caller:
        """Raises AuthenticationFailed for a bearer token that is wrong, expired or revoked. A browser whose session
        is over comes as a visitor: no script of its page could take the cookie away to let it sign in again."""
        secret, via_cookie = _credential(connection)
        if secret is None:
            return await self._visitor(connection, via_cookie=False)
        viewer = await self._bearers.bearing(secret)
        if viewer is None and via_cookie:
            return await self._visitor(connection, via_cookie=True)
        if viewer is None:
            raise AuthenticationFailed(
                Code.UNAUTHENTICATED, "This token is unknown, expired or revoked; sign in again."
            )
        return self._bearing(connection, viewer, via_cookie)

    async def presume(self, connection: HTTPConnection) -> Caller:
        """The same; but whoever is known by their token is presumed to bear it still, and to have the same rights,
        until the first connection for their tenant asks for the version of these. See `presuming`."""
        secret, via_cookie = _credential(connection)
        bearer = self._bearers.presumed(secret) if secret is not None else None
        if bearer is None:
            return await self.authenticate(connection)
        presumption = Presumption(bearer.viewer.tenant_id, bearer.version)
        return self._bearing(connection, bearer.viewer, via_cookie, presumption)

    def _bearing(
        self,
        connection: HTTPConnection,
        viewer: Viewer,
        via_cookie: bool,
        presumption: Presumption | None = None,
    ) -> Caller:
        self._last_use.note(viewer, datetime.now(UTC))
        locale = choose_locale(connection.headers.get("accept-language"), viewer.locale)
        mode: DocumentMode = "trusted" if self._runtime.trusted_documents_only and via_cookie else "any"
        ip, agent = _origin(connection)
        return Caller(
            viewer.tenant_id,
            viewer,
            locale,
            f"token:{viewer.token_id}",
            mode,
            via_cookie,
            ip,
            agent,
            presumption,
        )

    async def visitor(self, connection: HTTPConnection) -> Caller:
        """Anybody, at the tenant of the host name; no credential is looked at."""
        return await self._visitor(connection, via_cookie=False)

    async def _visitor(self, connection: HTTPConnection, *, via_cookie: bool) -> Caller:
        headers = connection.headers
        tenant = await tenant_at(
            headers.get("host", ""),
            base_domain=self._runtime.base_domain,
            multi_tenant=self._runtime.multi_tenant,
        )
        locale = choose_locale(headers.get("accept-language"), tenant["locale"] if tenant else "en")
        mode: DocumentMode = "trusted" if self._runtime.trusted_documents_only else "any"
        ip, agent = _origin(connection)
        tenant_id = tenant["id"] if tenant else None
        return Caller(tenant_id, None, locale, f"address:{address_of(ip)}", mode, via_cookie, ip, agent)

    async def renew(self, callers: Sequence[Any]) -> list[Any]:
        """The callers as they are now; None for those whose token is over. Visitors stay what they are."""
        viewers = await self._bearers.now([caller.viewer for caller in callers if caller.viewer])
        return [_as(caller, viewers) for caller in callers]

    async def renew_contexts(self, contexts: Sequence[Context]) -> list[Context | None]:
        """The same for contexts."""
        viewers = await self._bearers.now([ctx.viewer for ctx in contexts])
        return [_as(ctx, viewers) for ctx in contexts]

    def has_lost(self, before: Any, now: Any) -> bool:
        """Whether a right or a wider sight of tickets was taken away."""
        if before.viewer is None or now.viewer is None:
            return False
        return not before.viewer.permissions <= now.viewer.permissions or is_wider(
            before.viewer.scope, now.viewer.scope
        )

    def as_viewer(self, caller: Any, viewer: Any) -> Any:
        """The caller with their viewer as read for one event."""
        return replace(caller, viewer=viewer)

    @asynccontextmanager
    async def open_context(self, caller: Any, connection: HTTPConnection) -> AsyncIterator[object]:
        """What resolvers see as `info.context`, with the tenant set for every query inside."""
        ctx = (
            Context(caller.viewer, via="api", ip=caller.ip, user_agent=caller.user_agent)
            if caller.viewer
            else None
        )
        request = Request(
            ctx=ctx, locale=caller.locale, app=self._runtime, connection=caller, renew=self.renew_contexts,
            long_text_bytes=self._runtime.answer_max_bytes,
        )  # fmt: skip
        with acting_for(caller.tenant_id), presuming(caller.presumption):
            yield request

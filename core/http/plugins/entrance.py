"""Who may come in to a plugin's route, and as whom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request

from core.extensions.acting import ForPlugin, by_itself, of_nobody
from core.extensions.queries import find_instance_owner, granted_scopes
from core.extensions.service import Tools
from core.extensions.service.calling import ForCaller
from core.graphql.errors import AuthenticationFailed, RefusedRequest
from core.graphql.origins import Origins
from core.http.callers import Caller, Door
from core.http.plugins.refusals import Refusal, not_found, unauthenticated, unavailable
from core.kit.context import Context, acting_for
from core.kit.ids import key_of
from core.pluginhost.kinds import INTEGRATIONS
from core.sdk import Connected, Route

INSTANCE_PREFIX = "pin"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who was let in; of a `signature`, only once it is verified."""

    ctx: ForPlugin
    sender: Connected[Any] | None = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """Lets callers in. Raises Refusal."""

    tools: Tools
    door: Door
    origins: Origins

    @asynccontextmanager
    async def visit(
        self, plugin: str, route: Route, request: Request, instance: str | None
    ) -> AsyncIterator[Visit]:
        """The tenant is set for as long as the block lasts."""
        if not self.tools.host.is_ready(plugin):
            raise unavailable()
        if route.auth == "signature":
            key, tenant_id = await self._addressed(plugin, route, instance or "")
            with acting_for(tenant_id):
                ctx = by_itself(self.tools, plugin, tenant_id, await _granted(tenant_id, plugin))
                yield Visit(ctx, await self._sender(ctx, plugin, route, key))
            return
        caller = await self._caller(route, request)
        if caller.tenant_id is None:
            raise not_found()
        with acting_for(caller.tenant_id):
            granted = await _granted(caller.tenant_id, plugin)
            yield Visit(self._context(caller, plugin, route, granted))

    async def _caller(self, route: Route, request: Request) -> Caller:
        if route.auth == "public":
            return await self.door.visitor(request)
        try:
            caller = await self.door.authenticate(request)
            if caller.viewer is None:
                raise unauthenticated("Sign in, or send a token as `Authorization: Bearer …`.")
            if caller.via_cookie:
                self.origins.require_unforged(request.headers)
        except AuthenticationFailed as error:
            raise unauthenticated(str(error)) from error
        except RefusedRequest as error:
            raise Refusal(403, error.code, str(error)) from error
        return caller

    def _context(self, caller: Caller, plugin: str, route: Route, granted: frozenset[str]) -> ForPlugin:
        assert caller.tenant_id is not None
        if route.auth == "public" or caller.viewer is None:
            return of_nobody(self.tools, plugin, caller.tenant_id, granted)
        ctx = Context(caller.viewer, via="plugin", ip=caller.ip, user_agent=caller.user_agent)
        http = self.tools.http(self.tools.scopes(plugin, granted))
        return ForCaller(ctx, http, plugin, self.tools, caller.locale)

    async def _addressed(self, plugin: str, route: Route, instance: str) -> tuple[UUID, UUID]:
        """The instance that the address names, and whose it is."""
        key = key_of(instance, INSTANCE_PREFIX)
        tenant_id = key and await find_instance_owner(key, plugin, route.integration or "")
        if key is None or tenant_id is None:
            raise not_found()
        return key, tenant_id

    async def _sender(self, ctx: ForPlugin, plugin: str, route: Route, key: UUID) -> Connected[Any]:
        kind = self.tools.host.all_of(INTEGRATIONS).get(f"{plugin}.{route.integration}")
        found = [] if kind is None else await ctx.integrations(kind.thing, only=key)
        if not found:
            raise unavailable()
        return found[0]


async def _granted(tenant_id: UUID, plugin: str) -> frozenset[str]:
    """The scopes that the tenant has granted it. Raises Refusal where it has not enabled it."""
    granted = await granted_scopes(tenant_id, plugin)
    if granted is None:
        raise not_found()
    return granted

"""How the compared servers find out who asks: by the product's own statement, over a pool of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from core.identity.queries import _BEARER, _KINDS, viewer_of
from core.identity.tokens import hash_of
from core.kit.context import Viewer
from core.kit.database.connect import APP_ROLE, SYSTEM_ROLE, credentials
from core.kit.database.sql import bind


async def _no_reset(_connection: Any) -> None:
    """As the product's pools."""


class Pools:
    """Two pools as the product has them: one that row-level security binds, one that looks across tenants."""

    def __init__(self, url: str) -> None:
        self._credentials = credentials(url)
        self._tenant: asyncpg.Pool | None = None
        self._system: asyncpg.Pool | None = None

    async def open(self) -> None:
        self._tenant, self._system = [
            await asyncpg.create_pool(
                **self._credentials, min_size=1, max_size=10, server_settings={"role": role}, reset=_no_reset
            )
            for role in (APP_ROLE, SYSTEM_ROLE)
        ]

    async def close(self) -> None:
        assert self._tenant is not None and self._system is not None
        await self._tenant.close()
        await self._system.close()

    async def viewer(self, header: str) -> Viewer:
        """Whose token an Authorization header brings."""
        assert self._system is not None
        values = {"hash": hash_of(header.partition(" ")[2]), "kinds": _KINDS, "now": datetime.now(UTC)}
        text, arguments = bind(_BEARER, values)
        return viewer_of(await self._system.fetchrow(text, *arguments))

    @asynccontextmanager
    async def acquire(self, tenant_id: UUID) -> AsyncIterator[asyncpg.Connection]:
        """A connection that sees one tenant."""
        assert self._tenant is not None
        async with self._tenant.acquire() as connection:
            await connection.execute("select set_config('app.tenant', $1, false)", str(tenant_id))
            yield connection

"""Pools. One connects as a role that row-level security binds to the current tenant; a small second one as the
role that may look across tenants (log-in by token, the worker's claim, operators' commands), and only those use it.

The tenant is told to PostgreSQL at every acquire, so a connection can never carry another request's tenant; the same
trip asks whether what a request presumes still holds. asyncpg's reset at release costs as much as that and would repeat
it, so it is left out; in turn only `SET LOCAL` and transaction-scoped advisory locks may be used, and LISTEN has a
connection of its own.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from socket import gaierror
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException, DBConnectionError

from core.kit.context import tenant_or_none
from core.kit.database.presuming import CHANGED, NoLongerHolds, to_ask
from core.kit.database.wakes import RETURNED, Sender, WakingConnection, passing_on

MODELS = [
    "core.kit.models",
    "core.tenants.models",
    "core.identity.models",
    "core.forms.models",
    "core.groups.models",
    "core.customers.models",
    "core.fields.models",
    "core.tickets.models",
    "core.files.models",
    "core.jobs.models",
    "core.views.models",
    "core.appearance.models",
    "core.webhooks.models",
    "core.mails.models",
    "core.recurring.models",
    "core.sides.models",
    "core.notifications.models",
    "core.presence.models",
    "core.extensions.models",
    "core.search.models",
    "core.signon.models",
    "core.exchange.models",
    "core.founding.models",
]
APP_ROLE = "deskgraph_app"
SYSTEM_ROLE = "deskgraph_system"


class Reach(StrEnum):
    """How far a connection sees."""

    TENANT = "default"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Database:
    """Where PostgreSQL is and how many connections a process may hold."""

    url: str
    pool_size: int = 10
    sender: Sender | None = None
    """Who passes on the wake-ups of what is written; without one the database tells everybody itself."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """Modules with tables of plugins, by the plugins' names. They can be imported."""


_opening: ContextVar[str] = ContextVar("transaction_is_opening", default="")


@contextmanager
def opening(local: str) -> Iterator[None]:
    """A connection that is taken from a pool inside comes with a transaction begun. `local` is the SQL that makes
    settings for it, if any."""
    token = _opening.set(f"begin; {local}; " if local else "begin; ")
    try:
        yield
    finally:
        _opening.reset(token)


async def _tell_tenant(connection: asyncpg.Connection) -> None:
    tenant_id = tenant_or_none()  # a UUID: nothing in it needs quoting
    presumed = to_ask(tenant_id)
    if presumed is None:
        told = f"select set_config('app.tenant', '{tenant_id or ''}', false)"
    else:
        told = f"select tell_tenant('{tenant_id}', {presumed.version})"
    try:
        await connection.execute(f"{_opening.get()}{told}", timeout=5)
    except asyncpg.PostgresError as error:
        if error.sqlstate == CHANGED and presumed is not None:
            presumed.is_over = True
            raise NoLongerHolds(f"the rights of tenant {tenant_id} have changed") from error
        raise
    if presumed is not None:
        presumed.holds = True


async def _begin_if_opening(connection: asyncpg.Connection) -> None:
    if _opening.get():
        await connection.execute(_opening.get(), timeout=5)


async def _no_reset(_connection: asyncpg.Connection) -> None:
    """See the module's docstring."""


def credentials(url: str) -> dict[str, object]:
    """asyncpg's arguments from a `postgresql://` address; `?host=` may name a Unix socket's folder."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    found: dict[str, object] = {
        "host": query.get("host") or parts.hostname or "127.0.0.1",
        "port": int(query.get("port") or parts.port or 5432),
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/") or "deskgraph",
    }
    if "sslmode" in query:
        found["ssl"] = query["sslmode"]
    return found


def _waking(sender: Sender | None) -> dict[str, object]:
    """What makes a pool hand wake-ups over."""
    if sender is None:
        return {"reset": _no_reset}
    return {"connection_class": WakingConnection, "reset": passing_on(sender)}


def tortoise_config(database: Database) -> dict[str, object]:
    base = credentials(database.url) | _waking(database.sender)
    told = RETURNED if database.sender else {}
    tenant_pool = {
        **base,
        "server_settings": {"role": APP_ROLE, "application_name": "deskgraph", **told},
        "minsize": 1,
        "maxsize": database.pool_size,
        "setup": _tell_tenant,
        "command_timeout": 60,
    }
    system_pool = {
        **base,
        "server_settings": {"role": SYSTEM_ROLE, "application_name": "deskgraph system", **told},
        "minsize": 1,
        "maxsize": max(2, database.pool_size // 4),
        "setup": _begin_if_opening,
        "command_timeout": 60,
    }
    return {
        "connections": {
            Reach.TENANT.value: {"engine": "tortoise.backends.asyncpg", "credentials": tenant_pool},
            Reach.SYSTEM.value: {"engine": "tortoise.backends.asyncpg", "credentials": system_pool},
        },
        "apps": {
            "core": {"models": MODELS, "default_connection": "default", "migrations": "core.migrations"},
            **{
                name: {"models": [module], "default_connection": "default"}
                for name, module in database.plugins.items()
            },
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def open_database(database: Database) -> AsyncIterator[None]:
    """Connect for as long as the block lasts; pools are made at first use."""
    async with AsyncExitStack() as stack:
        if database.sender is not None:
            await stack.enter_async_context(database.sender.opened())
        await Tortoise.init(config=tortoise_config(database), _enable_global_fallback=True)
        try:
            yield
        finally:
            await Tortoise.close_connections()


_UNAVAILABLE = (
    ConnectionError,
    gaierror,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # what asyncpg says when the server's farewell and a statement cross
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
)


def is_of_database(error: BaseException) -> bool:
    """True when a statement failed, whatever the reason: an open transaction is over then."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, asyncpg.PostgresError | asyncpg.InterfaceError | BaseORMException):
            return True
        seen = seen.__cause__ or seen.__context__
    return is_unavailable(error)


_CLOSED = re.compile(r"(connection|pool) is (closed|closing)|released back to the pool")
"""Of asyncpg's InterfaceErrors those about a connection that is gone; the others are mistakes in how it was used."""


def is_unavailable(error: BaseException) -> bool:
    """True when the database cannot serve now (stopped, starting, full, two writers in each other's way) and the same
    request may succeed later."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _UNAVAILABLE) and not isinstance(seen, asyncpg.QueryCanceledError):
            return True
        if isinstance(seen, asyncpg.InterfaceError) and _CLOSED.search(str(seen)):
            return True
        # A socket that is gone: asyncio does not say which file it missed, whoever opens a file does.
        if isinstance(seen, FileNotFoundError) and (seen.filename is None or ".s.PGSQL" in str(seen)):
            return True
        seen = seen.__cause__ or seen.__context__
    return False

"""Events for tests: of a type of their own, so that tests which run beside these are not in the way."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from core.kit.context import acting_for
from core.kit.database import fetch_value, transaction
from core.kit.events import Happening, record
from core.kit.ids import new_id
from core.operating import operator_context
from core.testing import Desk


def own_type() -> str:
    return f"test.{secrets.token_hex(6)}"


async def happen(desk: Desk, *types: str, subject: UUID | None = None) -> UUID:
    """Write events in one transaction. Returns what they are about."""
    about = subject or new_id()
    with acting_for(desk.tenant_id):
        async with transaction():
            await record(
                operator_context(desk.tenant_id),
                *(
                    Happening(each, "ticket", about, {"place": [None, place]})
                    for place, each in enumerate(types)
                ),
            )
    return about


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.05)


async def somebody_waits() -> bool:
    """Whether somebody waits for what the open transaction has locked."""
    found = "select exists (select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid)))"
    return bool(await fetch_value(found))

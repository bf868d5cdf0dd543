"""How often one may try to get in. Counted in the database, so that all processes count together."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil
from uuid import UUID

from core.identity.errors import TooManyAttempts
from core.kit.database import Reach, execute, fetch_one
from core.kit.ids import new_id

_IPV6_HOME = 64
"""Bits of an IPv6 address that one household has in common."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts of one subject in a window."""

    name: str
    attempts: int
    window: timedelta

    def subject(self, value: str) -> str:
        return hashlib.sha256(f"{self.name}\x00{value}".encode()).hexdigest()


SIGN_IN_ACCOUNT = Limit("sign-in account", 10, timedelta(minutes=15))
SIGN_IN_ADDRESS = Limit("sign-in address", 100, timedelta(minutes=15))
RESET_ACCOUNT = Limit("reset account", 5, timedelta(hours=1))
RESET_ADDRESS = Limit("reset address", 50, timedelta(hours=1))


def address_of(ip: str | None) -> str:
    """What counts as one address: of IPv6 the first half, since anybody with one has 2^64 of them."""
    try:
        read = ip_address(ip or "")
    except ValueError:
        return "unknown"
    return str(int(read) >> _IPV6_HOME) if isinstance(read, IPv6Address) else str(read)


def counting(table: str, *keys: str) -> str:
    """The statement that counts an attempt of a subject in a table, which has these keys beside it."""
    names, values = "".join(f", {key}" for key in keys), "".join(f", :{key}" for key in keys)
    return f"""
insert into {table} as t (id, created_at, subject, window_start, attempts{names})
values (:id, :now, :subject, :now, 1{values})
on conflict ({", ".join((*keys, "subject"))}) do update set
  attempts = case when t.window_start <= :stale then 1 else t.attempts + 1 end,
  window_start = case when t.window_start <= :stale then :now else t.window_start end
returning attempts, window_start
"""


async def minutes_to_wait(
    statement: str, limit: Limit, value: str, now: datetime, *, reach: Reach = Reach.TENANT, **keys: object
) -> int | None:
    """Count an attempt in the open transaction by a statement of `counting`, before it is known how it ends, so that
    parallel ones count too. Says how long to wait where there were too many: the transaction is then to be rolled back,
    and this attempt is not counted."""
    values = {
        "id": new_id(),
        "now": now,
        "subject": limit.subject(value),
        "stale": now - limit.window,
        **keys,
    }
    row = await fetch_one(statement, values, reach=reach)
    assert row is not None, "it was counted"
    if row["attempts"] <= limit.attempts:
        return None
    left: timedelta = row["window_start"] + limit.window - now
    return max(1, ceil(left.total_seconds() / 60))


_COUNT = counting("throttles", "tenant_id")


async def count(tenant_id: UUID, limit: Limit, value: str, now: datetime) -> None:
    """Count an attempt in the open transaction. Raises TooManyAttempts; then it is rolled back."""
    minutes = await minutes_to_wait(_COUNT, limit, value, now, tenant_id=tenant_id)
    if minutes is not None:
        raise TooManyAttempts(minutes=minutes)


async def forgive(tenant_id: UUID, limit: Limit, value: str, *, attempts: int | None = None) -> None:
    """Take back one's attempts, or so many of them."""
    values: dict[str, object] = {"tenant": tenant_id, "subject": limit.subject(value)}
    if attempts is None:
        await execute("delete from throttles where tenant_id = :tenant and subject = :subject", values)
        return
    await execute(
        "update throttles set attempts = greatest(0, attempts - :attempts)"
        " where tenant_id = :tenant and subject = :subject",
        {**values, "attempts": attempts},
    )

"""Points: what a token and a tenant may spend in a minute, and what is left.

Windows are whole minutes. In memory a process counts for itself and gets its share of the allowance; with
Redis the processes count together. When Redis does not answer, a process falls back to counting for itself:
a limit that is less exact serves the desk better than none, or than no answer.
"""

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from core.graphql.caller import Caller
from core.graphql.counters import WINDOW_SECONDS, Counters, MemoryCounters
from core.graphql.errors import Code, RefusedRequest
from core.kit.graph.scalars import write_instant
from core.kit.peers import Peer

REFUSAL_COST = 10
"""Points for a request that is refused."""
_PREPARATION_COST = 10
_CHARACTERS_PER_PREPARATION_POINT = 50


@dataclass(frozen=True, slots=True)
class Allowance:
    """What this request cost, and what its sender has left in this window."""

    cost: int
    limit: int
    remaining: int
    reset_at: datetime

    def to_extension(self) -> dict[str, object]:
        """`extensions.cost` of an answer."""
        return {
            "requested": self.cost,
            "limit": self.limit,
            "remaining": self.remaining,
            "resetAt": _written(self.reset_at),
        }


current_allowance: ContextVar[Allowance | None] = ContextVar("current_allowance", default=None)
"""Set while an operation executes; the root field `rateLimit` reads it."""


def preparation_cost(text: str) -> int:
    """Points for a document the server does not remember: 10, and one for each 50 characters.

    Parsing and validating is the dearest part of a small request; who sends texts that stay the same, with
    variables for what changes, pays it once.
    """
    return _PREPARATION_COST + len(text) // _CHARACTERS_PER_PREPARATION_POINT


class RateLimited(RefusedRequest):
    """The allowance is spent; carries what is left of it."""

    def __init__(self, allowance: Allowance, seconds: int) -> None:
        super().__init__(
            Code.RATE_LIMITED,
            "The allowance of {limit} points a minute is spent; try again in {seconds} seconds.",
            values={"limit": allowance.limit, "seconds": seconds},
            headers={"Retry-After": str(seconds)},
            retryAfter=seconds,
        )
        self.allowance = allowance


class _Bucket(NamedTuple):
    key: str
    limit: int


class PointLimits:
    """The buckets of callers and tenants. `clock` gives seconds since the epoch."""

    def __init__(
        self,
        *,
        points_per_minute: int,
        points_per_minute_tenant: int,
        max_cost: int,
        processes: int,
        redis: Peer | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        share = 1 if redis else processes
        # An operation of the highest cost must fit into an unspent allowance, or it could never run.
        self._limit = max(points_per_minute // share, max_cost)
        self._tenant_limit = max(points_per_minute_tenant // share, max_cost)
        self._counters = _counters(redis, processes)
        self._clock = clock

    async def aclose(self) -> None:
        """At the end of the process: let go of connections."""
        await self._counters.aclose()

    async def charge(self, caller: Caller, cost: int) -> Allowance:
        """Take the cost from every bucket of the caller, or from none. Raises RateLimited."""
        window = int(self._clock()) // WINDOW_SECONDS
        buckets = self._buckets(caller)
        spent = await self._add(buckets, cost, window)
        if any(total > bucket.limit for total, bucket in zip(spent, buckets, strict=True)):
            spent = await self._add(buckets, -cost, window)
            raise self._refusal(self._allowance(cost, buckets, spent, window))
        return self._allowance(cost, buckets, spent, window)

    def charge_now(self, caller: Caller, cost: int) -> bool:
        """Take the cost from every bucket of the caller, where that needs no waiting and the allowance has it. False
        where nothing was taken: then `charge` is the way."""
        window = int(self._clock()) // WINDOW_SECONDS
        taken: list[_Bucket] = []
        for bucket in self._buckets(caller):
            total = self._counters.add_now(bucket.key, cost, window)
            if total is not None:
                taken.append(bucket)
            if total is None or total > bucket.limit:
                for each in taken:
                    self._counters.add_now(each.key, -cost, window)
                return False
        return True

    async def charge_refusal(self, caller: Caller) -> Allowance:
        """Take the points of a refused request, down to nothing."""
        window = int(self._clock()) // WINDOW_SECONDS
        buckets = self._buckets(caller)
        spent = await self._add(buckets, REFUSAL_COST, window)
        return self._allowance(REFUSAL_COST, buckets, spent, window)

    def _buckets(self, caller: Caller) -> list[_Bucket]:
        buckets = [_Bucket(f"caller:{caller.bucket_key}", self._limit)]
        if caller.tenant_key is not None:
            buckets.append(_Bucket(f"tenant:{caller.tenant_key}", self._tenant_limit))
        return buckets

    async def _add(self, buckets: Sequence[_Bucket], points: int, window: int) -> list[int]:
        return [await self._counters.add(bucket.key, points, window) for bucket in buckets]

    def _allowance(
        self, cost: int, buckets: Sequence[_Bucket], spent: Sequence[int], window: int
    ) -> Allowance:
        """The bucket with least left is the one that will refuse first, so it is the one told."""
        remaining, limit = min(
            (max(0, b.limit - total), b.limit) for b, total in zip(buckets, spent, strict=True)
        )
        return Allowance(cost, limit, remaining, _end_of(window))

    def _refusal(self, allowance: Allowance) -> RateLimited:
        return RateLimited(allowance, max(1, ceil(allowance.reset_at.timestamp() - self._clock())))


# One window's are asked for at every request.
@lru_cache(4)
def _end_of(window: int) -> datetime:
    return datetime.fromtimestamp((window + 1) * WINDOW_SECONDS, UTC)


_written = lru_cache(4)(write_instant)


def _counters(redis: Peer | None, processes: int) -> Counters:
    if redis is None:
        return MemoryCounters()
    # The client library is an extra: most installations have no Redis.
    from core.graphql.redis_counters import RedisCounters

    return RedisCounters(redis, MemoryCounters(), share=processes)

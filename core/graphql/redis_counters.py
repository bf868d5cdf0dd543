"""Points counted in Redis, for all processes together.

What has no time to wait, as events to subscribers, is spent ahead: against what this process last heard, and Redis is
told of it within a second, of each key once, and answers what all have spent. So a limit can be overshot by what
several processes spend ahead in two seconds, and by no more.
"""

import asyncio
import logging
import time
from contextvars import Context as Variables

from limits.aio.storage import RedisStorage
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from core.graphql.counters import WINDOW_SECONDS, Counters
from core.kit.peers import Peer

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5
_REST_SECONDS = 5.0
_TELL_SECONDS = 1.0
_TOLD_TOGETHER = 500
_CONNECTIONS = 20
_PREFIX = "deskgraph:points"


class RedisCounters:
    """Counts in Redis; while that does not answer, `alone` counts, every point as often as there are processes."""

    def __init__(self, redis: Peer, alone: Counters, *, share: int) -> None:
        self._pool = BlockingConnectionPool.from_url(
            redis.url,
            max_connections=_CONNECTIONS,
            timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            **redis.redis_tls,
        )
        self._storage = RedisStorage(
            f"async+{redis.url}",
            implementation="redispy",
            key_prefix=_PREFIX,
            connection_pool=self._pool,  # type: ignore[arg-type]
        )
        self._alone = alone
        self._share = share
        self._rest_until = 0.0
        self._ahead = _Ahead()
        self._telling: asyncio.Task[None] | None = None
        self._is_over = asyncio.Event()

    async def add(self, key: str, points: int, window: int) -> int:
        points += self._ahead.take(key, window)
        if not self._is_resting():
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    # Kept for two windows, so that a late hit never counts into an empty one.
                    total = await self._storage.incr(f"{key}:{window}", 2 * WINDOW_SECONDS, amount=points)
            except (RedisError, TimeoutError, OSError):
                self._rest()
            else:
                self._ahead.learn(key, window, total)
                return total
        return await self._alone.add(key, points * self._share, window)

    def add_now(self, key: str, points: int, window: int) -> int | None:
        if self._is_resting():
            return self._alone.add_now(key, points * self._share, window)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell(), context=Variables())
        return self._ahead.spend(key, points, window)

    async def _tell(self) -> None:
        """Tell Redis what was spent ahead, once a moment has gathered it."""
        try:
            async with asyncio.timeout(_TELL_SECONDS):
                await self._is_over.wait()
        except TimeoutError:
            pass
        window, spent = self._ahead.take_all()
        try:
            for start in range(0, len(spent), _TOLD_TOGETHER):
                await self._tell_some(window, spent[start : start + _TOLD_TOGETHER])
        except (RedisError, TimeoutError, OSError):
            self._rest()

    async def _tell_some(self, window: int, spent: list[tuple[str, int]]) -> None:
        names = [f"{_PREFIX}:{key}:{window}" for key, _ in spent]
        async with (
            asyncio.timeout(_PATIENCE_SECONDS),
            Redis(connection_pool=self._pool).pipeline(transaction=False) as together,
        ):
            for name, (_, points) in zip(names, spent, strict=True):
                together.incrby(name, points)
                together.expire(name, 2 * WINDOW_SECONDS)
            totals = (await together.execute())[::2]
        for (key, _), total in zip(spent, totals, strict=True):
            self._ahead.learn(key, window, total)

    def _is_resting(self) -> bool:
        return time.monotonic() < self._rest_until

    def _rest(self) -> None:
        self._rest_until = time.monotonic() + _REST_SECONDS
        log.warning("graphql.limits.redis_unreachable", extra={"fallback": "memory"})

    async def aclose(self) -> None:
        self._is_over.set()
        if self._telling is not None:
            await asyncio.wait({self._telling})
        await self._pool.disconnect()


class _Ahead:
    """What this process has spent of each key and Redis does not know yet, and the sums that Redis last told. Of one
    window: what was spent ahead in a former one bounds nothing any more."""

    def __init__(self) -> None:
        self._window = 0
        self._known: dict[str, int] = {}
        self._spent: dict[str, int] = {}

    def spend(self, key: str, points: int, window: int) -> int:
        """The sum with these points, as far as is known here."""
        self._turn_to(window)
        spent = self._spent[key] = self._spent.get(key, 0) + points
        return self._known.get(key, 0) + spent

    def take(self, key: str, window: int) -> int:
        """What was spent of a key, to be told by whoever asks."""
        return self._spent.pop(key, 0) if window == self._window else 0

    def take_all(self) -> tuple[int, list[tuple[str, int]]]:
        """The window, and what was spent in it of each key."""
        spent, self._spent = self._spent, {}
        return self._window, [each for each in spent.items() if each[1]]

    def learn(self, key: str, window: int, total: int) -> None:
        """Redis told the sum of a key."""
        if window == self._window:
            self._known[key] = total

    def _turn_to(self, window: int) -> None:
        if window > self._window:
            self._window, self._known, self._spent = window, {}, {}

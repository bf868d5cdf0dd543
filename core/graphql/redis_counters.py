"""Points counted in Redis, for all processes together."""

import asyncio
import logging
import time

from limits.aio.storage import RedisStorage
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from core.graphql.counters import WINDOW_SECONDS, Counters
from core.kit.peers import Peer

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5
_REST_SECONDS = 5.0
_CONNECTIONS = 20


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
            key_prefix="deskgraph:points",
            connection_pool=self._pool,  # type: ignore[arg-type]
        )
        self._alone = alone
        self._share = share
        self._rest_until = 0.0

    async def add(self, key: str, points: int, window: int) -> int:
        if time.monotonic() >= self._rest_until:
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    # Kept for two windows, so that a late hit never counts into an empty one.
                    return await self._storage.incr(f"{key}:{window}", 2 * WINDOW_SECONDS, amount=points)
            except (RedisError, TimeoutError, OSError):
                self._rest_until = time.monotonic() + _REST_SECONDS
                log.warning("graphql.limits.redis_unreachable", extra={"fallback": "memory"})
        return await self._alone.add(key, points * self._share, window)

    def add_now(self, _key: str, _points: int, _window: int) -> None:
        """Redis has to be waited for."""

    async def aclose(self) -> None:
        await self._pool.disconnect()

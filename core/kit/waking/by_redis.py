"""Waking by Redis: SUBSCRIBE on a connection of its own; PUBLISH by whoever wrote, after the transaction.

What Redis does not get is lost, and costs those who wait the time until they look by themselves.

The client of Redis can lose a cancellation: it sends with `asyncio.wait_for`, which in Python 3.11 drops one that comes
at the moment of its end. So nothing here ends by a cancellation alone; each loop looks whether it is over.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from contextvars import Context as Variables
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from core.kit.database.wakes import Wake
from core.kit.logging import get_logger
from core.kit.peers import Peer, told
from core.kit.waking.contract import FIRST_WAIT, LONGEST_WAIT, LOOK_ALIVE, Heard

log = get_logger(__name__)

PATIENCE = 2.0
"""Seconds that Redis may take to answer."""
MOST_WAITING = 10_000
"""Wake-ups that wait to be sent. More are dropped."""
_SAY_AGAIN = 0.1
"""So many seconds after a cancellation that was not heard, another follows."""


def client_of(redis: Peer) -> Redis:
    """A client that gives up soon, and connects once more where a connection turns out to be dead."""
    return Redis.from_url(
        redis.url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=True,
        retry=Retry(NoBackoff(), 1), **redis.redis_tls,
    )  # fmt: skip


def channel_in(redis: Peer, channel: str) -> str:
    """What a channel is called there. Channels span the databases of a Redis; installations in two of them do not wake
    each other."""
    return f"deskgraph:{urlsplit(redis.url).path.strip('/') or '0'}:{channel}"


class RedisWaking:
    """The way that keeps commits out of each other's way."""

    def __init__(self, redis: Peer) -> None:
        self._redis = redis
        self.sender = Publisher(redis)

    async def listen(self, heard: Mapping[str, Heard]) -> None:
        """Until cancelled."""
        over = asyncio.Event()
        listening = asyncio.get_running_loop().create_task(self._listen(heard, over))
        try:
            await asyncio.wait({listening})
        finally:
            over.set()
            while not listening.done():
                listening.cancel()
                await asyncio.wait({listening}, timeout=_SAY_AGAIN)

    async def _listen(self, heard: Mapping[str, Heard], over: asyncio.Event) -> None:
        named = {channel_in(self._redis, channel): tell for channel, tell in heard.items()}
        wait = FIRST_WAIT
        while not over.is_set():
            try:
                async with client_of(self._redis) as client, client.pubsub() as hearing:
                    await hearing.subscribe(*named)
                    wait = FIRST_WAIT
                    await _hear(hearing, named, over)
            except Exception as error:  # the task runner: whatever ended it, a new connection is next
                _tell("listener.lost", error)
            if not over.is_set():
                await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _hear(hearing: PubSub, named: Mapping[str, Heard], over: asyncio.Event) -> None:
    """Until it is over or the connection is lost."""
    is_asked = False
    while not over.is_set():
        message = await hearing.get_message(timeout=LOOK_ALIVE)
        if message is None:
            if is_asked:
                raise TimeoutError("Redis says nothing any more")
            await hearing.ping()
        elif message["type"] == "subscribe":
            named[message["channel"]](None)  # so it says at each connection, too
        elif message["type"] == "message":
            named[message["channel"]](message["data"])
        is_asked = message is None


class Publisher:
    """Publishes in the background, what came meanwhile together. The log says once that Redis is away."""

    def __init__(self, redis: Peer) -> None:
        self._redis = redis
        self._waiting: set[Wake] = set()
        self._some = asyncio.Event()
        self._is_over = False
        self._is_troubled = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """For the length of the block; what is left at its end goes out first."""
        self._some, self._is_over = asyncio.Event(), False
        async with client_of(self._redis) as client:
            publishing = asyncio.get_running_loop().create_task(self._run(client), context=Variables())
            try:
                yield
            finally:
                self._is_over = True
                self._some.set()
                await asyncio.wait({publishing})

    def send(self, wakes: Collection[Wake]) -> None:
        """Soon."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.update(wakes)
        self._some.set()

    async def _run(self, client: Redis) -> None:
        while self._waiting or not self._is_over:
            await self._some.wait()
            self._some.clear()
            await self._publish(client)

    async def _publish(self, client: Redis) -> None:
        wakes, self._waiting = self._waiting, set()
        if not wakes:
            return
        try:
            async with asyncio.timeout(2 * PATIENCE), client.pipeline(transaction=False) as together:
                for channel, said in wakes:
                    together.publish(channel_in(self._redis, channel), said)
                await together.execute()
        except (RedisError, OSError) as error:  # a timeout is one of the latter
            if not self._is_troubled:
                log.warning("waking.redis_unavailable", reason=told(error))
            self._is_troubled = True
        else:
            if self._is_troubled:
                log.info("waking.redis_answers_again")
            self._is_troubled = False


def _tell(event: str, error: Exception) -> None:
    if isinstance(error, RedisError | OSError):
        log.warning(event, error=type(error).__name__, reason=told(error))
    else:
        log.error(event, exc_info=error)

"""Trying a Redis as wake-ups use it, for `deskgraph doctor`."""

import asyncio
import secrets

from core.kit.peers import Peer
from core.kit.waking.by_redis import PATIENCE, channel_in, client_of


class Deaf(Exception):
    """It answers, and what is published there does not arrive."""


async def examine(redis: Peer) -> str:
    """What answers there, once it told us what we told it. Raises Deaf, or whatever keeps us from connecting."""
    channel, word = channel_in(redis, "doctor"), secrets.token_hex(8)
    async with client_of(redis) as client, client.pubsub() as hearing:
        version = (await client.info("server"))["redis_version"]
        await hearing.subscribe(channel)
        await hearing.get_message(timeout=PATIENCE)
        await client.publish(channel, word)
        try:
            async with asyncio.timeout(PATIENCE):
                async for message in hearing.listen():
                    if message["data"] == word:
                        return f"Redis {version}, which passes wake-ups on"
        except TimeoutError:
            pass
    raise Deaf(f"Redis {version} does not pass on what is published.")

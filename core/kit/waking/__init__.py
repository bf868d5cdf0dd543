"""How processes wake each other when there is something new in the tables.

The tables are the truth: a wake-up carries nothing that matters, and whoever waits also looks every few seconds.
There are two ways, of one contract (`contract`): by PostgreSQL, which every installation has, and by Redis, where one
is named. Which one is decided here and known nowhere else.
"""

from importlib.util import find_spec

from core.kit.peers import Peer
from core.kit.waking.by_postgres import PostgresWaking
from core.kit.waking.contract import Heard, Waking

__all__ = ["Heard", "PostgresWaking", "RedisMissing", "Waking", "require_redis", "waking_by"]


class RedisMissing(Exception):
    """A Redis is set, but what talks to it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "DESKGRAPH_REDIS_URL is set, but the client of Redis is not installed. Install it with"
            " `.venv/bin/uv pip install -c lock.txt -e '.[redis]'`, or leave the setting out:"
            " PostgreSQL then does what it is for."
        )


def require_redis() -> None:
    """Raises RedisMissing, which says what to do."""
    if find_spec("redis") is None:
        raise RedisMissing


def waking_by(database_url: str, redis: Peer | None) -> Waking:
    """The way of this installation. Raises RedisMissing."""
    if redis is None:
        return PostgresWaking(database_url)
    require_redis()
    from core.kit.waking.by_redis import RedisWaking

    return RedisWaking(redis)

"""Points counted in a real Redis: processes share one allowance, and losing Redis does not lose the API."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.graphql.limits import PointLimits, RateLimited
from core.kit.peers import Peer
from tests.graphql.edge.schema import Person

pytestmark = pytest.mark.interop


class Redis:
    """A redis-server of this test's own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = subprocess.Popen(
            [
                "redis-server",
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                str(folder),
            ],
            stdout=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=0.1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("redis-server did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on this machine")
    server = Redis(tmp_path)
    yield server
    server.stop()


@asynccontextmanager
async def limits(url: str) -> AsyncIterator[PointLimits]:
    points = PointLimits(
        points_per_minute=100,
        points_per_minute_tenant=1000,
        max_cost=10,
        processes=4,
        redis=Peer(url),
        clock=lambda: 90.0,
    )
    yield points
    await points.aclose()


async def test_processes_share_one_allowance(redis: Redis) -> None:
    async with limits(redis.url) as one, limits(redis.url) as other:
        await one.charge(Person(), 60)

        assert (await other.charge(Person(), 10)).remaining == 30
        with pytest.raises(RateLimited):
            await one.charge(Person(), 31)
        assert (await other.charge(Person(), 30)).remaining == 0


async def test_concurrent_charges_never_exceed_the_allowance(redis: Redis) -> None:
    async with limits(redis.url) as one, limits(redis.url) as other:
        charges = [points.charge(Person(), 10) for points in (one, other) for _ in range(10)]
        results = await asyncio.gather(*charges, return_exceptions=True)

    granted = sum(not isinstance(result, RateLimited) for result in results)
    assert 1 <= granted <= 10


async def test_without_redis_a_process_goes_on_with_its_share(redis: Redis) -> None:
    async with limits(redis.url) as points:
        await points.charge(Person(), 10)

        redis.stop()

        assert (await points.charge(Person(), 20)).remaining == 20
        with pytest.raises(RateLimited):
            await points.charge(Person(), 10)

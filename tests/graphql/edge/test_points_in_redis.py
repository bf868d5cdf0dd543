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
    try:
        yield points
    finally:
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


async def test_what_is_spent_ahead_is_told_to_the_other_processes(redis: Redis) -> None:
    async with limits(redis.url) as one, limits(redis.url) as other:
        assert [one.charge_now(Person(), 1) for _ in range(60)] == [True] * 60
        await asyncio.sleep(1.5)

        assert (await other.charge(Person(), 10)).remaining == 30
        assert (await one.charge(Person(), 10)).remaining == 20
        assert [one.charge_now(Person(), 1) for _ in range(21)] == [True] * 20 + [False]
        with pytest.raises(RateLimited):
            await one.charge(Person(), 1)


async def test_what_is_spent_ahead_counts_at_once_here_and_is_told_at_the_end(redis: Redis) -> None:
    async with limits(redis.url) as other:
        async with limits(redis.url) as one:
            assert one.charge_now(Person(), 30)
            assert (await one.charge(Person(), 10)).remaining == 60
            assert one.charge_now(Person(), 15)
            assert one.charge_now(Person(), -5)
        assert (await other.charge(Person(), 10)).remaining == 40


async def test_a_limit_is_overshot_only_until_processes_have_heard_of_each_other(redis: Redis) -> None:
    async with limits(redis.url) as one, limits(redis.url) as other:
        spent = [each.charge_now(Person(), 1) for each in (one, other) for _ in range(80)]
        await asyncio.sleep(1.5)

        assert spent == [True] * 160
        for each in (one, other):  # what a process hears, it hears when it tells
            each.charge_now(Person(), 1)
        await asyncio.sleep(1.5)
        assert [each.charge_now(Person(), 1) for each in (one, other)] == [False, False]


async def test_without_redis_what_is_spent_ahead_counts_in_the_process(redis: Redis) -> None:
    async with limits(redis.url) as points:
        redis.stop()
        await points.charge(Person(), 10)

        assert [points.charge_now(Person(), 5) for _ in range(4)] == [True, True, True, False]

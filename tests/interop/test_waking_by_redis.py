"""Processes that wake each other by Redis: at once while it is there, a little later while it is not."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
import trustme

from core.doctor import _redis
from core.kit.peers import Peer
from core.kit.waking.by_redis import Publisher, RedisWaking
from core.testing.brokers import Broker, Certificate, needs, redis_server
from settings import Settings
from tests.crash.installation import Installation, served
from tests.crash.load import INVITE, OPEN, ROLES
from tests.crash.subscriber import Subscriber
from tests.crash.trial import under_load
from tests.interop.certificates import issued, written

LISTENERS = "select count(*) from pg_stat_activity where application_name = 'deskgraph listener'"
SOON = 2.0
"""Well below the five seconds after which everybody looks by themselves."""

pytestmark = [pytest.mark.interop, pytest.mark.timeout(480)]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Broker]:
    needs("redis-server")
    with redis_server(tmp_path / "redis") as server:
        yield server


@asynccontextmanager
async def hearing(waking: RedisWaking) -> AsyncIterator[list[str | None]]:
    heard: list[str | None] = []
    task = asyncio.create_task(waking.listen({"some": heard.append, "other": lambda _said: None}))
    try:
        await until(heard, None)
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(heard: list[str | None], said: str | None, times: int = 1) -> None:
    async with asyncio.timeout(30):
        while heard.count(said) < times:  # noqa: ASYNC110 - Redis tells
            await asyncio.sleep(0.01)


async def test_what_is_sent_is_heard_by_those_who_listen_there(redis: Broker) -> None:
    waking = RedisWaking(Peer(redis.url))
    async with waking.sender.opened(), hearing(waking) as heard:
        waking.sender.send({("other", "a"), ("some", "b")})
        await until(heard, "b")

    assert heard == [None, "b"]


async def test_what_waits_at_the_end_still_goes_out(redis: Broker) -> None:
    waking = RedisWaking(Peer(redis.url))
    async with hearing(waking) as heard:
        async with waking.sender.opened():
            waking.sender.send({("some", "last")})
        await until(heard, "last")

    assert heard == [None, "last"]


async def test_databases_of_one_redis_do_not_wake_each_other(redis: Broker) -> None:
    one, other = RedisWaking(Peer(redis.url)), RedisWaking(Peer(redis.url.replace("/0", "/1")))
    async with one.sender.opened(), other.sender.opened(), hearing(one) as heard:
        other.sender.send({("some", "other")})
        await asyncio.sleep(0.5)
        one.sender.send({("some", "one")})
        await until(heard, "one")

    assert heard == [None, "one"]


async def test_after_a_kill_both_sides_come_back_and_anything_may_be_new(redis: Broker) -> None:
    waking = RedisWaking(Peer(redis.url))
    async with waking.sender.opened(), hearing(waking) as heard:
        redis.kill()
        waking.sender.send({("some", "lost")})
        await asyncio.sleep(1)
        await asyncio.to_thread(redis.start)
        await until(heard, None, 2)
        waking.sender.send({("some", "again")})
        await until(heard, "again")

    assert "lost" not in heard


@pytest.mark.parametrize("moment", range(40))
async def test_listening_ends_whenever_it_is_told_to(redis: Broker, moment: int) -> None:
    """The client of Redis can lose a cancellation that comes while it sends, so each moment of connecting counts."""
    listening = asyncio.create_task(RedisWaking(Peer(redis.url)).listen({"some": lambda _said: None}))
    for _ in range(moment):
        await asyncio.sleep(0)
    listening.cancel()

    ended, _ = await asyncio.wait({listening}, timeout=2)
    listening.cancel()  # so that a failure leaves nothing running
    assert ended == {listening}


async def test_sending_ends_whenever_it_is_told_to_with_all_that_waited(redis: Broker) -> None:
    moments = range(40)

    async def send_and_end(sender: Publisher, moment: int) -> None:
        async with sender.opened():
            sender.send({("some", f"first {moment}")})
            for _ in range(moment):
                await asyncio.sleep(0)
            sender.send({("some", f"last {moment}")})

    async with hearing(RedisWaking(Peer(redis.url))) as heard:
        for moment in moments:
            await asyncio.wait_for(send_and_end(Publisher(Peer(redis.url)), moment), 2)
        await until(heard, f"last {moments[-1]}")

    expected = {f"{which} {moment}" for moment in moments for which in ("first", "last")}
    assert set(heard) - {None} == expected


async def _ask(installation: Installation, document: str, **input: object) -> dict[str, object]:
    headers = {"authorization": f"Bearer {installation.token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        body = {"query": document, "variables": {"input": input} if input else {}}
        reply = await http.post(f"{installation.url}/graphql", json=body)
    answer: dict[str, object] = reply.json()["data"]
    return answer


async def _seconds_to_hear(installation: Installation, subscriber: Subscriber) -> float:
    before, begun = len(subscriber.heard), time.monotonic()
    await _ask(installation, OPEN, title="A", body="B")
    async with asyncio.timeout(30):
        while len(subscriber.heard) == before:  # noqa: ASYNC110 - another process tells
            await asyncio.sleep(0.02)
    return time.monotonic() - begun


@asynccontextmanager
async def subscribed(installation: Installation) -> AsyncIterator[Subscriber]:
    subscriber = Subscriber(installation)
    listening = asyncio.create_task(subscriber.listen())
    try:
        await asyncio.wait_for(subscriber.listening.wait(), 60)
        yield subscriber
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_subscribers_and_workers_wake_by_redis_alone_and_look_without_it(
    redis: Broker, folder: Path
) -> None:
    with served(folder, DESKGRAPH_REDIS_URL=redis.url, DESKGRAPH_WORKER_POLL_SECONDS="20") as installation:
        async with subscribed(installation) as subscriber:
            with_redis = [await _seconds_to_hear(installation, subscriber) for _ in range(5)]
            mailed = await _seconds_to_mail(installation)
            assert await installation.count(LISTENERS) == 0

            redis.kill()
            without = await _seconds_to_hear(installation, subscriber)
            await asyncio.to_thread(redis.start)
            await asyncio.sleep(12)  # the longest wait of those who connect again
            again = [await _seconds_to_hear(installation, subscriber) for _ in range(5)]

        assert max(with_redis) < SOON and max(again) < SOON, (with_redis, again)
        assert mailed < 10
        assert without < 10
        assert installation.output().count("waking.redis_unavailable") >= 1
        assert "waking.redis_answers_again" in installation.output()
        assert "service.died" not in installation.output()


async def _seconds_to_mail(installation: Installation) -> float:
    roles: list[dict[str, str]] = (await _ask(installation, ROLES))["roles"]["nodes"]  # type: ignore[index, call-overload]
    role = next(each["id"] for each in roles if each["name"] == "Agent")
    before, begun = len(installation.mails), time.monotonic()
    await _ask(installation, INVITE, email="lin@acme.example", name="Lin", roleIds=[role])
    async with asyncio.timeout(60):
        while len(installation.mails) == before:  # noqa: ASYNC110 - another process mails
            await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def test_a_minute_without_redis_loses_nothing(redis: Broker, folder: Path) -> None:
    with served(folder, DESKGRAPH_REDIS_URL=redis.url) as installation:
        async with under_load(installation):
            for _ in range(3):
                await asyncio.sleep(2)
                redis.kill()
                await asyncio.to_thread(redis.start)
            redis.kill()
            await asyncio.sleep(60)
            await asyncio.to_thread(redis.start)

        assert "service.died" not in installation.output()


def test_doctor_tries_redis(redis: Broker) -> None:
    (found,) = _redis(Settings(redis_url=redis.url))

    assert (found.status, found.remedy) == ("ok", "")
    assert found.detail.endswith(", which passes wake-ups on")


def test_doctor_says_that_redis_is_away(redis: Broker) -> None:
    redis.kill()

    (found,) = _redis(Settings(redis_url=redis.url))

    assert found.status == "fail"
    assert found.detail.startswith("not reachable (")


async def test_over_tls_only_to_a_redis_that_is_vouched_for(tmp_path: Path) -> None:
    needs("redis-server")
    authority = trustme.CA()
    certificate: Certificate = issued(authority, tmp_path)
    with redis_server(tmp_path / "redis", certificate) as server:
        waking = RedisWaking(Peer(server.url, written(authority, tmp_path)))
        async with waking.sender.opened(), hearing(waking) as heard:
            waking.sender.send({("some", "safe")})
            await until(heard, "safe")
        stranger = written(trustme.CA(), tmp_path)
        (found,) = await asyncio.to_thread(
            lambda: list(_redis(Settings(redis_url=server.url, redis_ca_file=stranger)))
        )

    assert found.status == "fail"
    assert found.detail.startswith("not trusted (its certificate is refused: ")
    assert "DESKGRAPH_REDIS_CA_FILE" in found.remedy

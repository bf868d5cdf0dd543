"""Jobs by way of real brokers: each has one effect, whatever is killed on the way."""

import asyncio
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest

from core.doctor import _broker
from core.kit.broker.courier import WAITING, CeleryCourier
from core.kit.context import acting_for
from core.kit.database import fetch
from core.kit.jobs import Queue
from core.kit.peers import Peer
from core.testing import Desk
from core.testing.brokers import STARTS, Broker, needs
from settings import Settings
from tests.interop.parts import HANDS, KIND, Parts, ask, states, until, until_done

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=sorted(STARTS))
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    needs(f"{request.param}-server")
    with STARTS[request.param](tmp_path_factory.mktemp(request.param)) as server:
        yield server


def test_doctor_tries_the_broker(broker: Broker) -> None:
    (found,) = _broker(Settings(broker_url=broker.url))

    assert (found.status, found.remedy) == ("ok", "")
    expected = (
        r"Redis \d+\.\d+.*" if broker.url.startswith("redis") else r"RabbitMQ \S+, which takes quorum queues"
    )
    assert re.fullmatch(expected, found.detail)


async def test_jobs_of_both_queues_have_one_effect(desk: Desk, parts: Parts) -> None:
    for role in ("relay", "io", "heavy"):
        parts.start(role)
    jobs = await ask(desk, "broker.note", 150) | await ask(desk, "broker.crunch", 30)

    await until_done(desk, 180)

    assert sorted(job for job, _ in parts.lines("ended")) == sorted(jobs)
    assert parts.lines("overlaps") == []


async def test_a_doubled_message_has_one_effect(desk: Desk, broker: Broker, parts: Parts) -> None:
    (job,) = await ask(desk, "broker.note", seconds=1)
    (quick,) = await ask(desk, "broker.note")
    courier = CeleryCourier(Peer(broker.url))
    courier.room(Queue.IO)
    courier.carry(Queue.IO, [UUID(job), UUID(job), UUID(quick), UUID(quick), UUID(job)])
    parts.start("io")
    parts.start("relay")

    await until_done(desk, 2)
    # Whatever still waits there is in front of this one.
    await ask(desk, "broker.note")
    await until_done(desk, 3)
    courier.carry(Queue.IO, [UUID(job), UUID(quick)])
    await until(lambda: _empty(courier))
    courier.close()

    ended = Counter(ended for ended, _ in parts.lines("ended"))
    assert (ended[job], ended[quick], len(parts.lines("begun"))) == (1, 1, 3)
    assert await attempts(desk) == [1, 1, 1]


async def test_a_broker_that_is_killed_and_started_again_loses_no_job(
    desk: Desk, broker: Broker, parts: Parts
) -> None:
    for role in ("relay", "io", "heavy"):
        parts.start(role)
    jobs = await ask(desk, "broker.note", 300, seconds=0.2) | await ask(
        desk, "broker.crunch", 40, seconds=0.2
    )
    await until(lambda: _ended(parts, 20))

    broker.kill()
    jobs |= await ask(desk, "broker.note", 20)
    await until(lambda: _says(parts, "relay", "relay.broker_unavailable"))
    assert parts.log("relay").count("relay.broker_unavailable") == 1
    broker.start()

    await until_done(desk, 360)
    assert sorted(job for job, _ in parts.lines("ended")) == sorted(jobs)
    assert parts.lines("overlaps") == []
    assert "relay.sends_again" in parts.log("relay")


@pytest.mark.parametrize("queue", ["io", "heavy"])
async def test_a_job_of_a_killed_worker_is_done_by_another(desk: Desk, parts: Parts, queue: str) -> None:
    parts.start("relay")
    first = parts.start(queue)
    (job,) = await ask(desk, KIND[queue], seconds=2)
    await until(lambda: _begun(parts, 1))

    first.kill()
    first.wait()
    parts.start(queue)

    await until_done(desk, 1)
    assert [begun for begun, _ in parts.lines("begun")] == [job, job]
    assert [ended for ended, _ in parts.lines("ended")] == [job]
    assert parts.lines("begun")[0][1] != parts.lines("ended")[0][1]
    assert parts.lines("overlaps") == []
    assert await attempts(desk) == [2]


@pytest.mark.parametrize("queue", ["io", "heavy"])
@pytest.mark.parametrize("group", [False, True], ids=["alone", "with its group"])
async def test_a_worker_that_is_stopped_finishes_what_is_short_and_gives_the_rest_back(
    desk: Desk, parts: Parts, queue: str, group: bool
) -> None:
    parts.start("relay")
    worker = parts.start(queue)
    await ask(desk, KIND[queue], seconds=1)
    await ask(desk, KIND[queue], seconds=600)
    await until(lambda: _begun(parts, 2))

    if group:
        os.killpg(worker.pid, signal.SIGTERM)
    else:
        worker.terminate()

    assert await asyncio.to_thread(worker.wait, 60) == 0, parts.log(queue)
    assert len(parts.lines("ended")) == 1
    assert "job.given_back" in parts.log(queue)
    assert await attempts(desk) == [0, 1]


async def test_a_job_that_fails_is_tried_again_and_parked_at_last(desk: Desk, parts: Parts) -> None:
    parts.start("relay")
    parts.start("io")
    (recovers,) = await ask(desk, "broker.note", failures=1)
    await ask(desk, "broker.note", failures=99)

    async def settled() -> bool:
        return await states(desk) == {"done": 1, "parked": 1}

    await until(settled)

    assert [ended for ended, _ in parts.lines("ended")] == [recovers]
    assert await attempts(desk) == [2, 3]


@pytest.mark.parametrize("queue", ["io", "heavy"])
@pytest.mark.parametrize("away", [8, 0], ids=["until they are free", "for a moment"])
async def test_a_worker_whose_hands_are_full_when_the_broker_dies_goes_on(
    desk: Desk, broker: Broker, parts: Parts, queue: str, away: int
) -> None:
    parts.start("relay")
    worker = parts.start(queue)
    jobs = await ask(desk, KIND[queue], HANDS, seconds=8)
    await until(lambda: _begun(parts, HANDS))
    # RabbitMQ 3.10 forgets a queue that it made within the last three seconds, in a way that nothing mends.
    await asyncio.sleep(4)
    jobs |= await ask(desk, KIND[queue], HANDS)

    broker.kill()
    await asyncio.sleep(away)
    await asyncio.to_thread(broker.start)
    jobs |= await ask(desk, KIND[queue], 5 * HANDS)

    await until_done(desk, 7 * HANDS)
    assert worker.poll() is None
    assert Counter(job for job, _ in parts.lines("ended")) == dict.fromkeys(jobs, 1)
    assert Counter(job for job, _ in parts.lines("begun")) == dict.fromkeys(jobs, 1)


async def attempts(desk: Desk) -> list[int]:
    with acting_for(desk.tenant_id):
        rows = await fetch("select attempts from jobs where kind like 'broker.%' order by attempts")
    return [row["attempts"] for row in rows]


async def _begun(parts: Parts, number: int) -> bool:
    return len(parts.lines("begun")) >= number


async def _ended(parts: Parts, number: int) -> bool:
    return len(parts.lines("ended")) >= number


async def _says(parts: Parts, role: str, event: str) -> bool:
    return event in parts.log(role)


async def _empty(courier: CeleryCourier) -> bool:
    return await asyncio.to_thread(courier.room, Queue.IO) == WAITING

"""A job as it goes on: now, after each change, and to its end; over every transport, by what the viewer sees."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from core.jobs.graphql import subscriptions
from core.kit.context import acting_for
from core.kit.database import execute, transaction
from core.kit.ids import key_of
from core.testing import Desk, Person
from tests.jobs.asking import CANCEL, a_job, put
from tests.jobs.bulk import asked, working
from tests.live.wires import Socket, Stream
from tests.stream.waiting import Waiting, waiting
from tests.tickets.making import open_ticket

CHANGED = """subscription ($id: ID!) { jobChanged(id: $id) {
  id state progress { done total } createdBy { id } result { succeededCount } } }"""


async def completed(heard: Waiting) -> bool:
    return bool((await heard.socket.frame()) == {"type": "complete", "id": "s"})


def told(event: Any) -> tuple[str, int]:
    return event["state"], event["progress"]["done"]


async def running(desk: Desk, person: Person | None = None, **values: Any) -> str:
    job = await a_job(desk, person, total=5, **values)
    await put(desk, job, state="leased", attempts=1)
    return job


async def end(desk: Desk, job: str, state: str = "done") -> None:
    await put(desk, job, state=state, done=5, finished_at=datetime.now(UTC))


async def test_it_tells_how_the_job_is_then_each_change_and_ends_with_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "LOOK_SECONDS", 600)  # so that only wake-ups tell
    job = await a_job(desk, desk.agent, total=5)

    async with waiting(desk.agent, CHANGED, id=job) as heard:
        assert await heard.next() == {
            "id": job, "state": "WAITING", "progress": {"done": 0, "total": 5},
            "createdBy": {"id": desk.agent.id}, "result": {"succeededCount": 0},
        }  # fmt: skip
        await put(desk, job, state="leased", attempts=1)
        assert told(await heard.next()) == ("RUNNING", 0)
        await put(desk, job, done=2)
        assert told(await heard.next()) == ("RUNNING", 2)
        await end(desk, job)
        assert told(await heard.next()) == ("DONE", 5)
        assert await completed(heard)


@pytest.mark.parametrize("state", ["done", "parked", "cancelled"])
async def test_of_a_job_that_has_ended_it_tells_that_and_no_more(desk: Desk, state: str) -> None:
    job = await a_job(desk, total=5)
    await end(desk, job, state)

    async with waiting(desk.agent, CHANGED, id=job) as heard:
        assert told(await heard.next()) == (state.upper(), 5)
        assert await completed(heard)


async def test_a_real_bulk_update_is_followed_to_its_end(desk: Desk) -> None:
    tickets = [(await open_ticket(desk.founder, title=f"Printer {n}"))["id"] for n in range(3)]
    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"})

    async with waiting(desk.founder, CHANGED, id=job) as heard:
        assert told(await heard.next()) == ("WAITING", 0)
        async with working():
            while (event := await heard.next())["state"] != "DONE":
                pass
            assert (event["progress"], event["result"]) == ({"done": 3, "total": 3}, {"succeededCount": 3})
            assert await completed(heard)


async def test_answers_come_at_most_twice_a_second_and_the_last_state_is_told(desk: Desk) -> None:
    job = await running(desk)
    clock = asyncio.get_running_loop().time

    async with waiting(desk.agent, CHANGED, id=job) as heard:
        await heard.next()
        begun = clock()
        for done in range(1, 5):
            await put(desk, job, done=done)
        assert told(await heard.next()) == ("RUNNING", 4)
        assert clock() - begun > 0.4
        await end(desk, job)
        assert told(await heard.next()) == ("DONE", 5)


async def test_a_cancelled_job_ends_it(desk: Desk) -> None:
    job = await a_job(desk, desk.agent, total=5)

    async with waiting(desk.agent, CHANGED, id=job) as heard:
        await heard.next()
        (await desk.agent.ask(CANCEL, input={"id": job})).payload("jobCancel")
        assert told(await heard.next()) == ("CANCELLED", 0)
        assert await completed(heard)


async def _write_unheard(desk: Desk, job: str) -> None:
    """A change whose wake-up is lost."""
    with acting_for(desk.tenant_id):
        async with transaction():
            await execute("update jobs set is_requested = false where id = :id", {"id": key_of(job, "job")})
            await execute("update jobs set done = 3 where id = :id", {"id": key_of(job, "job")})
            await execute("update jobs set is_requested = true where id = :id", {"id": key_of(job, "job")})


async def test_a_wake_up_that_is_lost_only_delays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "LOOK_SECONDS", 0.3)
    job = await running(desk)

    async with waiting(desk.agent, CHANGED, id=job) as heard:
        await heard.next()
        await _write_unheard(desk, job)
        assert told(await heard.next()) == ("RUNNING", 3)


async def test_what_merely_follows_from_an_act_is_looked_at_now_and_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "LOOK_SECONDS", 0.3)
    mail = await running(desk, is_requested=False)

    async with waiting(desk.admin, CHANGED, id=mail) as heard:
        assert told(await heard.next()) == ("RUNNING", 0)
        await end(desk, mail)
        assert told(await heard.next()) == ("DONE", 5)
        assert await completed(heard)


async def test_only_those_hear_of_a_job_who_see_it(desk: Desk, other: Desk) -> None:
    job = await running(desk, desk.agent)

    for person, sees in (
        (desk.agent, True), (desk.admin, True), (desk.leader, False), (desk.customer, False),
        (other.founder, False),
    ):  # fmt: skip
        async with waiting(person, CHANGED, id=job) as heard:
            if sees:
                assert told(await heard.next()) == ("RUNNING", 0)
            else:
                assert await heard.next() is None
                assert await completed(heard)


@pytest.mark.parametrize("unknown", ["job_" + "0" * 32, "tkt_" + "0" * 32, "x"])
async def test_what_is_no_job_is_null_and_over(desk: Desk, unknown: str) -> None:
    async with waiting(desk.admin, CHANGED, id=unknown) as heard:
        assert await heard.next() is None
        assert await completed(heard)


@pytest.mark.parametrize("unknown", ["job_" + "0" * 32, "x"])
async def test_visitors_hear_nothing(desk: Desk, unknown: str) -> None:
    async with Socket(desk.served.application) as socket:
        await socket.opened(token=None)
        socket.subscribe("s", CHANGED, id=unknown)
        frame = await socket.frame()
    assert frame["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_job_that_goes_from_ones_sight_is_null_and_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "LOOK_SECONDS", 0.3)
    job = await running(desk, desk.agent)

    async with waiting(desk.agent, CHANGED, id=job) as heard:
        await heard.next()
        await put(desk, job, created_by_id=desk.leader.key)
        assert await heard.next() is None
        assert await completed(heard)


def _stream(person: Person, job: str, accept: str) -> Stream:
    return Stream(
        person.served.application, CHANGED, variables={"id": job}, accept=accept,
        authorization=f"Bearer {person.token}",
    )  # fmt: skip


async def test_an_event_stream_follows_it_too(desk: Desk) -> None:
    job = await running(desk)

    async with _stream(desk.agent, job, "text/event-stream") as stream:
        await stream.started()
        for change in (("RUNNING", 0), ("DONE", 5)):
            event = await stream.event()
            assert event is not None
            assert (event["event"], told(orjson.loads(event["data"])["data"]["jobChanged"])) == (
                "next",
                change,
            )
            await end(desk, job)
        last = await stream.event()
        assert last is not None
        assert last["event"] == "complete"


async def test_a_multipart_answer_follows_it_too(desk: Desk) -> None:
    job = await running(desk)
    accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'

    async with _stream(desk.agent, job, accept) as stream:
        await stream.started()
        for change in (("RUNNING", 0), ("DONE", 5)):
            assert told((await stream.part())["payload"]["data"]["jobChanged"]) == change
            await end(desk, job)
        assert await stream.part() is None

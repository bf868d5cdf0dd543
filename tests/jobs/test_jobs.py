"""Jobs in the API: who sees them, what is said of them, cancelling and retrying."""

from datetime import UTC, datetime, timedelta

import pytest

from core import housekeeping
from core.kit.context import acting_for
from core.kit.database import fetch_value
from core.kit.ids import key_of
from core.testing import Desk
from tests.jobs.asking import CANCEL, LIST, RETRY, a_job, put, seen


async def test_whoever_asked_for_a_job_sees_how_it_is(desk: Desk) -> None:
    job = await a_job(desk, desk.agent, "test.look", total=5)
    await put(desk, job, done=3, failed=1, attempts=2)

    found = await seen(desk.agent, job)

    assert found.pop("createdAt") and found.pop("runAt")
    assert found == {
        "id": job, "state": "WAITING", "kind": "test.look", "attempts": 2, "finishedAt": None,
        "cancelAskedAt": None, "createdBy": {"id": desk.agent.id}, "progress": {"done": 3, "total": 5},
        "error": None, "result": {"succeededCount": 2, "failedCount": 1, "isRolledBack": False},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("ready", "WAITING"), ("sent", "WAITING"), ("leased", "RUNNING"), ("done", "DONE"),
        ("parked", "PARKED"), ("cancelled", "CANCELLED"),
    ],
)  # fmt: skip
async def test_every_state_has_its_word_and_may_be_filtered_by(desk: Desk, stored: str, shown: str) -> None:
    job = await a_job(desk)
    await put(desk, job, state=stored)

    here = await desk.agent.ask(LIST, filter={"state": {"eq": shown}, "kind": {"eq": "test.none"}})
    elsewhere = await desk.agent.ask(LIST, filter={"state": {"notIn": [shown]}})

    assert here.data["jobs"]["nodes"] == [{"id": job, "state": shown, "kind": "test.none"}]
    assert elsewhere.data["jobs"]["nodes"] == []


async def test_others_jobs_and_what_only_follows_need_the_right(desk: Desk, other: Desk) -> None:
    own = await a_job(desk, desk.agent)
    mail = await a_job(desk, desk.agent, is_requested=False)
    of_customer = await a_job(desk, desk.customer)

    for person, sees in (
        (desk.agent, {own}), (desk.leader, set()), (desk.customer, set()), (other.founder, set()),
        (desk.admin, {own, mail, of_customer}),
    ):  # fmt: skip
        listed = (await person.ask(LIST, filter={"kind": {"eq": "test.none"}})).data["jobs"]["nodes"]
        assert {each["id"] for each in listed} == sees
        assert {job for job in (own, mail, of_customer) if await seen(person, job)} == sees


async def test_an_error_is_told_in_fixed_words_and_the_callers_language(desk: Desk) -> None:
    job = await a_job(desk)
    await put(desk, job, state="parked", fault="GIVEN_UP", last_error="no mailbox wang@example.com")

    answer = await desk.served.ask(
        "query($id: ID!) { job(id: $id) { error { code message } } }",
        {"id": job}, token=desk.agent.token, accept_language="zh-Hans",
    )  # fmt: skip

    assert answer.data["job"]["error"] == {
        "code": "GIVEN_UP", "message": "任务无法成功，因此不再重试；运维人员可凭任务 ID 查询原因。",
    }  # fmt: skip


async def test_a_waiting_job_is_cancelled_at_once_and_forgets_what_it_was_to_do(desk: Desk) -> None:
    job = await a_job(desk, desk.agent)

    cancelled = (await desk.agent.ask(CANCEL, input={"id": job})).payload("jobCancel")["job"]

    assert (cancelled["state"], cancelled["attempts"]) == ("CANCELLED", 0)
    assert cancelled["finishedAt"] == cancelled["cancelAskedAt"] is not None
    with acting_for(desk.tenant_id):
        payload = await fetch_value("select payload from jobs where id = :id", {"id": key_of(job, "job")})
        logged = await fetch_value(
            "select type from events where subject_id = :id", {"id": key_of(job, "job")}
        )
    assert (payload, logged) == ("{}", "job.cancelled")
    again = await desk.agent.ask(CANCEL, input={"id": job})
    assert again.payload("jobCancel")["job"] == cancelled


async def test_a_running_job_is_told_to_stop(desk: Desk) -> None:
    job = await a_job(desk, desk.agent)
    await put(desk, job, state="leased", attempts=1, lease_until=datetime.now(UTC) + timedelta(hours=1))

    told = (await desk.admin.ask(CANCEL, input={"id": job})).payload("jobCancel")["job"]

    assert (told["state"], told["finishedAt"]) == ("RUNNING", None)
    assert told["cancelAskedAt"] is not None


@pytest.mark.parametrize("state", ["done", "parked"])
async def test_a_job_that_has_ended_cannot_be_cancelled(desk: Desk, state: str) -> None:
    job = await a_job(desk, desk.agent)
    await put(desk, job, state=state)

    assert (await desk.agent.ask(CANCEL, input={"id": job})).refusals("jobCancel") == [("CONFLICT", ["id"])]
    assert (await seen(desk.agent, job))["state"] == state.upper()


async def test_whoever_only_reads_jobs_cancels_none_of_others(desk: Desk) -> None:
    job = await a_job(desk, desk.agent)
    role = await desk.founder.ask(
        "mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }",
        input={"name": "Watchers", "permissions": ["job.read"], "ticketScope": "OWN"},
    )
    given = await desk.founder.ask(
        "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { user { id } userErrors { code path } } }",
        input={"id": desk.leader.id, "roleIds": [role.payload("roleCreate")["role"]["id"]]},
    )
    given.payload("userUpdate")

    assert (await desk.leader.ask(CANCEL, input={"id": job})).refusals("jobCancel") == [("FORBIDDEN", None)]
    assert (await desk.leader.ask(RETRY, input={"id": job})).refusals("jobRetry") == [("FORBIDDEN", None)]
    assert (await seen(desk.leader, job))["state"] == "WAITING"


async def test_a_parked_job_is_retried_and_its_earlier_attempts_are_forgiven(desk: Desk) -> None:
    job = await a_job(desk, desk.agent)
    await put(desk, job, state="parked", attempts=25, fault="FAILED", finished_at=datetime.now(UTC))

    retried = (await desk.admin.ask(RETRY, input={"id": job})).payload("jobRetry")["job"]

    assert (retried["state"], retried["attempts"], retried["finishedAt"]) == ("WAITING", 25, None)
    with acting_for(desk.tenant_id):
        tries = await fetch_value(
            "select attempts - forgiven from jobs where id = :id", {"id": key_of(job, "job")}
        )
        logged = await fetch_value(
            "select type from events where subject_id = :id", {"id": key_of(job, "job")}
        )
    assert (tries, logged) == (0, "job.retried")
    assert (await desk.admin.ask(RETRY, input={"id": job})).refusals("jobRetry") == [("CONFLICT", ["id"])]


async def test_a_parked_job_forgets_its_payload_when_it_is_worthless_and_is_not_retried(desk: Desk) -> None:
    now = datetime.now(UTC)
    past = await a_job(desk, forget_at=now - timedelta(seconds=1))
    later = await a_job(desk, forget_at=now + timedelta(hours=1))
    waiting = await a_job(desk, forget_at=now - timedelta(seconds=1))
    for job in (past, later):
        await put(desk, job, state="parked")

    await housekeeping.forget_payloads()

    with acting_for(desk.tenant_id):
        kept = {
            job: await fetch_value("select payload from jobs where id = :id", {"id": key_of(job, "job")})
            for job in (past, later, waiting)
        }
    assert kept == {past: "{}", later: '{"to": "secret"}', waiting: '{"to": "secret"}'}
    refused = await desk.admin.ask(RETRY, input={"id": past})
    assert refused.refusals("jobRetry") == [("CONFLICT", ["id"])]
    assert (await desk.admin.ask(RETRY, input={"id": later})).payload("jobRetry")["job"]["state"] == "WAITING"

"""Chores are jobs of the installation; what has had its time is swept away."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core import housekeeping, worker
from core.app import runtime_of
from core.chores import Chore
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.context import Context, acting_for, tenant_or_none
from core.kit.database import Reach, execute, fetch, system_fetch, transaction
from core.kit.database.sql import Row
from core.kit.ids import new_id, to_global
from core.kit.jobs import Pace, work
from core.kit.schedules import keep
from core.operating import operator_context
from core.testing import Desk
from core.testing.kit.storage import pieces
from plugins.storage_local.folder import Folder, FolderConfig
from settings import Settings
from tests.tickets.making import open_ticket


async def _jobs_of(chore: Chore) -> list[Row]:
    return await system_fetch(
        "select id, state, attempts, fault from jobs where kind = :kind and tenant_id is null",
        {"kind": chore.kind},
    )


@pytest.fixture
async def chore(app: object) -> AsyncIterator[Chore]:
    """A chore of the test's own, whose rows go with it."""
    own = Chore(f"test-{secrets.token_hex(4)}", timedelta(hours=1), housekeeping.sweep_tokens)
    yield own
    for table in ("jobs", "schedules"):
        await execute(f"delete from {table} where kind = :kind", {"kind": own.kind}, reach=Reach.SYSTEM)


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - rows in the database
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(chore: Chore, pace: Pace) -> AsyncIterator[None]:
    """A worker that keeps one chore, as the real one does."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(keep([chore.plan], {chore.kind}, look_seconds=0.02)),
            group.create_task(work({chore.kind: chore.run}, pace)),
        ]
        yield
        for task in tasks:
            task.cancel()


async def test_a_chore_is_done_as_a_job_of_the_installation_that_no_tenant_sees(
    desk: Desk, chore: Chore
) -> None:
    seen: list[object] = []

    async def look() -> None:
        seen.append(tenant_or_none())

    async def is_done() -> bool:
        return [row["state"] for row in await _jobs_of(chore)] == ["done"]

    async with working(replace(chore, do=look), Pace(poll_seconds=0.02)):
        await _until(is_done)

    assert seen == [None]
    jobs = "{ jobs(first: 50) { nodes { kind } } }"
    kinds = [each["kind"] for each in (await desk.founder.ask(jobs)).data["jobs"]["nodes"]]
    assert chore.kind not in kinds
    job = to_global("job", (await _jobs_of(chore))[0]["id"])
    assert (await desk.founder.ask("query ($id: ID!) { job(id: $id) { id } }", id=job)).data == {"job": None}
    cancel = "mutation ($id: ID!) { jobCancel(input: {id: $id}) { userErrors { code path } } }"
    assert (await desk.founder.ask(cancel, id=job)).refusals("jobCancel") == [("NOT_FOUND", ["id"])]
    with acting_for(desk.tenant_id):
        assert await fetch("select 1 from jobs where tenant_id is null") == []
        assert await fetch("select 1 from schedules where tenant_id is null") == []
        assert await execute("update jobs set state = 'parked' where tenant_id is null") == 0


async def test_a_chore_that_fails_is_tried_again_and_at_last_parked(chore: Chore) -> None:
    tries = 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise ValueError("no such disk")

    async def is_parked() -> bool:
        return [row["state"] for row in await _jobs_of(chore)] == ["parked"]

    async with working(replace(chore, do=fail), Pace(poll_seconds=0.02, attempts=2)):
        await _until(is_parked)

    assert tries == 2
    assert [(row["attempts"], row["fault"]) for row in await _jobs_of(chore)] == [(2, "FAILED")]


async def test_a_chore_that_is_interrupted_is_given_back_and_another_worker_does_it(chore: Chore) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.sleep(60)

    async with working(replace(chore, do=hang), Pace(poll_seconds=0.02, grace=timedelta(seconds=0.05))):
        await asyncio.wait_for(begun.wait(), 20)
    assert [(row["state"], row["attempts"]) for row in await _jobs_of(chore)] == [("ready", 0)]

    async def is_done() -> bool:
        return [row["state"] for row in await _jobs_of(chore)] == ["done"]

    async with working(chore, Pace(poll_seconds=0.02)):
        await _until(is_done)


def test_every_chore_has_a_name_a_kind_and_a_handler(settings: Settings) -> None:
    runtime, _ = runtime_of(settings)
    chores = worker.chores_of(settings, runtime.storage)
    kinds = worker.handlers(settings, runtime).keys()

    assert len({chore.name for chore in chores}) == len(chores) == 21
    assert {chore.kind for chore in chores} <= kinds
    assert all(kind == kind.lower() for kind in kinds), "jobs are filtered by kind in lower case"


async def test_idempotency_keys_are_kept_for_24_hours(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        for hours in (25, 23):
            await _idempotency_key(each, hours)

    await housekeeping.sweep_idempotency_keys()

    for each in (desk, other):
        with acting_for(each.tenant_id):
            assert [row["key"] for row in await fetch("select key from idempotency_keys")] == ["23 hours"]


async def _idempotency_key(desk: Desk, hours: int) -> None:
    with acting_for(desk.tenant_id):
        await execute(
            "insert into idempotency_keys (id, tenant_id, created_at, user_id, mutation, key, request_hash)"
            " values (:id, :tenant, :at, :id, 'x', :key, 'x')",
            {
                "id": new_id(), "tenant": desk.tenant_id, "key": f"{hours} hours",
                "at": datetime.now(UTC) - timedelta(hours=hours),
            },
        )  # fmt: skip


async def test_jobs_are_swept_by_state_and_age(desk: Desk) -> None:
    for state, days in [("done", 8), ("done", 6), ("parked", 91), ("parked", 89), ("ready", 400)]:
        at = datetime.now(UTC) - timedelta(days=days)
        ended = None if state == "ready" else at
        values = {
            "id": new_id(),
            "tenant": desk.tenant_id,
            "at": at,
            "kind": f"{days}",
            "state": state,
            "ended": ended,
        }
        with acting_for(desk.tenant_id):
            await execute(
                "insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts, finished_at)"
                " values (:id, :tenant, :at, :kind, '{}', :state, :at, 1, :ended)",
                values,
            )

    await housekeeping.sweep_jobs()

    with acting_for(desk.tenant_id):
        left = {(row["state"], row["kind"]) for row in await fetch("select state, kind from jobs")}
        await execute("delete from jobs where kind = '400'")
    assert left == {("done", "6"), ("parked", "89"), ("ready", "400")}


async def test_done_chores_are_swept_after_a_day(app: object) -> None:
    kind = f"chore.test_{secrets.token_hex(4)}"
    for state, hours in (("done", 25), ("done", 23), ("parked", 25)):
        await execute(
            "insert into jobs (id, created_at, kind, payload, state, run_at, attempts, finished_at)"
            " values (:id, :at, :kind, '{}', :state, :at, 1, :at)",
            {"id": new_id(), "at": datetime.now(UTC) - timedelta(hours=hours), "kind": kind, "state": state},
            reach=Reach.SYSTEM,
        )

    await housekeeping.sweep_jobs()

    left = await system_fetch(
        "delete from jobs where kind = :kind returning state, created_at", {"kind": kind}
    )
    assert sorted(row["state"] for row in left) == ["done", "parked"]


async def test_uploads_of_every_tenant_expire_with_their_bytes(
    desk: Desk, other: Desk, tmp_path: Path
) -> None:
    storage, kept = Folder(FolderConfig(folder=tmp_path)), {}
    for each in (desk, other):
        for state, hours in (("STORED", -1), ("STORED", 1)):
            key = await _upload(each, storage, state, hours)
            kept[key] = hours > 0

    await housekeeping.expire_uploads_of_all(storage)

    for each in (desk, other):
        with acting_for(each.tenant_id):
            assert [row["state"] for row in await fetch("select state from uploads")] == ["STORED"]
    assert {key: await storage.size(str(key)) is not None for key in kept} == kept


async def _upload(desk: Desk, storage: Folder, state: str, hours: int) -> UUID:
    key, now = new_id(), datetime.now(UTC)
    await storage.put(str(key), pieces([b"x"]))
    values = {
        "id": key, "tenant": desk.tenant_id, "now": now, "user": desk.agent.key, "state": state,
        "end": now + timedelta(hours=hours),
    }  # fmt: skip
    with acting_for(desk.tenant_id):
        await execute(
            "insert into uploads (id, tenant_id, created_at, user_id, file_name, content_type, byte_size, sha256,"
            " state, expires_at) values (:id, :tenant, :now, :user, 'x', 'text/plain', 1, 'x', :state, :end)",
            values,
        )
    return key


async def test_throttles_are_forgotten_after_a_day(desk: Desk) -> None:
    now = datetime.now(UTC)
    with acting_for(desk.tenant_id):
        for hours in (25, 23):
            await execute(
                "insert into throttles (id, tenant_id, created_at, subject, window_start, attempts)"
                " values (:id, :tenant, :at, :subject, :at, 1)",
                {
                    "id": new_id(),
                    "tenant": desk.tenant_id,
                    "subject": str(hours),
                    "at": now - timedelta(hours=hours),
                },
            )

    await housekeeping.sweep_throttles()

    with acting_for(desk.tenant_id):
        assert [row["subject"] for row in await fetch("select subject from throttles")] == ["23"]


async def test_dead_tokens_are_swept_and_living_ones_are_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    now, long_ago, lately = datetime.now(UTC), timedelta(days=31), timedelta(days=29)
    with acting_for(desk.tenant_id):
        async with transaction():
            ctx = operator_context(desk.tenant_id)
            for age in (long_ago, long_ago, long_ago, lately, -lately):
                await issue(ctx, desk.customer.key, TokenKind.SESSION, expires_at=now - age)
            revoked = await issue(ctx, desk.customer.key, TokenKind.SESSION)
            await execute(
                "update tokens set revoked_at = :then where id = :id",
                {"then": now - long_ago, "id": revoked.id},
            )

    await housekeeping.sweep_tokens()

    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select kind, expires_at from tokens where user_id = :user order by expires_at",
            {"user": desk.customer.key},
        )
    assert [(row["kind"], row["expires_at"]) for row in rows] == [
        ("SESSION", now - lately), ("SESSION", now + lately), ("API", None),
    ]  # fmt: skip


async def test_what_fails_for_one_tenant_is_done_for_the_others(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, asked = {desk.tenant_id, other.tenant_id}, list[UUID]()
    for each in (desk, other):
        await open_ticket(each.customer)
        waiting = "update tickets set waiting_since = now() where tenant_id = :tenant"
        await execute(waiting, {"tenant": each.tenant_id}, reach=Reach.SYSTEM)

    async def deal_out(ctx: Context) -> None:
        if ctx.tenant_id in ours:
            asked.append(ctx.tenant_id)
            if len(asked) == 1:
                raise LookupError("of the first")

    monkeypatch.setattr(housekeeping, "deal_out", deal_out)

    await housekeeping.deal_out_tickets_of_all()

    assert set(asked) == ours
    assert "LookupError: of the first" in capsys.readouterr().out


async def test_a_chore_fails_where_the_database_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_ticket(desk.customer)
    waiting = "update tickets set waiting_since = now() where tenant_id = :tenant"
    await execute(waiting, {"tenant": desk.tenant_id}, reach=Reach.SYSTEM)

    async def gone(*_values: object) -> None:
        monkeypatch.setattr(housekeeping, "system_fetch", gone)
        raise ConnectionError("gone")

    monkeypatch.setattr(housekeeping, "deal_out", gone)

    with pytest.raises(ConnectionError):
        await housekeeping.deal_out_tickets_of_all()

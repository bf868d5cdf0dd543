"""Chores are begun once an interval, by one of all workers; what has had its time is swept away."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core import housekeeping
from core.files.storage import LocalStorage
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.chores import Chore, begin, keep
from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, transaction
from core.kit.ids import new_id
from core.operating import operator_context
from core.testing import Desk


async def nothing() -> None:
    pass


@pytest.fixture
async def name() -> AsyncIterator[str]:
    own = f"test {secrets.token_hex(4)}"
    yield own
    await execute("delete from chores where name = :name", {"name": own}, reach=Reach.SYSTEM)


async def test_of_several_workers_one_begins_a_chore(desk: Desk, name: str) -> None:
    chore = Chore(name, timedelta(hours=1), nothing)

    answers = await asyncio.gather(*(begin(chore) for _ in range(10)))

    assert sorted(answers) == [False] * 9 + [True]
    assert await begin(chore) is False


async def test_a_chore_is_due_again_after_its_interval(desk: Desk, name: str) -> None:
    await begin(Chore(name, timedelta(hours=1), nothing))
    await execute(
        "update chores set begun_at = begun_at - interval '61 minutes' where name = :name",
        {"name": name},
        reach=Reach.SYSTEM,
    )

    assert await begin(Chore(name, timedelta(hours=1), nothing)) is True


async def test_a_chore_that_fails_does_not_keep_the_others_from_being_done(desk: Desk, name: str) -> None:
    done = asyncio.Event()

    async def fail() -> None:
        raise ValueError

    async def do() -> None:
        done.set()

    chores = [Chore(name, timedelta(0), fail), Chore(f"{name} too", timedelta(0), do)]
    task = asyncio.create_task(keep(chores, look_every=timedelta(milliseconds=20)))
    try:
        for _ in range(2):
            await asyncio.wait_for(done.wait(), 5)
            done.clear()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await execute("delete from chores where name = :name", {"name": f"{name} too"}, reach=Reach.SYSTEM)


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


async def test_uploads_of_every_tenant_expire_with_their_bytes(
    desk: Desk, other: Desk, tmp_path: Path
) -> None:
    storage, kept = LocalStorage(tmp_path), {}
    for each in (desk, other):
        for state, hours in (("STORED", -1), ("STORED", 1)):
            key = await _upload(each, storage, state, hours)
            kept[key] = hours > 0

    await housekeeping.expire_uploads_of_all(storage)

    for each in (desk, other):
        with acting_for(each.tenant_id):
            assert [row["state"] for row in await fetch("select state from uploads")] == ["STORED"]
    assert {key: storage.find(str(key)) is not None for key in kept} == kept


async def _upload(desk: Desk, storage: LocalStorage, state: str, hours: int) -> UUID:
    key, now = new_id(), datetime.now(UTC)
    draft = storage.draft(str(key))
    draft.write(b"x")
    draft.keep()
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

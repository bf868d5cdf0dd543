"""Tickets that were deleted long ago are purged: with all that hangs on them, once, and never half."""

import asyncio
import contextvars
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from core import housekeeping, worker
from core.app import runtime_of
from core.files.tasks import DISCARD, discard_handler
from core.kit.context import acting_for
from core.kit.database import execute, fetch, fetch_value, transaction
from core.kit.ids import split_global
from core.kit.jobs import Claimed
from core.operating import operator_context
from core.testing import Desk
from core.tickets.service import purge_tickets, purging
from plugins.storage_local.folder import Folder, FolderConfig
from settings import Settings
from tests.callers.rows import changed, digest
from tests.files.sending import files_of, stored
from tests.tickets.making import (
    CREATE,
    DELETE,
    REPLY,
    RESTORE,
    SETTINGS,
    SUSPEND,
    UPDATE,
    WATCH,
    make_group,
    open_ticket,
)

MONTH = timedelta(days=30)
TAG = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }"


def key_of(global_id: str) -> UUID:
    parts = split_global(global_id)
    assert parts
    return parts[1]


async def deleted(desk: Desk, *, days: int, title: str = "old", **values: Any) -> Any:
    """A ticket, deleted so long ago."""
    made = await desk.founder.ask(CREATE, input={"title": title, "body": "first", **values})
    ticket = made.payload("ticketCreate")["ticket"]
    (await desk.founder.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set deleted_at = :then where id = :id",
            {"then": datetime.now(UTC) - timedelta(days=days), "id": key_of(ticket["id"])},
        )
    return ticket


async def purge(desk: Desk) -> int:
    with acting_for(desk.tenant_id):
        return await purge_tickets(operator_context(desk.tenant_id), resting_for=MONTH)


async def titles(desk: Desk) -> set[str]:
    with acting_for(desk.tenant_id):
        return {row["title"] for row in await fetch("select title from tickets")}


async def jobs_of(desk: Desk) -> list[Claimed]:
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select id, payload::text from jobs where kind = :kind order by id", {"kind": DISCARD}
        )
    return [Claimed(row["id"], desk.tenant_id, DISCARD, orjson.loads(row["payload"]), 1) for row in rows]


@pytest.mark.requirement("F10")
async def test_only_what_was_deleted_long_enough_ago_goes(desk: Desk, other: Desk) -> None:
    await deleted(desk, days=31, title="gone")
    await deleted(desk, days=29, title="kept")
    await deleted(other, days=31, title="theirs")
    (await desk.founder.ask(CREATE, input={"title": "alive", "body": "x"})).payload("ticketCreate")
    before = await digest(other.tenant_id)

    assert await purge(desk) == 1
    assert await purge(desk) == 0

    assert await titles(desk) == {"kept", "alive"}
    assert changed(before, await digest(other.tenant_id)) == []


async def test_everything_that_hangs_on_it_goes_and_the_rest_stays_as_it_was(desk: Desk) -> None:
    group = await make_group(desk, "Night", desk.agent)
    tag = (await desk.founder.ask(TAG, input={"name": "red"})).payload("tagCreate")["tag"]["id"]
    before = await digest(desk.tenant_id)
    upload = await stored(desk.founder, b"bytes of a file", "a.txt", "text/plain")
    ticket = await deleted(desk, days=0)
    identity = {"id": ticket["id"]}
    (await desk.founder.ask(RESTORE, input=identity)).payload("ticketRestore")
    (await desk.founder.ask(REPLY, input={**identity, "body": "see", "uploadIds": [upload["id"]]})).payload(
        "ticketReply"
    )
    (await desk.founder.ask(WATCH, input={"ticketId": ticket["id"]})).payload("ticketWatch")
    (await desk.founder.ask(UPDATE, input={**identity, "groupId": group, "addTagIds": [tag]})).payload(
        "ticketUpdate"
    )
    (await desk.founder.ask(DELETE, input=identity)).payload("ticketDelete")
    with acting_for(desk.tenant_id):
        await execute("update tickets set deleted_at = now() - interval '31 days'")
        for table in ("messages", "attachments", "watches", "assignments", "ticket_tags"):
            assert await fetch_value(f"select count(*) from {table}") > 0, table

    await purge(desk)

    left = changed(before, await digest(desk.tenant_id))
    assert set(left) <= {"events", "jobs", "ticket_counters"}
    with acting_for(desk.tenant_id):
        told = await fetch("select type, changes::text, via from events order by id desc limit 1")
    assert [tuple(row) for row in told] == [("ticket.purged", '{"number": 1}', "cli")]


async def test_the_bytes_go_by_a_job_that_may_run_twice(desk: Desk) -> None:
    upload = await stored(desk.founder, b"bytes", "a.txt", "text/plain")
    other_upload = await stored(desk.founder, b"others", "b.txt", "text/plain")
    ticket = await deleted(desk, days=31, uploadIds=[upload["id"]])
    name, kept = str(key_of(upload["id"])), str(key_of(other_upload["id"]))
    storage = Folder(FolderConfig(folder=desk.served.settings.data_dir / "files"))

    await purge(desk)
    assert name in files_of(desk.founder), "not before the commit"
    [job] = await jobs_of(desk)
    for _ in range(2):
        await discard_handler(storage)(job)

    assert job.payload == {"blob_keys": [name]}
    assert name not in files_of(desk.founder)
    assert kept in files_of(desk.founder)
    assert ticket["number"]


async def test_a_purge_that_is_rolled_back_leaves_everything(desk: Desk) -> None:
    upload = await stored(desk.founder, b"bytes", "a.txt", "text/plain")
    await deleted(desk, days=31, uploadIds=[upload["id"]])
    before = await digest(desk.tenant_id)

    with acting_for(desk.tenant_id), pytest.raises(ZeroDivisionError):
        async with transaction():
            await purge_tickets(operator_context(desk.tenant_id), resting_for=MONTH)
            raise ZeroDivisionError

    assert changed(before, await digest(desk.tenant_id)) == []


async def test_a_number_is_never_given_out_again(desk: Desk) -> None:
    ticket = await deleted(desk, days=31)

    await purge(desk)
    after = await desk.founder.ask(CREATE, input={"title": "next", "body": "x"})

    assert int(after.payload("ticketCreate")["ticket"]["number"]) == int(ticket["number"]) + 1


async def test_many_go_in_bounded_steps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    for _ in range(5):
        await deleted(desk, days=31)

    assert [await purge(desk) for _ in range(4)] == [2, 2, 1, 0]


async def test_one_that_somebody_restores_at_that_moment_is_left_alone(desk: Desk) -> None:
    ticket = await deleted(desk, days=31)
    with acting_for(desk.tenant_id):
        async with transaction():
            await fetch("select id from tickets where id = :id for update", {"id": key_of(ticket["id"])})
            purged = await asyncio.create_task(_purge_elsewhere(desk))
    restored = await desk.founder.ask(RESTORE, input={"id": ticket["id"]})

    assert purged == 0
    assert restored.payload("ticketRestore")["ticket"]["state"] == "ACTIVE"
    assert await purge(desk) == 0


async def _purge_elsewhere(desk: Desk) -> int:
    # Another act on a connection of its own, as the worker's is.
    return await asyncio.get_running_loop().create_task(purge(desk), context=contextvars.Context())


@pytest.mark.requirement("F10")
@pytest.mark.parametrize(("days", "left"), [(30, set()), (32, {"old"}), (None, {"old"})])
async def test_the_tenant_says_when(desk: Desk, other: Desk, days: int | None, left: set[str]) -> None:
    for each in (desk, other):
        await deleted(each, days=31)
    (await desk.founder.ask(SETTINGS, input={"purgeDeletedDays": days})).payload("ticketSettingsUpdate")

    await housekeeping.purge_tickets_of_all()

    assert (await titles(desk), await titles(other)) == (left, set())


@pytest.mark.requirement("F11")
async def test_suspended_tickets_go_after_their_own_time(desk: Desk) -> None:
    for days in (31, 29):
        ticket = await open_ticket(desk.customer, title=f"suspended {days}")
        (await desk.founder.ask(SUSPEND, input={"id": ticket["id"], "reason": "SPAM"})).payload(
            "ticketSuspend"
        )
        with acting_for(desk.tenant_id):
            await execute(
                "update tickets set suspended_at = :then where id = :id",
                {"then": datetime.now(UTC) - timedelta(days=days), "id": key_of(ticket["id"])},
            )
    await open_ticket(desk.customer, title="alive")

    await housekeeping.purge_tickets_of_all()

    assert await titles(desk) == {"suspended 29", "alive"}


async def test_what_is_purged_by_itself_was_done_by_nobody(desk: Desk) -> None:
    await deleted(desk, days=31)

    await housekeeping.purge_tickets_of_all()

    with acting_for(desk.tenant_id):
        told = await fetch("select type, actor_id, via from events order by id desc limit 1")
    assert [tuple(row) for row in told] == [("ticket.purged", None, "schedule")]


def test_the_chore_does_it(settings: Settings) -> None:
    [chore] = [
        each
        for each in worker.chores_of(settings, runtime_of(settings)[0].storage)
        if each.name == "purge-tickets"
    ]

    assert chore.do is housekeeping.purge_tickets_of_all

"""Workers that are killed in the middle of a bulk update: every ticket is changed once."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch_value
from core.kit.ids import key_of, new_id, to_global
from core.testing import Desk
from tests.jobs.asking import seen
from tests.jobs.bulk import asked, ended
from tests.tickets.making import open_ticket

PROGRAM = Path(__file__).with_name("program.py")
ROOT = Path(__file__).parents[2]
MANY = 400
_COPIES = """
insert into tickets select (jsonb_populate_record(t, jsonb_build_object('id', x.id, 'number', x.number))).*
from tickets t, unnest(:ids::uuid[], :numbers::bigint[]) x(id, number) where t.id = :model
"""


@contextmanager
def worker(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), url], cwd=ROOT, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def many_tickets(desk: Desk) -> list[str]:
    """Tickets like one that was opened."""
    model = await open_ticket(desk.founder, title="Printer")
    ids = [new_id() for _ in range(MANY - 1)]
    with acting_for(desk.tenant_id):
        await execute(
            _COPIES,
            {"ids": ids, "numbers": list(range(1000, 999 + MANY)), "model": key_of(model["id"], "tkt")},
        )
    return [model["id"], *(to_global("tkt", key) for key in ids)]


async def moved_on(desk: Desk, job: str, done: int) -> int:
    """How far the job is, once it is further than this."""
    deadline = asyncio.get_running_loop().time() + 60
    while (found := (await seen(desk.founder, job))["progress"]["done"]) <= done:
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.01)
    return int(found)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("policy", ["SKIP_FAILED", "ROLL_BACK_ALL"])
async def test_each_ticket_is_changed_once_however_often_workers_are_killed(
    desk: Desk, database_url: str, policy: str
) -> None:
    tickets = await many_tickets(desk)
    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"}, onError=policy)
    done, kills = 0, 0
    while done < MANY and kills < 3:
        with worker(database_url) as running:
            done = await moved_on(desk, job, done if policy == "SKIP_FAILED" else 0)
            running.kill()
            kills += 1
            running.wait()
        if policy == "ROLL_BACK_ALL":
            break

    with worker(database_url):
        found = await ended(desk.founder, job)

    assert kills >= 1
    assert found["state"] == "DONE"
    assert found["result"] == {"succeededCount": MANY, "failedCount": 0, "isRolledBack": False}
    with acting_for(desk.tenant_id):
        versions = await fetch_value("select array_agg(distinct version) from tickets")
        events = await fetch_value(
            "select array_agg(distinct n) from (select count(*) as n from events where type = 'ticket.updated'"
            " group by subject_id) x"
        )
        told = await fetch_value(
            "select count(distinct subject_id) from events where type = 'ticket.updated'"
        )
    assert (versions, events, told) == ([2], [1], MANY)

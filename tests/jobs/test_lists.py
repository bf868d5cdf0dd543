"""Lists of jobs are read by index, also by kind and by state, however many jobs there are."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest

from core.graphql.compiled import reader
from core.kit.database.connect import APP_ROLE, credentials
from core.kit.database.sql import bind
from core.testing import Desk, Person
from tests.jobs.asking import LIST, a_job

_FILL = """
insert into jobs (id, tenant_id, created_at, kind, payload, state, run_at, attempts)
select gen_random_uuid(), $1, now(), 'test.common', '{}', 'done', now(), 1 from generate_series(1, 20000) n
"""


async def _statement(
    person: Person, filter: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[object]]:
    """What PostgreSQL is asked for a page of `jobs`."""
    asked: list[tuple[str, list[object]]] = []
    plain = reader.fetch

    async def listening(text: str, values: Mapping[str, object] | None = None) -> Any:
        asked.append(bind(text, values or {}))
        return await plain(text, values)

    monkeypatch.setattr(reader, "fetch", listening)
    (await person.ask(LIST, filter=filter)).data["jobs"]
    monkeypatch.setattr(reader, "fetch", plain)
    (found,) = asked
    return found


async def _plan(desk: Desk, url: str, text: str, values: list[object]) -> str:
    """How it would be answered among 20,000 jobs of this desk, as the role that serves requests."""
    connection = await asyncpg.connect(**credentials(url))
    outer = connection.transaction()
    await outer.start()
    try:
        await connection.execute(_FILL, desk.tenant_id)
        await connection.execute("analyze jobs")
        await connection.execute(f"set local role {APP_ROLE}")
        await connection.execute("select set_config('app.tenant', $1, true)", str(desk.tenant_id))
        return str(await connection.fetchval(f"explain (format json) {text}", *values))
    finally:
        await outer.rollback()
        await connection.close()


@pytest.mark.parametrize(
    ("who", "filter", "index"),
    [
        ("admin", {"kind": {"eq": "test.rare"}}, "jobs_kind"),
        ("admin", {"kind": {"in": ["Test.Rare"]}}, "jobs_kind"),
        ("admin", {"state": {"eq": "PARKED"}}, "jobs_shown_state"),
        ("admin", {"state": {"in": ["PARKED", "RUNNING"]}}, "jobs_shown_state"),
        ("admin", {"state": {"eq": "WAITING"}, "kind": {"eq": "test.none"}}, "jobs_"),
        ("agent", {}, "jobs_created_by"),
    ],
)
async def test_a_page_is_read_by_its_index_behind_row_level_security(
    desk: Desk,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    filter: dict[str, Any],
    index: str,
) -> None:
    await a_job(desk)
    text, values = await _statement(getattr(desk, who), filter, monkeypatch)

    plan = await _plan(desk, database_url, text, values)

    assert f'"Index Name": "{index}' in plan, plan
    assert "Seq Scan" not in plan


async def test_a_kind_is_found_in_upper_and_lower_case(desk: Desk) -> None:
    job = await a_job(desk, kind="test.look")

    for condition in (
        {"eq": "Test.Look"},
        {"in": ["TEST.LOOK"]},
        {"startsWith": "TEST."},
        {"contains": "T.LO"},
    ):
        nodes = (await desk.agent.ask(LIST, filter={"kind": condition})).data["jobs"]["nodes"]
        assert [each["id"] for each in nodes] == [job]

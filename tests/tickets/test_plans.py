"""The lists that people look at all day are served by indexes, behind row-level security, in a desk that has much."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from core.identity.queries import viewers_of
from core.kit.context import TicketScope, Viewer, acting_for
from core.kit.database.connect import APP_ROLE, credentials
from core.kit.database.sql import bind
from core.kit.graph import registry
from core.kit.graph.filters import FILTERS
from core.kit.graph.operators import StringFilter
from core.kit.graph.paging import Order, Page
from core.kit.graph.reading import FOR_COUNTS, ListPlan, Query
from core.kit.ids import new_id
from core.testing import Desk, Person
from core.tickets.graphql.enums import ReminderBucket
from tests.tickets.making import open_ticket

PAGE = Page(size=50, backward=False, cursor=None)
NEWEST = Order(("UPDATED_AT",), descending=True)
Explain = Callable[..., Coroutine[Any, Any, str]]

_TICKETS = """
insert into tickets (id, number, requester_id, state, assignee_id, updated_at, public_updated_at, {columns})
select gen_random_uuid(), number + n, $2, case when n % 100 = 0 then 'DELETED' else 'ACTIVE' end,
  case when n % 100 <> 1 then $3::uuid end, updated_at - n * interval '1 minute',
  public_updated_at - n * interval '1 minute', {columns}
from tickets, generate_series(1, 20000) n where tenant_id = $1
"""
_EVENTS = """
insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)
select x.id, $1, now(), gen_random_uuid(), 'session.created', 'user', $2, '{}', 'api' from unnest($3::uuid[]) x(id)
"""


@pytest.fixture
async def explain(desk: Desk, database_url: str) -> AsyncIterator[Explain]:
    """PostgreSQL's plan for a statement, with twenty thousand tickets and as many entries of the log. They are gone
    afterwards."""
    await open_ticket(desk.customer)
    connection = await asyncpg.connect(**credentials(database_url))
    outer = connection.transaction()
    await outer.start()
    try:
        rows = await connection.fetch(
            "select column_name from information_schema.columns where table_name = 'tickets' and column_name not in"
            " ('id', 'number', 'requester_id', 'state', 'assignee_id', 'updated_at', 'public_updated_at')"
        )
        text = _TICKETS.format(columns=", ".join(row[0] for row in rows))
        await connection.execute(text, desk.tenant_id, desk.admin.key, desk.agent.key)
        ids = [new_id() for _ in range(20_000)]
        await connection.execute(_EVENTS, desk.tenant_id, desk.admin.key, ids)
        await connection.execute("analyze tickets, events")
        await connection.execute(f"set local role {APP_ROLE}")
        await connection.execute("select set_config('app.tenant', $1, true)", str(desk.tenant_id))

        async def explained(text: str, viewer: Viewer, query: Query, settings: str = "") -> str:
            if settings:
                await connection.execute(settings)
            values = {**viewer.parameters(), "tenant": viewer.tenant_id, **query.values}
            bound, arguments = bind(f"explain {text}", values)
            return "\n".join(row[0] for row in await connection.fetch(bound, *arguments))

        yield explained
    finally:
        await outer.rollback()
        await connection.close()


async def viewer_of(desk: Desk, person: Person) -> Viewer:
    with acting_for(desk.tenant_id):
        return (await viewers_of([person.key]))[0]


def tickets(viewer: Viewer, condition: str, *value: object) -> ListPlan:
    query = Query(viewer=viewer)
    query.conditions.append(condition.format(*map(query.value, value)))
    return ListPlan(registry.by_name["Ticket"], NEWEST, PAGE, query)


@pytest.mark.parametrize(
    ("condition", "value", "index"),
    [
        ("t.state = {}", "DELETED", "tickets_apart"),
        ("t.assignee_id is null and t.state = {}", "ACTIVE", "tickets_unassigned"),
        ("t.state = {}", "ACTIVE", "tickets_updated"),
    ],
)
async def test_pages_are_found_by_an_index(
    desk: Desk, explain: Explain, condition: str, value: str, index: str
) -> None:
    viewer = await viewer_of(desk, desk.admin)
    plan = tickets(viewer, condition, value)

    found = await explain(plan.rows(viewer, "t.id"), viewer, plan.query)

    assert f"using {index}" in found, found
    assert "Sort" not in found, found


@pytest.mark.parametrize(
    ("moment", "index"), [("due_in", "tickets_due"), ("callback_in", "tickets_callback")]
)
async def test_what_is_due_is_found_by_an_index(
    desk: Desk, explain: Explain, moment: str, index: str
) -> None:
    viewer = await viewer_of(desk, desk.admin)
    filter, query = FILTERS["Ticket"], Query(viewer=viewer)
    query.conditions.append(filter.compile(filter.input(**{moment: ReminderBucket.TODAY}), query))
    plan = ListPlan(registry.by_name["Ticket"], NEWEST, PAGE, query)

    found = await explain(plan.rows(viewer, "t.id"), viewer, query)

    assert index in found, found


async def test_counts_read_no_table_as_it_lies(desk: Desk, explain: Explain) -> None:
    viewer = await viewer_of(desk, desk.admin)
    plan = tickets(viewer, "t.state = {}", "ACTIVE")

    found = await explain(plan.counted(viewer, 1001), viewer, plan.query, FOR_COUNTS)

    assert "Seq Scan" not in found, found
    assert "Sort" not in found, found


async def test_a_count_looks_for_the_few_of_a_viewer_way_by_way(desk: Desk, explain: Explain) -> None:
    viewer = replace(await viewer_of(desk, desk.agent), scope=TicketScope.OWN)
    plan = tickets(viewer, "t.status_category = {} and t.state = 'ACTIVE'", "NEW")

    found = await explain(plan.counted(viewer, 1001), viewer, plan.query, FOR_COUNTS)

    for index in ("tickets_creator", "tickets_initiator", "tickets_requester", "watches", "assignments"):
        assert index in found, found
    assert "tickets_updated" not in found, found
    assert "tickets_status_updated" not in found, found


async def test_what_sight_rules_out_is_not_looked_for(desk: Desk, explain: Explain) -> None:
    viewer = replace(await viewer_of(desk, desk.agent), scope=TicketScope.OWN)
    plan = tickets(viewer, "t.state = {}", "DELETED")

    found = await explain(plan.counted(viewer, 1001), viewer, plan.query, FOR_COUNTS)

    assert not viewer.may("ticket.delete")
    assert " tickets t" not in found, found


async def test_a_customers_few_are_found_among_everybodys(desk: Desk, explain: Explain) -> None:
    viewer = await viewer_of(desk, desk.customer)
    plan = tickets(viewer, "t.state = {}", "ACTIVE")

    found = await explain(plan.rows(viewer, "t.id"), viewer, plan.query)

    for index in ("tickets_requester", "tickets_organization", "BitmapOr"):
        assert index in found, found


async def test_a_rare_entry_is_found_in_the_log(desk: Desk, explain: Explain) -> None:
    viewer = await viewer_of(desk, desk.admin)
    filter, query = FILTERS["AuditEvent"], Query(viewer=viewer)
    query.conditions.append(filter.compile(filter.input(type=StringFilter(eq="Tag.Created")), query))
    plan = ListPlan(registry.by_name["AuditEvent"], Order((), descending=True), PAGE, query)

    found = await explain(plan.rows(viewer, "t.id"), viewer, query)

    assert "_type_id_idx" in found, found
    assert "lower(" not in found, found

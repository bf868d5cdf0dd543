"""Lists filtered by custom fields, through the API."""

from typing import Any

import asyncpg
import orjson
import pytest

from core.kit.database.connect import APP_ROLE, credentials
from core.testing import Desk
from tests.fields.shaping import define, define_all, open_ticket

TICKETS = """query($filter: TicketFilter) {
  tickets(filter: $filter, first: 100) { nodes { externalId } totalCount { value } }
}"""
ROWS: dict[str, list[tuple[str, Any]]] = {
    "one": [
        ("text", {"text": "Order-1"}),
        ("number", {"number": 5}),
        ("boolean", {"boolean": True}),
        ("date", {"text": "2026-11-23"}),
        ("time", {"text": "08:30"}),
        ("datetime", {"dateTime": "2026-11-23T08:00:00+08:00"}),
        ("select", {"optionKeys": ["a"]}),
        ("multiselect", {"optionKeys": ["a", "b"]}),
        ("link", {"text": "https://a.example/x"}),
        ("cascade", {"optionKeys": ["hardware", "printer"]}),
    ],
    "two": [
        ("text", {"text": "订单 100%_x"}),
        ("number", {"number": 5.5}),
        ("boolean", {"boolean": False}),
        ("date", {"text": "2027-01-01"}),
        ("time", {"text": "23:59:59"}),
        ("datetime", {"dateTime": "2026-11-23T00:00:00.5Z"}),
        ("select", {"optionKeys": ["b"]}),
        ("multiselect", {"optionKeys": ["c"]}),
        ("cascade", {"optionKeys": ["software"]}),
    ],
    "none": [],
}


async def _seed(desk: Desk) -> None:
    await define_all(desk)
    for name, values in ROWS.items():
        (await open_ticket(desk.admin, *values, externalId=name)).payload("ticketCreate")


async def test_conditions_of_every_form(desk: Desk) -> None:
    await _seed(desk)
    cases: list[tuple[str, dict[str, Any], set[str]]] = [
        ("text", {"text": {"eq": "Order-1"}}, {"one"}),
        ("text", {"text": {"eq": "order-1"}}, set()),
        ("text", {"text": {"in": ["Order-1", "x"]}}, {"one"}),
        ("text", {"text": {"in": []}}, set()),
        ("text", {"text": {"contains": "ORDER"}}, {"one"}),
        ("text", {"text": {"contains": "100%_"}}, {"two"}),
        ("text", {"text": {"contains": "1_0"}}, set()),
        ("text", {"text": {"startsWith": "订单"}}, {"two"}),
        ("text", {"text": {"isNull": True}}, {"none"}),
        ("text", {"text": {"isNull": False, "startsWith": "o"}}, {"one"}),
        ("link", {"text": {"eq": "https://a.example/x"}}, {"one"}),
        ("number", {"number": {"eq": 5}}, {"one"}),
        ("number", {"number": {"gte": 5.5}}, {"two"}),
        ("number", {"number": {"gte": 5, "lt": 5.5}}, {"one"}),
        ("number", {"number": {"isNull": True}}, {"none"}),
        ("boolean", {"boolean": {"eq": False}}, {"two"}),
        ("date", {"text": {"gte": "2026-11-24"}}, {"two"}),
        ("date", {"text": {"lt": "2026-11-24"}}, {"one"}),
        ("date", {"text": {"startsWith": "2026-11"}}, {"one"}),
        ("time", {"text": {"eq": "08:30:00"}}, {"one"}),
        ("time", {"text": {"eq": "08:30"}}, {"one"}),
        ("time", {"text": {"in": ["08:30", "23:59"]}}, {"one"}),
        ("datetime", {"dateTime": {"gte": "2026-11-23T00:00:00.000001Z"}}, {"two"}),
        ("datetime", {"dateTime": {"lt": "2026-11-23T08:00:00.1+08:00"}}, {"one"}),
        ("datetime", {"dateTime": {"isNull": False}}, {"one", "two"}),
        ("select", {"option": {"eq": "a"}}, {"one"}),
        ("select", {"option": {"in": ["a", "B"]}}, {"one", "two"}),
        ("multiselect", {"option": {"eq": "b"}}, {"one"}),
        ("multiselect", {"option": {"contains": "c"}}, {"two"}),
        ("multiselect", {"option": {"isNull": True}}, {"none"}),
        ("cascade", {"option": {"eq": "printer"}}, {"one"}),
        ("cascade", {"option": {"startsWith": "soft"}}, {"two"}),
    ]
    for key, condition, expected in cases:
        answer = await desk.admin.ask(TICKETS, filter={"customField": {"key": key, **condition}})
        found = answer.data["tickets"]
        assert {node["externalId"] for node in found["nodes"]} == expected, (key, condition)
        assert found["totalCount"]["value"] == len(expected)


async def test_conditions_combine(desk: Desk) -> None:
    await _seed(desk)
    number = {"customField": {"key": "number", "number": {"gte": 0}}}
    chosen = {"customField": {"key": "select", "option": {"eq": "a"}}}
    for condition, expected in (
        ({"and": [number, {"not": chosen}]}, {"two"}),
        ({"or": [chosen, {"title": {"eq": "nothing"}}]}, {"one"}),
        ({"not": number}, {"none"}),
        ({**number, "externalId": {"eq": "two"}}, {"two"}),
    ):
        found = (await desk.admin.ask(TICKETS, filter=condition)).data["tickets"]["nodes"]
        assert {node["externalId"] for node in found} == expected, condition


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ({"key": "nothing", "text": {"eq": "x"}}, "nothing"),
        ({"key": "no\x00thing", "text": {"eq": "x"}}, "thing"),
        ({"key": "number", "text": {"eq": "5"}}, "number"),
        ({"key": "number", "option": {"eq": "5"}}, "number"),
        ({"key": "text", "number": {"eq": 5}}, "text"),
        ({"key": "text", "text": {"eq": "x"}, "number": {"eq": 5}}, "text"),
        ({"key": "select", "text": {"eq": "a"}}, "select"),
        ({"key": "datetime", "text": {"eq": "a"}}, "datetime"),
        ({"key": "text", "text": {"gte": "a"}}, "text"),
        ({"key": "date", "text": {"gte": "tomorrow"}}, "date"),
        ({"key": "time", "text": {"eq": "8:30"}}, "time"),
        ({"key": "text"}, "text"),
        ({"key": "text", "text": None}, "text"),
        ({"key": "text", "text": {"eq": None}}, "text"),
        ({"key": "boolean", "boolean": {"eq": None}}, "boolean"),
        ({"key": "text", "text": {"in": ["x"] * 201}}, "200"),
        ({"key": "text", "text": {"eq": "a\x00"}}, "U+0000"),
    ],
)
async def test_a_condition_that_cannot_be_is_refused(
    desk: Desk, condition: dict[str, Any], named: str
) -> None:
    await define_all(desk)

    for wrapped in ({"customField": condition}, {"not": {"or": [{"customField": condition}]}}):
        answer = await desk.admin.ask(TICKETS, filter=wrapped)
        assert answer.codes == ["BAD_FILTER"], (condition, answer.body)
        assert named in answer.body["errors"][0]["message"]


async def test_people_and_companies_are_filtered_by_those_who_may_read_their_values(desk: Desk) -> None:
    await define(desk, "TEXT", "note", object="USER")
    await define(desk, "TEXT", "contract", object="ORGANIZATION")
    query = """query($who: CustomFieldValueFilter!, $what: CustomFieldValueFilter!) {
      users(filter: {customField: $who}) { nodes { id } }
      organizations(filter: {customField: $what}) { nodes { id } }
    }"""
    given = {
        "who": {"key": "note", "text": {"eq": "vip"}},
        "what": {"key": "contract", "text": {"isNull": True}},
    }

    assert (await desk.admin.ask(query, **given)).data == {
        "users": {"nodes": []},
        "organizations": {"nodes": []},
    }
    refused = await desk.customer.ask(query, **given)
    assert refused.codes == ["FORBIDDEN", "BAD_FILTER"], (
        "what is noted of a company is internal: there is no such field"
    )


async def test_another_tenants_field_is_no_field(desk: Desk, other: Desk) -> None:
    await define(other, "TEXT", "theirs")

    answer = await desk.admin.ask(TICKETS, filter={"customField": {"key": "theirs", "text": {"eq": "x"}}})

    assert answer.codes == ["BAD_FILTER"]


async def test_equality_is_served_by_the_index_behind_row_level_security(
    desk: Desk, database_url: str
) -> None:
    await define(desk, "TEXT", "order_no")
    ticket = (await open_ticket(desk.agent, ("order_no", {"text": "rare"}))).payload("ticketCreate")["ticket"]
    connection = await asyncpg.connect(**credentials(database_url))
    outer = connection.transaction()
    await outer.start()
    try:
        columns = [row[0] for row in await connection.fetch(
            "select column_name from information_schema.columns where table_name = 'tickets'"
            " and column_name not in ('id', 'number', 'custom')"
        )]  # fmt: skip
        await connection.execute(
            f"insert into tickets (id, number, custom, {', '.join(columns)}) select gen_random_uuid(), number + n,"
            f" jsonb_build_object('order_no', 'common ' || n % 50), {', '.join(columns)}"
            " from tickets, generate_series(1, 5000) n where tenant_id = $1",
            desk.tenant_id,
        )
        await connection.execute("analyze tickets")
        await connection.execute(f"set local role {APP_ROLE}")
        await connection.execute("select set_config('app.tenant', $1, true)", str(desk.tenant_id))
        plan = await connection.fetchval(
            "explain (format json) select id from tickets where tenant_id = $1 and custom @> $2::jsonb"
            " order by updated_at desc, id desc limit 50",
            desk.tenant_id,
            orjson.dumps({"order_no": "rare"}).decode(),
        )
        assert "tickets_custom" in plan, plan
    finally:
        await outer.rollback()
        await connection.close()
    assert ticket["id"]

"""Long texts cost what they weigh, and no answer grows past its limit."""

from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import execute
from core.kit.graph import reading
from core.kit.ids import key_of, new_id
from core.testing import Desk
from tests.tickets.making import open_ticket

MANY, LENGTH = 100, 150_000
INSERT = """insert into messages (id, tenant_id, created_at, ticket_id, author_id, sender, medium, visibility,
  body_text, body_html)
  select x.id, :tenant, now(), :ticket, :author, 'CUSTOMER', 'API', 'PUBLIC', repeat('x', :length::int), '-'
  from unnest(:ids::uuid[]) x(id)"""
READ = """query($id: ID!, $first: Int, $long: Boolean!) { ticket(id: $id) { messages(first: $first) { nodes {
  id bodyText @include(if: $long) } } } }"""


@pytest.fixture
async def talk(desk: Desk) -> str:
    """A ticket on which more was said than fits in one answer."""
    ticket = str((await open_ticket(desk.customer))["id"])
    with acting_for(desk.tenant_id):
        await execute(
            INSERT,
            {
                "tenant": desk.tenant_id, "ticket": key_of(ticket, "tkt"), "author": desk.customer.key,
                "length": LENGTH, "ids": [new_id() for _ in range(MANY)],
            },
        )  # fmt: skip
    return ticket


async def test_more_text_than_fits_is_refused_and_never_fetched(
    desk: Desk, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = 0

    async def measured(text: str, values: Any) -> Any:
        nonlocal fetched
        rows = await plain(text, values)
        fetched += sum(len(each) for row in rows for each in row.values() if isinstance(each, str))
        return rows

    plain = reading.fetch
    monkeypatch.setattr(reading, "fetch", measured)

    refused = await desk.admin.ask(READ, id=talk, first=100, long=True)

    limit = desk.served.settings.graphql_max_answer_bytes
    assert (refused.status, refused.codes) == (200, ["ANSWER_TOO_LARGE"])
    assert refused.body["data"] is None
    assert refused.body["errors"][0]["extensions"]["limit"] == limit == 10_485_760
    assert refused.body["errors"][0]["message"] == (
        "The answer is over 10485760 bytes. Ask for fewer objects at a time, or without their long texts."
    )
    assert fetched <= limit < MANY * LENGTH


async def test_a_part_that_fits_is_answered(desk: Desk, talk: str) -> None:
    some = (await desk.admin.ask(READ, id=talk, first=60, long=True)).data["ticket"]["messages"]["nodes"]
    ids = (await desk.admin.ask(READ, id=talk, first=100, long=False)).data["ticket"]["messages"]["nodes"]

    assert [len(each["bodyText"]) for each in some] == [4] + [LENGTH] * 59
    assert len(ids) == MANY


async def test_long_texts_are_weighed(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    async def cost(fields: str) -> int:
        query = f"query($id: ID!) {{ ticket(id: $id) {{ messages(first: 100) {{ nodes {{ {fields} }} }} }} }}"
        answer = await desk.admin.ask(query, id=ticket["id"])
        return int(answer.body["extensions"]["cost"]["requested"])

    assert [await cost(fields) for fields in ("id", "bodyText", "bodyText bodyHtml")] == [101, 301, 501]

"""One document is asked by many desks, whose fields of one key need not be of one kind."""

from core.testing import Desk
from tests.fields.shaping import define, open_ticket

AT_HALF_PAST = '{ tickets(filter: { customField: { key: "at", text: { eq: "08:30" } } }) { nodes { id } } }'
BULK = """mutation($input: TicketBulkUpdateInput!) { ticketBulkUpdate(input: $input) {
  job { id progress { total } } userErrors { code path } } }"""


async def test_what_one_desk_asks_means_to_the_next_what_it_says(desk: Desk, other: Desk) -> None:
    await define(desk, "TIME", "at")
    await define(other, "TEXT", "at")
    timed = (await open_ticket(desk.agent, ("at", {"text": "08:30:00"}))).payload("ticketCreate")
    worded = (await open_ticket(other.agent, ("at", {"text": "08:30"}))).payload("ticketCreate")

    for _ in range(2):
        first = (await desk.admin.ask(AT_HALF_PAST)).data["tickets"]["nodes"]
        second = (await other.admin.ask(AT_HALF_PAST)).data["tickets"]["nodes"]

        assert first == [{"id": timed["ticket"]["id"]}]
        assert second == [{"id": worded["ticket"]["id"]}]


async def test_a_bulk_update_means_by_a_filter_what_a_list_means(desk: Desk) -> None:
    await define(desk, "TIME", "at")
    await open_ticket(desk.agent, ("at", {"text": "08:30:00"}))
    select = {"filter": {"customField": {"key": "at", "text": {"eq": "08:30"}}}}

    answer = await desk.admin.ask(BULK, input={"select": select, "patch": {"title": "x"}})

    assert answer.payload("ticketBulkUpdate")["job"]["progress"]["total"] == 1

"""A null where a patch may leave out but not empty is a refusal at its place, however it was sent."""

from typing import Any

import pytest

from core.testing import Desk

CREATE = "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { ticket { id } userErrors { code } } }"
UPDATED = "{ ticket { title } userErrors { code path message } }"
WHOLE = f"mutation($input: TicketUpdateInput!) {{ ticketUpdate(input: $input) {UPDATED} }}"
PARTS = f"mutation($id: ID!, $title: String) {{ ticketUpdate(input: {{id: $id, title: $title}}) {UPDATED} }}"
LITERAL = f"mutation($id: ID!) {{ ticketUpdate(input: {{id: $id, title: null}}) {UPDATED} }}"


async def _ticket(desk: Desk) -> str:
    answer = await desk.agent.ask(CREATE, input={"title": "Printer", "body": "…"})
    found: str = answer.payload("ticketCreate")["ticket"]["id"]
    return found


async def _title(desk: Desk, ticket_id: str) -> str:
    answer = await desk.agent.ask("query($id: ID!) { ticket(id: $id) { title } }", id=ticket_id)
    found: str = answer.data["ticket"]["title"]
    return found


@pytest.mark.parametrize("document", [WHOLE, PARTS, LITERAL])
async def test_a_null_that_cannot_be_is_told_at_its_place(desk: Desk, document: str) -> None:
    ticket_id = await _ticket(desk)
    given: dict[str, Any] = (
        {"input": {"id": ticket_id, "title": None}} if document is WHOLE else {"id": ticket_id}
    )

    answer = await desk.agent.ask(document, **given, **({"title": None} if document is PARTS else {}))

    assert answer.refusals("ticketUpdate") == [("REQUIRED", ["title"])]
    assert await _title(desk, ticket_id) == "Printer"


async def test_every_null_is_told(desk: Desk) -> None:
    ticket_id = await _ticket(desk)

    answer = await desk.agent.ask(
        WHOLE, input={"id": ticket_id, "title": None, "statusId": None, "dueAt": None}
    )

    assert answer.refusals("ticketUpdate") == [("REQUIRED", ["title"]), ("REQUIRED", ["statusId"])]


async def test_what_is_left_out_stays_and_what_can_be_emptied_is(desk: Desk) -> None:
    ticket_id = await _ticket(desk)
    await desk.agent.ask(WHOLE, input={"id": ticket_id, "dueAt": "2026-12-01T00:00:00Z"})

    answer = await desk.agent.ask(WHOLE, input={"id": ticket_id, "dueAt": None})

    assert answer.payload("ticketUpdate")["ticket"] == {"title": "Printer"}

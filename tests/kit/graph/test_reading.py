"""What the declarations promise: relations that are declared alike stay apart, forged cursors are told, nothing is null
that a filter calls none of these."""

from base64 import urlsafe_b64encode
from typing import Any

import orjson
import pytest

from core.testing import Desk

CREATE = """mutation($input: TicketCreateInput!) { ticketCreate(input: $input) {
  ticket { id } userErrors { code path } } }"""
WATCH = (
    "mutation($input: TicketWatchInput!) { ticketWatch(input: $input) { watch { id } userErrors { code } } }"
)
LIST = """query($after: String, $orderBy: [TicketOrder!]) {
  tickets(after: $after, orderBy: $orderBy) { nodes { id } } }"""


async def test_two_relations_of_one_declaration_lead_to_their_own_types(desk: Desk) -> None:
    opened = await desk.admin.ask(CREATE, input={"title": "x", "body": "y"})
    ticket = opened.payload("ticketCreate")["ticket"]["id"]
    await desk.admin.ask(WATCH, input={"ticketId": ticket})

    answer = await desk.admin.ask(
        "query($id: ID!) { ticket(id: $id) { messages { nodes { id } totalCount { value } }"
        " watchers { nodes { id } totalCount { value } } assignments { nodes { id } totalCount { value } } } }",
        id=ticket,
    )

    found = answer.data["ticket"]
    assert [each["id"][:3] for each in found["messages"]["nodes"]] == ["msg"]
    assert [each["id"][:3] for each in found["watchers"]["nodes"]] == ["wat"]
    assert found["assignments"] == {"nodes": [], "totalCount": {"value": 0}}


def forged(*parts: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(list(parts))).decode()


@pytest.mark.parametrize(
    ("field", "cursor", "codes"),
    [
        ("PRIORITY", forged("PRIORITY+", 2**40, "01a20632961e73ceb5f671135747c927"), []),
        ("PRIORITY", forged("PRIORITY+", 2**63, "01a20632961e73ceb5f671135747c927"), ["BAD_CURSOR"]),
        ("PRIORITY", forged("PRIORITY+", True, "01a20632961e73ceb5f671135747c927"), ["BAD_CURSOR"]),
        ("PRIORITY", forged("PRIORITY+", 1, 7), ["BAD_CURSOR"]),
        ("PRIORITY", forged("PRIORITY+", 1, None), ["BAD_CURSOR"]),
        (
            "CREATED_AT",
            forged("CREATED_AT+", "0001-01-01T00:00:00+14:00", "01a20632961e73ceb5f671135747c927"),
            ["BAD_CURSOR"],
        ),
        (
            "CREATED_AT",
            forged("CREATED_AT+", "2026-01-01T00:00:00", "01a20632961e73ceb5f671135747c927"),
            ["BAD_CURSOR"],
        ),
        ("CREATED_AT", forged("CREATED_AT+", {"a": 1}, "01a20632961e73ceb5f671135747c927"), ["BAD_CURSOR"]),
    ],
)
async def test_a_forged_cursor_is_told_and_breaks_nothing(
    desk: Desk, field: str, cursor: str, codes: list[str]
) -> None:
    answer = await desk.admin.ask(LIST, after=cursor, orderBy=[{"field": field, "direction": "ASC"}])

    assert answer.codes == codes


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00", "soon"]
)
async def test_an_instant_that_is_none_is_a_bad_variable(desk: Desk, moment: str) -> None:
    answer = await desk.admin.ask(
        "query($at: DateTime!) { tickets(filter: {createdAt: {gte: $at}}) { nodes { id } } }", at=moment
    )

    assert answer.codes == ["BAD_VARIABLES"]


async def test_what_is_empty_is_none_of_these(desk: Desk) -> None:
    await desk.admin.ask(CREATE, input={"title": "x", "body": "y"})

    answer = await desk.admin.ask(
        "query($id: ID!) { tickets(filter: {assignee: {notIn: [$id]}}) { nodes { assignee { id } } } }",
        id=desk.agent.id,
    )

    assert answer.data["tickets"]["nodes"] == [{"assignee": None}]

"""A payload is read before its mutation commits: a statement that fails there must not be told as done."""

from typing import Any

import pytest

from core.kit.database import fetch
from core.kit.graph import fields
from core.testing import Desk
from tests.fields.shaping import define, open_ticket

UPDATE = """mutation($input: TicketUpdateInput!) { ticketUpdate(input: $input) {
  ticket { title customFields { field { key options { nodes { key } } } } } userErrors { code } } }"""
READ = "query($id: ID!) { ticket(id: $id) { title version } }"


async def test_what_failed_in_the_database_is_never_told_as_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await define(desk, "SELECT", "product")
    ticket = (await open_ticket(desk.agent, ("product", {"optionKeys": ["a"]}))).payload("ticketCreate")[
        "ticket"
    ]
    before = (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]

    async def fail(*_: Any) -> Any:
        await fetch("select 1 / 0")

    with monkeypatch.context() as patched:
        patched.setattr(fields, "read_page_of", fail)
        answer = await desk.admin.ask(UPDATE, input={"id": ticket["id"], "title": "Copier"})

    assert answer.codes == ["INTERNAL"]
    assert answer.body["data"] == {"ticketUpdate": None}
    assert (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"] == before

"""What mutations and events lead to is read compiled, too."""

from typing import Any

import pytest

from core.kit.graph import fields
from core.testing import Desk
from tests.graphql.compiled.comparing import watched
from tests.stream.waiting import cursor_of, update, waiting
from tests.tickets.making import open_ticket

SHOWN = """id title requester { id name } messages { nodes { bodyText author { id } } } tags { id }
  customFields { field { key } }"""
UPDATE = f"""mutation($input: TicketUpdateInput!) {{
  ticketUpdate(input: $input) {{ ticket {{ {SHOWN} }} userErrors {{ code }} }} }}"""
HEARD = f"""subscription($after: String) {{
  events(after: $after) {{ ... on TicketUpdated {{ ticket {{ {SHOWN} }} }} }} }}"""
READ = f"query($id: ID!) {{ ticket(id: $id) {{ {SHOWN} }} }}"


@pytest.fixture
def _no_objects_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any) -> Any:
        raise AssertionError("an object was loaded for graphql-core")

    monkeypatch.setattr(fields, "load_node", refuse)


@pytest.mark.usefixtures("_no_objects_are_loaded")
async def test_a_mutations_payload_is_read_compiled(desk: Desk) -> None:
    ticket = await open_ticket(desk.founder)

    with watched() as attempts:
        answer = await desk.founder.ask(UPDATE, input={"id": ticket["id"], "title": "Copier"})

    told = answer.payload("ticketUpdate")["ticket"]
    assert told["title"] == "Copier"
    assert [each["bodyText"] for each in told["messages"]["nodes"]] == ["help"]
    assert told == (await desk.founder.ask(READ, id=ticket["id"])).data["ticket"]
    assert attempts.tried > 0
    assert attempts.left.total() == 0


@pytest.mark.usefixtures("_no_objects_are_loaded")
async def test_what_an_event_leads_to_is_read_compiled(desk: Desk) -> None:
    ticket = await open_ticket(desk.founder)
    start = await cursor_of(desk.founder)

    with watched(of_all=True) as attempts:
        async with waiting(desk.founder, HEARD, after=start) as heard:
            await update(desk.founder, ticket["id"], title="Copier")
            event = await heard.next()

    assert event["ticket"]["title"] == "Copier"
    assert event["ticket"] == (await desk.founder.ask(READ, id=ticket["id"])).data["ticket"]
    assert attempts.tried > 0
    assert attempts.left.total() == 0

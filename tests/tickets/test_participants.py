"""Who takes part in a ticket knows the others by name, and by nothing else."""

from typing import Any

import orjson
import pytest

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.tickets.making import open_ticket, reply
from tests.tickets.test_sight import watch

TALK = """query($id: ID!) { ticket(id: $id) { requesterName requester { id name email }
  messages { nodes { bodyText authorName author { id name email } } }
  lastMessage { authorName } } }"""
PEOPLE = "query($ids: [ID!]!) { nodes(ids: $ids) { id } users { nodes { id name email } } }"


@pytest.fixture
async def helper(desk: Desk) -> Person:
    return await desk.add("helper", UserKind.EXTERNAL, name="Hetty Helper")


@pytest.fixture
async def colleague(desk: Desk) -> Person:
    return await desk.add("colleague", UserKind.CUSTOMER, name="Cara Copied")


@pytest.fixture
async def ticket(desk: Desk, helper: Person, colleague: Person) -> dict[str, Any]:
    """The customer's, with a helper and somebody else's customer copied in; everybody said something."""
    ticket = await open_ticket(desk.customer, body="mine")
    for person in (helper, colleague):
        await watch(desk.admin, ticket, "CC", person)
        (await reply(person, ticket, "I, too")).payload("ticketReply")
    (await reply(desk.admin, ticket, "whispered", visibility="PRIVATE")).payload("ticketReply")
    return ticket


async def test_participants_read_each_others_names(
    desk: Desk, ticket: dict[str, Any], helper: Person, colleague: Person
) -> None:
    for person in (desk.customer, helper, colleague):
        seen = (await person.ask(TALK, id=ticket["id"])).data["ticket"]
        assert seen["requesterName"] == "Customer"
        assert [each["authorName"] for each in seen["messages"]["nodes"]] == [
            "Customer", "Hetty Helper", "Cara Copied",
        ]  # fmt: skip
        assert seen["lastMessage"] == {"authorName": "Cara Copied"}
    staff = (await desk.admin.ask(TALK, id=ticket["id"])).data["ticket"]
    assert staff["lastMessage"] == {"authorName": "Admin"}


async def test_participants_read_nothing_else_of_each_other(
    desk: Desk, ticket: dict[str, Any], helper: Person, colleague: Person
) -> None:
    everybody = (desk.customer, helper, colleague)
    for person in everybody:
        others = [each for each in everybody if each is not person]
        talk = await person.ask(TALK, id=ticket["id"])
        found = await person.ask(PEOPLE, ids=[each.id for each in others])
        said = orjson.dumps([talk.data, found.data]).decode()
        assert found.data["nodes"] == [None, None]
        assert not any(each.email in said or each.id in said for each in others)
        assert "whispered" not in said

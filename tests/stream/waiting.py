"""One who waits for events over a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.testing import Person
from tests.live.wires import Socket

EVENT = """
__typename id cursor type actor { id }
... on TicketCreated { ticket { title } }
... on TicketUpdated { ticket { title } changedFields changes }
... on TicketTagged { changes }
... on MessageAdded { ticket { number } message { bodyText } }
... on OtherEvent { subjectType subjectId }
"""
TICKETS = f"subscription ($id: ID, $filter: TicketFilter, $after: String) {{ ticketChanged(id: $id, filter: $filter, after: $after) {{ {EVENT} }} }}"  # noqa: E501
EVENTS = f"subscription ($types: [String!], $after: String) {{ events(types: $types, after: $after) {{ {EVENT} }} }}"


async def cursor_of(person: Person) -> str:
    cursor: str = (await person.ask("{ eventCursor }")).data["eventCursor"]
    return cursor


class Waiting:
    """A subscription under way."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def next(self) -> Any:
        """The next event; fails the test where there is something else."""
        frame = await self.socket.frame()
        assert frame["type"] == "next", frame
        assert "errors" not in frame["payload"], frame
        (event,) = frame["payload"]["data"].values()
        return event

    async def refused(self) -> str:
        """The code that the subscription ended with."""
        frame = await self.socket.frame()
        assert frame["type"] == "error", frame
        code: str = frame["payload"][0]["extensions"]["code"]
        return code


@asynccontextmanager
async def waiting(person: Person, query: str = TICKETS, **variables: Any) -> AsyncIterator[Waiting]:
    async with Socket(person.served.application) as socket:
        await socket.opened(person.token)
        socket.subscribe("s", query, **variables)
        yield Waiting(socket)


async def opened(person: Person, title: str = "Printer", **values: Any) -> str:
    """A new ticket's id."""
    answer = await person.ask(
        "mutation ($input: TicketCreateInput!)"
        " { ticketCreate(input: $input) { ticket { id } userErrors { code path } } }",
        input={"title": title, "body": "It smokes.", **values},
    )
    found: str = answer.payload("ticketCreate")["ticket"]["id"]
    return found


async def update(person: Person, ticket: str, **values: Any) -> None:
    answer = await person.ask(
        "mutation ($input: TicketUpdateInput!) { ticketUpdate(input: $input) { userErrors { code path } } }",
        input={"id": ticket, **values},
    )
    answer.payload("ticketUpdate")


async def reply(person: Person, ticket: str, body: str, visibility: str = "PUBLIC") -> None:
    answer = await person.ask(
        "mutation ($input: TicketReplyInput!) { ticketReply(input: $input) { userErrors { code path } } }",
        input={"id": ticket, "body": body, "visibility": visibility},
    )
    answer.payload("ticketReply")

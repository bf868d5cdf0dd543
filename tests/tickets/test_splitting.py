"""A message becomes a ticket of its own."""

from typing import Any

from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.files.sending import stored
from tests.notifications.telling import notifications, tell
from tests.tickets.making import SPLIT, make_group, open_ticket, options, replied, reply, updated

SAID = """query($id: ID!) { ticket(id: $id) { title requester { id } group { id } priority { key } statusCategory
  lastMessage { bodyText } lastCustomerAt
  messages { nodes { id bodyText createdAt attachments { nodes { fileName } } } }
  links { nodes { kind toTicket { id } } } } }"""


async def whole(desk: Desk, key: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.admin.ask(SAID, id=key)).data["ticket"]
    return found


async def said(desk: Desk, ticket: dict[str, Any], body: str, **values: Any) -> str:
    """The id of a message that the customer wrote."""
    answer = await reply(desk.customer, ticket, body, **values)
    return str(answer.payload("ticketReply")["message"]["id"])


async def test_a_message_becomes_a_ticket_of_its_own(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    upload = await stored(desk.customer, b"bytes", "b.txt", "text/plain")
    ticket = await open_ticket(desk.customer, body="first")
    await updated(desk.admin, ticket, priorityId=(await options(desk, "PRIORITY"))["high"])
    message = await said(desk, ticket, "And the scanner, too", uploadIds=[upload["id"]])
    await replied(desk.agent, ticket, "We look at it")

    answer = await desk.agent.ask(SPLIT, input={"messageId": message, "title": "Scanner"})
    new = await whole(desk, answer.payload("ticketSplit")["ticket"]["id"])
    old = await whole(desk, ticket["id"])

    assert (new["title"], new["requester"], new["group"]) == (
        "Scanner",
        {"id": desk.customer.id},
        {"id": group},
    )
    assert (new["priority"], new["statusCategory"]) == ({"key": "high"}, "NEW")
    [moved] = new["messages"]["nodes"]
    assert (moved["id"], moved["bodyText"]) == (message, "And the scanner, too")
    assert moved["attachments"]["nodes"] == [{"fileName": "b.txt"}]
    assert (new["lastMessage"], new["lastCustomerAt"]) == (
        {"bodyText": "And the scanner, too"},
        moved["createdAt"],
    )
    assert new["links"]["nodes"] == [{"kind": "SPLIT", "toTicket": {"id": ticket["id"]}}]
    assert [each["bodyText"] for each in old["messages"]["nodes"]] == ["first", "We look at it"]
    assert old["lastMessage"] == {"bodyText": "We look at it"}


async def test_only_what_the_customers_side_wrote_later_can_be_split_off(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, body="first")
    first = (await whole(desk, ticket["id"]))["messages"]["nodes"][0]["id"]
    answer = (await reply(desk.admin, ticket, "ours")).payload("ticketReply")["message"]["id"]
    note = (await reply(desk.admin, ticket, "ours", visibility="PRIVATE")).payload("ticketReply")["message"][
        "id"
    ]
    good = await said(desk, ticket, "theirs")
    before = await digest(desk.tenant_id)

    for message in (first, answer, note):
        refused = await desk.admin.ask(SPLIT, input={"messageId": message, "title": "x"})
        assert refused.refusals("ticketSplit") == [("CONFLICT", ["messageId"])]
    refused = await desk.admin.ask(SPLIT, input={"messageId": good, "title": " "})
    assert refused.refusals("ticketSplit") == [("REQUIRED", ["title"])]
    unknown = await desk.admin.ask(SPLIT, input={"messageId": "msg_" + "0" * 32, "title": "x"})
    assert unknown.refusals("ticketSplit") == [("NOT_FOUND", ["messageId"])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_nothing_of_what_was_split_off_stays_behind(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer, body="first")
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    opened = (await whole(desk, ticket["id"]))["lastCustomerAt"]
    message = await said(desk, ticket, "And the scanner, too")
    await tell(desk)

    answer = await desk.agent.ask(SPLIT, input={"messageId": message, "title": "Scanner"})
    new = answer.payload("ticketSplit")["ticket"]["id"]

    assert (await whole(desk, ticket["id"]))["lastCustomerAt"] == opened
    told = {each["kind"]: each["ticket"]["id"] for each in await notifications(desk.agent)}
    assert (told["ASSIGNED"], told["CUSTOMER_REPLIED"]) == (ticket["id"], new)

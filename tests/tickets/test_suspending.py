"""Unfit tickets are held back until somebody admits them (F11)."""

import pytest

from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.tickets.making import ADMIT, DELETE, RESTORE, SUSPEND, open_ticket, read, reply, statuses, update

LISTED = (
    "query($state: TicketState!) { tickets(filter: {state: {eq: $state}}) { nodes { title suspendReason } } }"
)
MINE = "{ tickets { nodes { title } } }"


@pytest.mark.requirement("F11")
@pytest.mark.requirement("F7")
async def test_a_suspended_ticket_stands_in_a_list_of_its_own_with_its_reason(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="Win a prize")
    await open_ticket(desk.customer, title="Printer")

    answer = await desk.agent.ask(SUSPEND, input={"id": ticket["id"], "reason": "SPAM"})
    refused = answer.refusals("ticketSuspend")
    assert refused == [("NOT_FOUND", ["id"])]  # agents see the tickets of their groups
    suspended = await desk.admin.ask(SUSPEND, input={"id": ticket["id"], "reason": "SPAM"})

    found = suspended.payload("ticketSuspend")["ticket"]
    assert (found["state"], found["suspendReason"]) == ("SUSPENDED", "SPAM")
    assert found["suspendedAt"] is not None
    listed = await desk.admin.ask(LISTED, state="SUSPENDED")
    assert listed.data["tickets"]["nodes"] == [{"title": "Win a prize", "suspendReason": "SPAM"}]
    for person in (desk.admin, desk.customer):
        assert (await person.ask(MINE)).data["tickets"]["nodes"] == [{"title": "Printer"}]


async def test_it_rests_until_it_is_admitted_and_comes_back_as_it_was(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    pending = (await statuses(desk))["pending"]
    (await update(desk.admin, ticket, statusId=pending)).payload("ticketUpdate")
    (await desk.admin.ask(SUSPEND, input={"id": ticket["id"], "reason": "OTHER"})).payload("ticketSuspend")
    before = await digest(desk.tenant_id)

    for answer, name in (
        (await update(desk.admin, ticket, title="x"), "ticketUpdate"),
        (await reply(desk.admin, ticket), "ticketReply"),
    ):
        assert answer.refusals(name)[0][0] == "CONFLICT"
    assert changed(before, await digest(desk.tenant_id)) == []
    admitted = (await desk.admin.ask(ADMIT, input={"id": ticket["id"]})).payload("ticketAdmit")["ticket"]

    assert (admitted["state"], admitted["status"]["key"]) == ("ACTIVE", "pending")
    assert (admitted["suspendReason"], admitted["suspendedAt"]) == (None, None)


async def test_a_deleted_ticket_cannot_be_suspended(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    (await desk.admin.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(SUSPEND, input={"id": ticket["id"], "reason": "SPAM"})

    assert answer.refusals("ticketSuspend") == [("CONFLICT", ["id"])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_a_suspended_ticket_may_be_deleted_and_restored(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    (await desk.admin.ask(SUSPEND, input={"id": ticket["id"], "reason": "SPAM"})).payload("ticketSuspend")
    (await desk.admin.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")

    (await desk.admin.ask(RESTORE, input={"id": ticket["id"]})).payload("ticketRestore")

    found = await read(desk, ticket)
    assert (found["state"], found["suspendReason"], found["suspendedAt"]) == ("ACTIVE", None, None)


async def test_the_timeline_tells_of_it(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    (await desk.admin.ask(SUSPEND, input={"id": ticket["id"], "reason": "AUTOMATED"})).payload(
        "ticketSuspend"
    )
    (await desk.admin.ask(ADMIT, input={"id": ticket["id"]})).payload("ticketAdmit")
    (await desk.admin.ask(ADMIT, input={"id": ticket["id"]})).payload("ticketAdmit")  # twice is once

    query = """query($id: ID!) { ticket(id: $id) { timeline { nodes {
      ... on TicketEvent { type changes } } } } }"""
    nodes = (await desk.admin.ask(query, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]

    assert [each for each in nodes if each][1:] == [
        {"type": "ticket.suspended", "changes": {"reason": [None, "AUTOMATED"]}},
        {"type": "ticket.admitted", "changes": {}},
    ]

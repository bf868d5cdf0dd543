"""The stages of a ticket's change, in the order that decision 16 gives reasons for."""

from core.testing import Desk
from core.tickets.service import pipeline
from tests.tickets.making import make_group, open_ticket, statuses, update


def test_the_stages_stand_in_this_order() -> None:
    names = [stage.__name__ for stage in pipeline.STAGES]
    assert names == ["hold", "route", "react", "hold_form", "stamp", "write"]


async def test_a_stage_sees_what_those_before_it_did(desk: Desk) -> None:
    """Routing gives the ticket to the group's only member; being given to somebody opens it; in one step."""
    await make_group(desk, "Night", desk.agent)

    ticket = await open_ticket(desk.customer)

    told = await desk.founder.ask(
        "query($id: ID!) { ticket(id: $id) { version assignee { id } statusCategory } }", id=ticket["id"]
    )
    assert told.data["ticket"] == {"version": 1, "assignee": {"id": desk.agent.id}, "statusCategory": "OPEN"}


async def test_what_is_refused_first_is_not_worked_out(desk: Desk) -> None:
    """Closed is final, whatever routing would make of the rest."""
    ticket = await open_ticket(desk.admin)
    closed = (await statuses(desk))["closed"]
    (await update(desk.admin, ticket, statusId=closed)).payload("ticketUpdate")
    group = await make_group(desk, "Night", desk.agent)

    refused = await update(desk.admin, ticket, groupId=group)

    assert [error["code"] for error in refused.data["ticketUpdate"]["userErrors"]] == ["CONFLICT"]
    told = await desk.founder.ask(
        "query($id: ID!) { ticket(id: $id) { group { id } assignee { id } version } }", id=ticket["id"]
    )
    assert told.data["ticket"] == {"group": None, "assignee": None, "version": 2}

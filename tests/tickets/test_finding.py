"""Finding tickets by their numbers and by the agent who has them."""

from typing import Any

import pytest

from core.testing import Desk, Person
from tests.tickets.making import make_group, open_ticket

BY_NUMBER = "query($filter: TicketFilter) { tickets(filter: $filter) { nodes { number } } }"
GIVEN = "query($id: ID!) { user(id: $id) { assignedTickets { nodes { id } totalCount { value } } } }"


async def numbers(person: Person, **number: Any) -> list[str]:
    nodes = (await person.ask(BY_NUMBER, filter={"number": number})).data["tickets"]["nodes"]
    return sorted(each["number"] for each in nodes)


async def test_tickets_are_found_by_their_numbers(desk: Desk, other: Desk) -> None:
    for _ in range(3):
        await open_ticket(desk.customer)
    await open_ticket(other.customer)

    assert await numbers(desk.customer, eq="2") == ["2"]
    assert await numbers(desk.customer, **{"in": ["1", "3", "9", "x", "9" * 40]}) == ["1", "3"]
    assert await numbers(desk.customer, **{"in": []}) == []
    assert await numbers(desk.customer, eq="2", **{"in": ["1"]}) == []
    assert await numbers(desk.customer, eq="²") == []
    assert await numbers(other.customer, **{"in": ["1", "2"]}) == ["1"]


@pytest.mark.parametrize("number", [{"eq": None}, {"in": None}, {"in": ["1"] * 201}])
async def test_a_number_filter_that_cannot_be_used_is_refused(desk: Desk, number: dict[str, Any]) -> None:
    assert (await desk.agent.ask(BY_NUMBER, filter={"number": number})).codes == ["BAD_FILTER"]


async def test_the_tickets_of_an_agent_are_shown_to_who_sees_them(desk: Desk) -> None:
    await open_ticket(desk.customer)
    group = await make_group(desk, "Tier 2", desk.agent)
    given = await open_ticket(desk.admin, groupId=group, assigneeId=desk.agent.id)

    shown = {
        name: (await person.ask(GIVEN, id=desk.agent.id)).data["user"]["assignedTickets"]
        for name, person in {"admin": desk.admin, "customer": desk.customer}.items()
    }

    assert shown["admin"] == {"nodes": [{"id": given["id"]}], "totalCount": {"value": 1}}
    assert shown["customer"] == {"nodes": [], "totalCount": {"value": 0}}

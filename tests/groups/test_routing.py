"""How groups find agents: by hand, by turn, by load; nobody gets more than there is room for."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from core.housekeeping import deal_out_tickets_of_all
from core.kit.database import system_fetch
from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.tickets.making import (
    RELEASE,
    SUSPEND,
    TRANSFER,
    done,
    make_group,
    open_ticket,
    read,
    statuses,
    updated,
)

SET = """mutation($input: GroupUpdateInput!) { groupUpdate(input: $input) {
  group { routing capacity members { nodes { id user { id } capacity } } } userErrors { code path message } } }"""
MAKE = """mutation($input: GroupCreateInput!) { groupCreate(input: $input) {
  group { id routing capacity } userErrors { code path } } }"""
TIMELINE = """query($id: ID!) { ticket(id: $id) { timeline(first: 50) { nodes {
  ... on TicketEvent { type via actor { id } } } } } }"""
PLACE = """mutation($input: GroupMemberUpdateInput!) { groupMemberUpdate(input: $input) {
  membership { capacity isLeader } userErrors { code path } } }"""


async def route(desk: Desk, group: str, routing: str, **values: Any) -> dict[str, Any]:
    """Set how a group finds agents."""
    answer = await desk.founder.ask(SET, input={"id": group, "routing": routing, **values})
    found: dict[str, Any] = answer.payload("groupUpdate")["group"]
    return found


async def opened(desk: Desk, number: int) -> list[str | None]:
    """Whom so many new tickets go to, one after the other."""
    tickets = [await open_ticket(desk.customer) for _ in range(number)]
    return [
        each["assignee"] and each["assignee"]["id"] for each in [await read(desk, each) for each in tickets]
    ]


async def crew(desk: Desk) -> list[Person]:
    return [desk.agent, desk.leader, await desk.add("agent", name="Ada")]


async def test_a_new_group_leaves_it_to_people(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", *await crew(desk))

    assert (await route(desk, group, "MANUAL"))["routing"] == "MANUAL"
    assert await opened(desk, 2) == [None, None]


async def test_everybody_has_their_turn(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    await route(desk, group, "ROUND_ROBIN")

    first = await opened(desk, 3)

    assert set(first) == {each.id for each in people}
    assert await opened(desk, 4) == [*first, first[0]]


async def test_what_somebody_got_in_another_way_was_their_turn_too(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    ticket = await open_ticket(desk.customer)
    await route(desk, group, "ROUND_ROBIN")
    await updated(desk.admin, ticket, assigneeId=people[0].id)

    assert await opened(desk, 3) == [people[1].id, people[2].id, people[0].id]


async def test_who_has_the_fewest_unsolved_tickets_is_next(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    tickets = [await open_ticket(desk.customer) for _ in range(3)]
    for ticket, person in zip(tickets, (people[0], people[0], people[1]), strict=True):
        await updated(desk.admin, ticket, assigneeId=person.id)
    await route(desk, group, "LEAST_LOADED")

    assert await opened(desk, 1) == [people[2].id]
    assert Counter(await opened(desk, 2)) == {people[1].id: 1, people[2].id: 1}
    await updated(desk.admin, tickets[2], statusId=(await statuses(desk))["solved"])
    assert await opened(desk, 1) == [people[1].id]


@pytest.mark.parametrize("routing", ["ROUND_ROBIN", "LEAST_LOADED"])
async def test_who_is_full_gets_no_more_and_the_rest_waits(desk: Desk, routing: str) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    found = await route(desk, group, routing, capacity=2)
    [own] = [each["id"] for each in found["members"]["nodes"] if each["user"]["id"] == people[2].id]
    place = (await desk.founder.ask(PLACE, input={"id": own, "capacity": 1})).payload("groupMemberUpdate")
    assert place["membership"] == {"capacity": 1, "isLeader": False}

    given = await opened(desk, 6)

    assert Counter(given) == {people[0].id: 2, people[1].id: 2, people[2].id: 1, None: 1}
    assert given[-1] is None


async def waiting(desk: Desk, routing: str) -> list[dict[str, Any]]:
    """Four tickets of a group whose two agents have room for one each: two wait."""
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await route(desk, group, routing, capacity=1)
    return [await open_ticket(desk.customer) for _ in range(4)]


async def agents_of(desk: Desk, tickets: list[dict[str, Any]]) -> list[str | None]:
    found = [await read(desk, each) for each in tickets]
    return [each["assignee"] and each["assignee"]["id"] for each in found]


@pytest.mark.parametrize("routing", ["ROUND_ROBIN", "LEAST_LOADED"])
async def test_what_waits_is_dealt_out_when_somebody_has_room_the_longest_waiting_first(
    desk: Desk, routing: str
) -> None:
    tickets = await waiting(desk, routing)
    first, second, *rest = await agents_of(desk, tickets)
    assert ({first, second}, rest) == ({desk.agent.id, desk.leader.id}, [None, None])
    await deal_out_tickets_of_all()
    assert (await agents_of(desk, tickets))[2:] == [None, None]

    await updated(desk.admin, tickets[0], statusId=(await statuses(desk))["solved"])
    await deal_out_tickets_of_all()

    assert await agents_of(desk, tickets) == [first, second, first, None]
    told = (await desk.admin.ask(TIMELINE, id=tickets[2]["id"])).data["ticket"]["timeline"]["nodes"]
    [dealt] = [each for each in told if each.get("type") == "ticket.updated"]
    assert (dealt["via"], dealt["actor"]) == ("schedule", None)


@pytest.mark.parametrize("routing", ["ROUND_ROBIN", "LEAST_LOADED"])
async def test_what_comes_stands_in_line_behind_what_waits(desk: Desk, routing: str) -> None:
    tickets = await waiting(desk, routing)
    first, second, *_ = await agents_of(desk, tickets)
    solved = (await statuses(desk))["solved"]
    await updated(desk.admin, tickets[0], statusId=solved)

    tickets.append(await open_ticket(desk.customer))
    assert await agents_of(desk, tickets) == [first, second, None, None, None]
    await deal_out_tickets_of_all()
    assert await agents_of(desk, tickets) == [first, second, first, None, None]

    for ticket in tickets[1:3]:
        await updated(desk.admin, ticket, statusId=solved)
    await deal_out_tickets_of_all()
    assert {*(await agents_of(desk, tickets))[3:]} == {first, second}
    await updated(desk.admin, tickets[3], statusId=solved)
    tickets.append(await open_ticket(desk.customer))  # nobody waits any more
    assert (await agents_of(desk, tickets))[5] == (await agents_of(desk, tickets))[3]


async def test_what_waits_elsewhere_or_was_given_back_keeps_nobody_waiting(desk: Desk) -> None:
    tickets = await waiting(desk, "LEAST_LOADED")
    _, second, *_ = await agents_of(desk, tickets)
    for ticket in tickets[2:]:
        await done(desk.admin, SUSPEND, ticket, reason="SPAM")
    await done(desk.admin, RELEASE, tickets[0])

    tickets.append(await open_ticket(desk.customer))

    assert (await agents_of(desk, tickets))[4] not in (None, second)


async def test_what_was_given_back_is_dealt_out_to_nobody(desk: Desk) -> None:
    tickets = await waiting(desk, "ROUND_ROBIN")
    first, second, *_ = await agents_of(desk, tickets)
    await done(desk.admin, RELEASE, tickets[0])

    await deal_out_tickets_of_all()

    assert await agents_of(desk, tickets) == [None, second, first, None]


async def test_what_is_done_waits_for_nobody(desk: Desk) -> None:
    tickets = await waiting(desk, "ROUND_ROBIN")
    done_by_then = (await statuses(desk))["solved"]
    for ticket in (tickets[0], tickets[2]):
        await updated(desk.admin, ticket, statusId=done_by_then)

    await deal_out_tickets_of_all()

    first, _, third, fourth = await agents_of(desk, tickets)
    assert (third, fourth) == (None, first)
    rows = await system_fetch(
        "select id from tickets where tenant_id = :tenant and waiting_since is not null",
        {"tenant": desk.tenant_id},
    )
    assert rows == []


async def test_what_waits_is_dealt_out_by_several_at_once_within_capacity(desk: Desk) -> None:
    tickets = await waiting(desk, "LEAST_LOADED")
    group = (await read(desk, tickets[0]))["group"]["id"]
    tickets += [await open_ticket(desk.customer) for _ in range(4)]
    await route(desk, group, "LEAST_LOADED", capacity=3)

    await asyncio.gather(*(deal_out_tickets_of_all() for _ in range(3)))

    assert Counter(await agents_of(desk, tickets)) == {desk.agent.id: 3, desk.leader.id: 3, None: 2}
    assert (await agents_of(desk, tickets))[-2:] == [None, None]


async def test_the_absent_get_none(desk: Desk) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    await route(desk, group, "ROUND_ROBIN")
    gone = "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }"
    (await desk.founder.ask(gone, input={"id": people[0].id, "status": "DISABLED"})).payload("userUpdate")

    assert Counter(await opened(desk, 4)) == {people[1].id: 2, people[2].id: 2}


async def test_a_group_finds_an_agent_for_what_is_handed_on_to_it(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.admin, desk.founder)
    second = await make_group(desk, "Tier 2", desk.agent, desk.leader)
    await route(desk, second, "ROUND_ROBIN")
    ticket = await open_ticket(desk.customer)

    found = await done(desk.admin, TRANSFER, ticket, groupId=second, note="Yours.")

    assert found["assignee"]["id"] in {desk.agent.id, desk.leader.id}


async def test_what_is_given_back_waits_for_whoever_takes_it(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await route(desk, group, "LEAST_LOADED")
    ticket = await open_ticket(desk.customer)

    assert (await done(desk.admin, RELEASE, ticket))["assignee"] is None


@pytest.mark.parametrize("routing", ["ROUND_ROBIN", "LEAST_LOADED"])
async def test_tickets_that_come_at_once_are_dealt_out_evenly_and_within_capacity(
    desk: Desk, routing: str
) -> None:
    people = await crew(desk)
    group = await make_group(desk, "Tier 1", *people)
    await route(desk, group, routing, capacity=3)

    tickets = await asyncio.gather(*(open_ticket(desk.customer) for _ in range(10)))

    found = Counter(
        each["assignee"] and each["assignee"]["id"] for each in [await read(desk, each) for each in tickets]
    )
    assert found == {**{each.id: 3 for each in people}, None: 1}


async def test_it_is_said_when_a_group_is_made(desk: Desk) -> None:
    given = {"name": "Tier 1", "routing": "LEAST_LOADED", "capacity": 5}

    made = (await desk.founder.ask(MAKE, input=given)).payload("groupCreate")["group"]

    assert (made["routing"], made["capacity"]) == ("LEAST_LOADED", 5)
    assert (await route(desk, made["id"], "ROUND_ROBIN", capacity=None))["capacity"] is None


@pytest.mark.parametrize("capacity", [0, -1, 10_001])
async def test_a_capacity_out_of_range_is_refused(desk: Desk, capacity: int) -> None:
    group = await make_group(desk, "Tier 1", desk.agent)
    found = await route(desk, group, "MANUAL")
    member = found["members"]["nodes"][0]["id"]
    before = await digest(desk.tenant_id)

    for document, name, given in (
        (MAKE, "groupCreate", {"name": "B"}),
        (SET, "groupUpdate", {"id": group}),
        (PLACE, "groupMemberUpdate", {"id": member}),
    ):
        answer = await desk.founder.ask(document, input={**given, "capacity": capacity})
        assert answer.refusals(name) == [("INVALID", ["capacity"])]
    assert changed(before, await digest(desk.tenant_id)) == []

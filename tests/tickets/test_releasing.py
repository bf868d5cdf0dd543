"""Tickets that nobody wants: who may take them again (D13), and when they are invalid (D14, M2)."""

import pytest

from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.tickets.making import (
    ASSIGN,
    CLAIM,
    INVALIDATE,
    LINK,
    RELEASE,
    SETTINGS,
    done,
    make_group,
    open_ticket,
    read,
    refused,
    replied,
    statuses,
    updated,
)

USUAL = "query($isNull: Boolean) { tickets(filter: {disposition: {isNull: $isNull}}) { nodes { id } } }"
INVALID = "{ tickets(filter: {disposition: {eq: INVALID}}) { nodes { id } } }"


@pytest.mark.requirement("D13")
@pytest.mark.parametrize("lets", [True, False])
async def test_the_tenant_says_whether_what_was_given_back_may_be_taken(desk: Desk, lets: bool) -> None:
    (await desk.admin.ask(SETTINGS, input={"letsReclaim": lets})).payload("ticketSettingsUpdate")
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await done(desk.agent, CLAIM, ticket)
    await done(desk.agent, RELEASE, ticket)

    if lets:
        await done(desk.leader, CLAIM, ticket)
    else:
        assert await refused(desk.leader, CLAIM, ticket) == [("CONFLICT", ["id"])]
        await done(desk.leader, ASSIGN, ticket, assigneeId=desk.agent.id)


@pytest.mark.requirement("D14")
@pytest.mark.requirement("M3")
async def test_given_back_twice_a_ticket_is_invalid(desk: Desk) -> None:
    (await desk.admin.ask(SETTINGS, input={"invalidAfterReleases": 2})).payload("ticketSettingsUpdate")
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    await done(desk.agent, CLAIM, ticket)
    once = await done(desk.agent, RELEASE, ticket)
    await done(desk.leader, CLAIM, ticket)

    twice = await done(desk.leader, RELEASE, ticket)

    assert (once["disposition"], once["statusCategory"]) == (None, "OPEN")
    assert (twice["disposition"], twice["statusCategory"], twice["assignee"]) == ("INVALID", "SOLVED", None)
    assert (await desk.admin.ask(INVALID)).data["tickets"]["nodes"] == [{"id": ticket["id"]}]
    usual = await open_ticket(desk.customer)
    for is_null, key in ((True, usual["id"]), (False, ticket["id"])):
        found = await desk.admin.ask(USUAL, isNull=is_null)
        assert found.data["tickets"]["nodes"] == [{"id": key}]


@pytest.mark.requirement("D14")
async def test_what_is_done_or_waits_for_its_children_is_given_back_and_no_more(desk: Desk) -> None:
    (await desk.admin.ask(SETTINGS, input={"invalidAfterReleases": 1})).payload("ticketSettingsUpdate")
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    parent, child, solved = [await open_ticket(desk.customer) for _ in range(3)]
    link = {"fromId": child["id"], "toId": parent["id"], "kind": "CHILD"}
    (await desk.admin.ask(LINK, input=link)).payload("ticketLink")
    for each in (parent, solved):
        await done(desk.agent, CLAIM, each)
    await updated(desk.agent, solved, statusId=(await statuses(desk))["solved"])

    found = [await done(desk.agent, RELEASE, each) for each in (parent, solved)]

    assert [(each["assignee"], each["disposition"], each["statusCategory"]) for each in found] == [
        (None, None, "OPEN"), (None, None, "SOLVED"),
    ]  # fmt: skip


async def test_a_tenant_that_says_nothing_makes_none_invalid(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)
    for _ in range(3):
        await done(desk.agent, CLAIM, ticket)
        found = await done(desk.agent, RELEASE, ticket)

    assert (found["disposition"], found["statusCategory"], found["releaseCount"]) == (None, "OPEN", 3)


@pytest.mark.requirement("M2")
async def test_an_agent_finds_nothing_in_it(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    found = await done(desk.admin, INVALIDATE, ticket, note="A wrong number.")

    assert (found["disposition"], found["statusCategory"]) == ("INVALID", "SOLVED")
    query = "query($id: ID!) { ticket(id: $id) { disposition releaseCount statusCategory } }"
    seen = (await desk.customer.ask(query, id=ticket["id"])).data["ticket"]
    assert seen == {"disposition": None, "releaseCount": None, "statusCategory": "SOLVED"}
    assert (await desk.customer.ask(INVALID)).data["tickets"]["nodes"] == []


async def test_another_status_takes_it_out_of_the_invalid_ones(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await done(desk.admin, INVALIDATE, ticket)

    found = await replied(desk.customer, ticket, "It is not invalid at all")

    assert found["statusCategory"] == "OPEN"
    assert (await read(desk, ticket))["disposition"] is None


async def test_what_was_solved_already_keeps_its_status_and_gets_the_mark(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["solved"])

    found = await done(desk.admin, INVALIDATE, ticket)

    assert (found["status"], found["disposition"]) == ({"key": "solved"}, "INVALID")


async def test_a_closed_ticket_stays_what_it_was(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["closed"])
    before = await digest(desk.tenant_id)

    assert await refused(desk.admin, INVALIDATE, ticket) == [("CONFLICT", ["id"])]
    assert changed(before, await digest(desk.tenant_id)) == []

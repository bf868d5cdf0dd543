"""The built-in rules R0 to R13, through the API."""

import pytest

from core.testing import Desk
from tests.tickets.making import (
    CREATE,
    DELETE,
    make_group,
    open_ticket,
    options,
    read,
    replied,
    reply,
    statuses,
    update,
    updated,
)

STATUS = """mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) {
  status { id } userErrors { code } } }"""


@pytest.mark.requirement("R0")
async def test_without_configuration_a_ticket_is_given_to_nobody(desk: Desk) -> None:
    alone = await open_ticket(desk.customer)
    await make_group(desk, "A", desk.agent, desk.leader)
    await make_group(desk, "B", desk.agent)

    undecided = await open_ticket(desk.customer)

    for ticket in (alone, undecided):
        found = await read(desk, ticket)
        assert (found["group"], found["assignee"], found["statusCategory"]) == (None, None, "NEW")


@pytest.mark.requirement("R1")
async def test_a_new_ticket_opens_when_it_is_assigned(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    ticket = await open_ticket(desk.customer)

    found = await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)

    assert (found["statusCategory"], found["assignee"]["id"]) == ("OPEN", desk.agent.id)
    at_once = await open_ticket(desk.admin, groupId=group, assigneeId=desk.agent.id)
    assert at_once["statusCategory"] == "OPEN"


@pytest.mark.requirement("R1")
async def test_a_new_ticket_opens_with_an_agent_s_first_update(desk: Desk) -> None:
    retitled, answered, noted = [await open_ticket(desk.customer) for _ in range(3)]

    assert (await updated(desk.admin, retitled, title="Printer"))["statusCategory"] == "OPEN"
    assert (await replied(desk.admin, answered))["statusCategory"] == "OPEN"
    assert (await replied(desk.admin, noted, visibility="PRIVATE"))["statusCategory"] == "OPEN"


@pytest.mark.requirement("R1")
async def test_the_agent_may_set_pending_in_the_first_update(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)

    found = await replied(desk.admin, ticket, statusId=keys["pending"])

    assert found["statusCategory"] == "PENDING"


async def test_a_customer_s_word_and_a_change_of_nothing_leave_a_ticket_new(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    await reply(desk.customer, ticket)
    found = await updated(desk.admin, ticket, title=ticket["title"])

    assert (found["statusCategory"], found["version"]) == ("NEW", 2)


@pytest.mark.requirement("R2")
async def test_nothing_returns_to_new(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    for key in ("open", "pending", "solved"):
        before = await updated(desk.admin, ticket, statusId=keys[key])

        answer = await update(desk.admin, ticket, statusId=keys["new"], title="changed")

        assert answer.refusals("ticketUpdate") == [("CONFLICT", ["statusId"])]
        assert await read(desk, ticket) == before


@pytest.mark.requirement("R4")
@pytest.mark.requirement("F8")
@pytest.mark.parametrize("key", ["pending", "solved"])
async def test_a_customer_s_reply_opens_a_pending_or_solved_ticket(desk: Desk, key: str) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    before = await updated(desk.admin, ticket, statusId=keys[key])
    assert (before["solvedAt"] is not None) is (key == "solved")

    found = await replied(desk.customer, ticket)

    assert (found["statusCategory"], found["solvedAt"]) == ("OPEN", None)


async def test_an_agent_s_reply_leaves_pending_and_solved_as_they_are(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    for key, category in (("pending", "PENDING"), ("solved", "SOLVED")):
        await updated(desk.admin, ticket, statusId=keys[key])
        assert (await replied(desk.admin, ticket))["statusCategory"] == category


@pytest.mark.requirement("B1")
@pytest.mark.requirement("R4")
async def test_a_member_of_staff_who_asks_speaks_as_a_customer(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.agent)
    assert (await replied(desk.agent, ticket))["statusCategory"] == "NEW"
    await updated(desk.admin, ticket, statusId=keys["pending"])

    answer = await reply(desk.agent, ticket)

    payload = answer.payload("ticketReply")
    assert (payload["message"]["sender"], payload["ticket"]["statusCategory"]) == ("CUSTOMER", "OPEN")


@pytest.mark.requirement("R5")
async def test_a_status_that_agents_may_not_choose_is_refused(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    hidden = await desk.admin.ask(STATUS, input={"id": keys["closed"], "isAgentSelectable": False})
    hidden.payload("statusUpdate")

    by_update = await update(desk.admin, ticket, statusId=keys["closed"])
    by_reply = await reply(desk.admin, ticket, statusId=keys["closed"])
    at_once = await desk.admin.ask(CREATE, input={"title": "x", "body": "y", "statusId": keys["closed"]})

    assert by_update.refusals("ticketUpdate") == [("INVALID", ["statusId"])]
    assert by_reply.refusals("ticketReply") == [("INVALID", ["statusId"])]
    assert at_once.refusals("ticketCreate") == [("INVALID", ["statusId"])]
    assert await read(desk, ticket) == {**ticket, "releaseCount": 0}
    assert (await open_ticket(desk.customer))["number"] == "2"


@pytest.mark.requirement("R6")
async def test_closed_is_final_but_for_deleting(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    closed = await updated(desk.admin, ticket, statusId=keys["closed"])
    assert closed["closedAt"] is not None
    assert closed["solvedAt"] is not None

    for answer, name in (
        (await update(desk.founder, ticket, statusId=keys["open"]), "ticketUpdate"),
        (await update(desk.founder, ticket, title="other"), "ticketUpdate"),
        (await reply(desk.founder, ticket), "ticketReply"),
        (await reply(desk.founder, ticket, visibility="PRIVATE"), "ticketReply"),
        (await reply(desk.customer, ticket), "ticketReply"),
    ):
        assert [code for code, _ in answer.refusals(name)] == ["CONFLICT"]
        assert "#1" in answer.data[name]["userErrors"][0]["message"]
    assert await read(desk, ticket) == closed
    deleted = (await desk.founder.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")["ticket"]
    assert (deleted["state"], deleted["statusCategory"]) == ("DELETED", "CLOSED")


@pytest.mark.requirement("R7")
async def test_the_only_group_gets_every_ticket(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)

    found = await read(desk, await open_ticket(desk.customer))

    assert (found["group"], found["assignee"], found["statusCategory"]) == ({"id": group}, None, "NEW")


@pytest.mark.requirement("R8")
async def test_the_only_member_gets_every_ticket_of_the_group(desk: Desk) -> None:
    first = await make_group(desk, "A", desk.agent)
    second = await make_group(desk, "B", desk.leader)
    given = await open_ticket(desk.admin, groupId=first)

    moved = await updated(desk.admin, given, groupId=second)

    assert (given["assignee"], given["statusCategory"]) == ({"id": desk.agent.id}, "OPEN")
    assert moved["assignee"] == {"id": desk.leader.id}


@pytest.mark.requirement("R8")
async def test_a_member_who_cannot_sign_in_does_not_count(desk: Desk) -> None:
    gone = await desk.add("agent", status="DISABLED")
    group = await make_group(desk, "A", desk.agent, gone)

    assert (await open_ticket(desk.admin, groupId=group))["assignee"] == {"id": desk.agent.id}


@pytest.mark.requirement("R9")
async def test_the_agent_is_not_taken_away_within_the_group(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    before = await open_ticket(desk.admin, groupId=group, assigneeId=desk.agent.id)

    answer = await update(desk.admin, before, assigneeId=None, title="other")

    assert answer.refusals("ticketUpdate") == [("CONFLICT", ["assigneeId"])]
    assert await read(desk, before) == before
    assert (await updated(desk.admin, before, assigneeId=desk.leader.id))["assignee"] == {
        "id": desk.leader.id
    }


@pytest.mark.requirement("R10")
async def test_a_group_is_never_taken_away(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    before = await open_ticket(desk.admin, groupId=group)

    answer = await update(desk.admin, before, groupId=None)

    assert answer.refusals("ticketUpdate") == [("CONFLICT", ["groupId"])]
    assert await read(desk, before) == before


@pytest.mark.requirement("R11")
async def test_a_move_to_another_group_may_leave_the_agent_open(desk: Desk) -> None:
    first = await make_group(desk, "A", desk.agent, desk.leader)
    second = await make_group(desk, "B", desk.agent, desk.leader, desk.admin)
    third = await make_group(desk, "C", desk.admin)
    ticket = await open_ticket(desk.admin, groupId=first, assigneeId=desk.agent.id)

    unsaid = await updated(desk.agent, ticket, groupId=second)
    to_agent = await updated(desk.admin, ticket, groupId=first, assigneeId=desk.leader.id)
    chosen = await updated(desk.admin, ticket, groupId=third, assigneeId=None)

    assert (unsaid["group"], unsaid["assignee"]) == ({"id": second}, None)
    assert to_agent["assignee"] == {"id": desk.leader.id}
    assert (chosen["group"], chosen["assignee"]) == ({"id": third}, None)


@pytest.mark.requirement("R11")
async def test_nobody_outside_the_group_is_given_its_ticket(desk: Desk) -> None:
    first = await make_group(desk, "A", desk.agent, desk.leader)
    second = await make_group(desk, "B", desk.admin, desk.leader)
    ticket = await open_ticket(desk.admin, groupId=first, assigneeId=desk.agent.id)

    for values in ({"assigneeId": desk.admin.id}, {"groupId": second, "assigneeId": desk.agent.id}):
        answer = await update(desk.admin, ticket, **values)
        assert answer.refusals("ticketUpdate") == [("INVALID", ["assigneeId"])]
    assert await read(desk, ticket) == ticket


@pytest.mark.requirement("R12")
@pytest.mark.requirement("R13")
@pytest.mark.parametrize(("field", "name"), [("priorityId", "PRIORITY"), ("typeId", "TYPE")])
async def test_priority_and_type_are_never_emptied(desk: Desk, field: str, name: str) -> None:
    if name == "TYPE":
        await add_type(desk)
    keys, ticket = list((await options(desk, name)).values()), await open_ticket(desk.customer)
    assert (await updated(desk.admin, ticket, **{field: None}))["version"] == 1
    before = await updated(desk.admin, ticket, **{field: keys[0]})

    answer = await update(desk.admin, ticket, **{field: None})

    assert answer.refusals("ticketUpdate") == [("CONFLICT", [field])]
    assert await read(desk, ticket) == before
    if len(keys) > 1:
        assert (await updated(desk.admin, ticket, **{field: keys[1]}))["version"] == before["version"] + 1


async def add_type(desk: Desk) -> None:
    answer = await desk.founder.ask(
        """mutation($input: OptionCreateInput!) { optionCreate(input: $input) {
          option { id } userErrors { code path } } }""",
        input={"list": "TYPE", "key": "bug", "label": "Bug"},
    )
    answer.payload("optionCreate")


@pytest.mark.requirement("B2")
async def test_an_agent_without_a_group_is_given_nothing(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    answer = await update(desk.admin, ticket, assigneeId=desk.agent.id)

    assert answer.refusals("ticketUpdate") == [("INVALID", ["assigneeId"])]
    assert await read(desk, ticket) == {**ticket, "releaseCount": 0}


@pytest.mark.requirement("C2")
async def test_an_agent_s_ticket_goes_to_their_preferred_group(desk: Desk) -> None:
    await make_group(desk, "A", desk.agent, desk.leader)
    preferred = await make_group(desk, "B", desk.agent, desk.leader, preferred_by=desk.agent)

    found = await open_ticket(desk.admin, assigneeId=desk.agent.id)

    assert found["group"] == {"id": preferred}


@pytest.mark.requirement("A4")
@pytest.mark.requirement("E2")
async def test_only_agents_of_the_tenant_can_be_named(desk: Desk, other: Desk) -> None:
    await make_group(other, "A", other.agent)
    ticket = await open_ticket(desk.customer)

    foreign = await update(
        desk.admin,
        ticket,
        assigneeId=other.agent.id,
        initiatorId=other.agent.id,
        requesterId=other.customer.id,
    )
    unfit = await update(desk.admin, ticket, initiatorId=desk.customer.id)
    customer = await update(desk.admin, ticket, assigneeId=desk.customer.id)

    assert sorted(foreign.refusals("ticketUpdate")) == [
        ("NOT_FOUND", ["assigneeId"]), ("NOT_FOUND", ["initiatorId"]), ("NOT_FOUND", ["requesterId"]),
    ]  # fmt: skip
    assert unfit.refusals("ticketUpdate") == [("INVALID", ["initiatorId"])]
    assert customer.refusals("ticketUpdate") == [("INVALID", ["assigneeId"])]
    assert await read(desk, ticket) == {**ticket, "releaseCount": 0}

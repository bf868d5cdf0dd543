"""Side threads: who is in one reads it and speaks in it, and nobody else (G1)."""

import asyncio
from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch, fetch_value, transaction
from core.testing import Answer, Desk, Person
from tests.callers.rows import changed, digest
from tests.notifications.telling import notifications, tell
from tests.notifications.test_matching import IMPERSONATE
from tests.sides.making import ADD, OF_TICKET, READ, REMOVE, SAY, begin, helper, names, read, try_begin
from tests.tickets.making import READ as TICKET
from tests.tickets.making import WATCH, make_group, open_ticket, replied

MESSAGES = "query($id: ID!) { ticket(id: $id) { messages { nodes { bodyText } } lastMessage { bodyText } } }"


@pytest.mark.requirement("G1")
async def test_who_is_in_it_reads_it_and_nobody_else(desk: Desk, way: str) -> None:
    ticket, outside = (await open_ticket(desk.customer))["id"], await helper(desk)

    made = await begin(desk.admin, ticket, desk.agent, outside, body="<b>Warranty?</b>")

    assert made["messages"]["nodes"] == [
        {
            "bodyText": "<b>Warranty?</b>",
            "bodyHtml": "&lt;b&gt;Warranty?&lt;/b&gt;",
            "author": {"id": desk.admin.id},
            "authorName": "Admin",
        }
    ]
    assert {each["id"] for each in made["members"]} == {desk.admin.id, desk.agent.id, outside.id}
    for person in (desk.agent, outside):
        found = await read(person, made)
        assert found is not None
        assert found["messages"]["nodes"][0]["authorName"] == "Admin"
        assert found["ticket"] is None  # being in it shows nobody the ticket
        assert await names(person) == ["Who pays?"]
    for person in (desk.founder, desk.leader, desk.customer):
        assert await read(person, made) is None
        assert await names(person) == []
    hung = await desk.admin.ask(OF_TICKET, id=ticket)
    assert hung.data["ticket"]["sideThreads"]["nodes"] == [{"id": made["id"], "name": "Who pays?"}]
    assert (await desk.founder.ask(OF_TICKET, id=ticket)).data["ticket"]["sideThreads"]["nodes"] == []
    assert (await desk.customer.ask(OF_TICKET, id=ticket)).data["ticket"]["sideThreads"]["nodes"] == []


@pytest.mark.requirement("G1")
async def test_it_is_apart_from_what_is_said_on_the_ticket(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    before = (await desk.customer.ask(TICKET, id=ticket["id"])).data

    await begin(desk.admin, ticket["id"], desk.agent)

    assert (await desk.customer.ask(TICKET, id=ticket["id"])).data == before
    for person in (desk.customer, desk.admin):
        said = (await person.ask(MESSAGES, id=ticket["id"])).data["ticket"]
        assert said == {"messages": {"nodes": [{"bodyText": "help"}]}, "lastMessage": {"bodyText": "help"}}
    with acting_for(desk.tenant_id):
        rows = await fetch("select changes::text from events where subject_type = 'side_thread'", {})
    assert [row["changes"] for row in rows] == ["{}", "{}"]


async def test_members_speak_and_others_do_not(desk: Desk) -> None:
    outside = await helper(desk)
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], outside)

    told = (await outside.ask(SAY, input={"id": made["id"], "bodyHtml": "<p onclick='x'>No.</p>"})).payload(
        "sideThreadReply"
    )
    refused = [
        await person.ask(SAY, input={"id": made["id"], "body": "x"})
        for person in (desk.founder, desk.customer)
    ]
    empty = await outside.ask(SAY, input={"id": made["id"], "body": " "})

    assert [each["bodyHtml"] for each in told["sideThread"]["messages"]["nodes"]] == [
        "Warranty?",
        "<p>No.</p>",
    ]
    assert [each.refusals("sideThreadReply") for each in refused] == [[("NOT_FOUND", ["id"])]] * 2
    assert empty.refusals("sideThreadReply") == [("REQUIRED", ["body"])]


async def test_the_liveliest_comes_first(desk: Desk) -> None:
    ticket = (await open_ticket(desk.customer))["id"]
    first = await begin(desk.admin, ticket, desk.agent, name="first")
    await begin(desk.admin, ticket, desk.agent, name="second")
    assert await names(desk.agent) == ["second", "first"]

    (await desk.agent.ask(SAY, input={"id": first["id"], "body": "yes"})).payload("sideThreadReply")

    assert await names(desk.agent) == ["first", "second"]


async def test_who_is_let_in_reads_all_of_it_and_who_leaves_nothing(desk: Desk) -> None:
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], desk.agent)

    for _ in range(2):
        told = await desk.agent.ask(ADD, input={"id": made["id"], "userId": desk.leader.id})
        assert len(told.payload("sideThreadMemberAdd")["sideThread"]["members"]) == 3
    found = await read(desk.leader, made)
    assert found is not None and len(found["messages"]["nodes"]) == 1
    for _ in range(2):
        gone = await desk.admin.ask(REMOVE, input={"id": made["id"], "userId": desk.leader.id})
        assert len(gone.payload("sideThreadMemberRemove")["sideThread"]["members"]) == 2
    assert await read(desk.leader, made) is None
    left = await desk.admin.ask(REMOVE, input={"id": made["id"], "userId": desk.admin.id})
    assert left.payload("sideThreadMemberRemove")["sideThread"] is None
    last = await desk.agent.ask(REMOVE, input={"id": made["id"], "userId": desk.agent.id})
    assert last.refusals("sideThreadMemberRemove") == [("CONFLICT", ["userId"])]


async def test_helpers_leave_and_choose_nobody(desk: Desk) -> None:
    outside, other = await helper(desk), await helper(desk, "Another")
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], outside)
    before = await digest(desk.tenant_id)

    for document, name, user in (
        (ADD, "sideThreadMemberAdd", other.id),
        (REMOVE, "sideThreadMemberRemove", desk.admin.id),
    ):
        answer = await outside.ask(document, input={"id": made["id"], "userId": user})
        assert answer.refusals(name) == [("FORBIDDEN", None)]
    assert changed(before, await digest(desk.tenant_id)) == []

    gone = await outside.ask(REMOVE, input={"id": made["id"], "userId": outside.id})
    assert gone.payload("sideThreadMemberRemove")["sideThread"] is None
    assert await read(outside, made) is None


async def test_the_requester_never_reads_it(desk: Desk) -> None:
    """Neither as somebody who is chosen, nor as one who becomes the requester later."""
    ticket = (await open_ticket(desk.admin, requesterId=desk.agent.id))["id"]

    refused = await try_begin(desk.admin, ticket, desk.agent)
    own = await try_begin(desk.agent, ticket, desk.admin)
    made = await begin(desk.admin, ticket, desk.leader)
    added = await desk.admin.ask(ADD, input={"id": made["id"], "userId": desk.agent.id})
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set requester_id = :leader where tenant_id = :tenant",
            {"leader": desk.leader.key, "tenant": desk.tenant_id},
        )

    assert refused.refusals("sideThreadCreate") == [("INVALID", ["memberIds", "0"])]
    assert own.refusals("sideThreadCreate") in ([("INVALID", ["ticketId"])], [("NOT_FOUND", ["ticketId"])])
    assert added.refusals("sideThreadMemberAdd") == [("INVALID", ["userId"])]
    assert await read(desk.leader, made) is None
    assert await read(desk.admin, made) is not None


@pytest.mark.parametrize(
    ("values", "refusals"),
    [
        ({"name": " "}, [("REQUIRED", ["name"])]),
        ({"name": "x" * 121}, [("TOO_LONG", ["name"])]),
        ({"body": " "}, [("REQUIRED", ["body"])]),
        ({"name": "", "body": ""}, [("REQUIRED", ["name"]), ("REQUIRED", ["body"])]),
    ],
)
async def test_what_cannot_be_begun_is_refused(
    desk: Desk, values: dict[str, Any], refusals: list[Any]
) -> None:
    ticket = (await open_ticket(desk.customer))["id"]
    before = await digest(desk.tenant_id)

    answer = await try_begin(desk.admin, ticket, desk.agent, **values)

    assert answer.refusals("sideThreadCreate") == refusals
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_customers_others_people_and_who_left_cannot_be_in_it(desk: Desk, other: Desk) -> None:
    ticket, gone = (await open_ticket(desk.customer))["id"], await desk.add("agent")
    friend = await desk.add("friend", UserKind.CUSTOMER)
    with acting_for(desk.tenant_id):
        await execute("update users set status = 'DISABLED' where id = :id", {"id": gone.key})

    answer = await try_begin(desk.admin, ticket, friend, other.agent, gone, desk.agent, desk.customer)

    assert answer.refusals("sideThreadCreate") == [
        ("INVALID", ["memberIds", "0"]),
        ("NOT_FOUND", ["memberIds", "1"]),
        ("INVALID", ["memberIds", "2"]),
        ("INVALID", ["memberIds", "4"]),
    ]


async def test_it_begins_beside_tickets_in_sight_only(desk: Desk, other: Desk) -> None:
    theirs = (await open_ticket(other.customer))["id"]
    hidden = await make_group(desk, "Hidden", desk.leader)
    unseen = (await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=hidden))["id"]

    for person, ticket in ((desk.admin, theirs), (desk.agent, unseen)):
        answer = await try_begin(person, ticket, desk.leader)
        assert answer.refusals("sideThreadCreate") == [("NOT_FOUND", ["ticketId"])]


async def test_with_a_deleted_ticket_it_rests(desk: Desk) -> None:
    ticket = (await open_ticket(desk.customer))["id"]
    made = await begin(desk.admin, ticket, desk.agent)
    with acting_for(desk.tenant_id):
        await execute("update tickets set state = 'DELETED' where tenant_id = :t", {"t": desk.tenant_id})

    assert await read(desk.agent, made) is None
    assert (await desk.agent.ask(SAY, input={"id": made["id"], "body": "x"})).refusals("sideThreadReply") == [
        ("NOT_FOUND", ["id"])
    ]


async def test_none_begins_beside_a_deleted_ticket(desk: Desk) -> None:
    ticket = (await open_ticket(desk.customer))["id"]
    with acting_for(desk.tenant_id):
        await execute("update tickets set state = 'DELETED' where tenant_id = :t", {"t": desk.tenant_id})

    answer = await try_begin(desk.admin, ticket, desk.agent)

    assert answer.refusals("sideThreadCreate") == [("CONFLICT", ["ticketId"])]


async def test_who_is_in_it_is_told_and_nobody_else(desk: Desk) -> None:
    outside = await helper(desk)
    ticket = (await open_ticket(desk.customer))["id"]
    made = await begin(desk.admin, ticket, desk.agent, outside)
    await desk.admin.ask(ADD, input={"id": made["id"], "userId": desk.leader.id})

    await tell(desk)

    about = "{ viewer { notifications { nodes { kind sideThread { id } ticket { id } } } } }"
    for person in (desk.agent, outside, desk.leader):
        found = (await person.ask(about)).data["viewer"]["notifications"]["nodes"]
        news = {"kind": "SIDE_SAID", "sideThread": {"id": made["id"]}, "ticket": None}
        assert found == [news] * (2 if person is desk.leader else 1)  # let in, and told of what was said
    for person in (desk.admin, desk.founder, desk.customer):
        assert [each for each in await notifications(person) if each["kind"] == "SIDE_SAID"] == []


async def test_who_was_let_in_and_taken_out_in_between_is_not_told(desk: Desk) -> None:
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], desk.agent)
    leader = {"id": made["id"], "userId": desk.leader.id}
    (await desk.admin.ask(ADD, input=leader)).payload("sideThreadMemberAdd")
    (await desk.admin.ask(REMOVE, input=leader)).payload("sideThreadMemberRemove")

    await tell(desk)

    assert [each["kind"] for each in await notifications(desk.agent)] == ["SIDE_SAID"]
    assert await notifications(desk.leader) == []


async def test_who_sees_its_ticket_by_other_news_is_not_told_of_it(desk: Desk) -> None:
    group = await make_group(desk, "Lifts", desk.leader)
    ticket = await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=group)
    made = await begin(desk.admin, ticket["id"], desk.agent)
    watch = await desk.leader.ask(WATCH, input={"ticketId": ticket["id"], "kind": "FOLLOW"})
    watch.payload("ticketWatch")
    leader = {"id": made["id"], "userId": desk.leader.id}
    (await desk.admin.ask(ADD, input=leader)).payload("sideThreadMemberAdd")
    (await desk.admin.ask(REMOVE, input=leader)).payload("sideThreadMemberRemove")
    await replied(desk.customer, ticket, "any news?")

    await tell(desk)

    kinds = {each["kind"] for each in await notifications(desk.leader)}
    assert "CUSTOMER_REPLIED" in kinds
    assert "SIDE_SAID" not in kinds


@pytest.mark.requirement("B19")
async def test_who_acts_as_a_member_neither_reads_nor_writes(desk: Desk, way: str) -> None:
    ticket = (await open_ticket(desk.customer))["id"]
    made = await begin(desk.admin, ticket, desk.agent, desk.leader)
    started = await desk.founder.ask(IMPERSONATE, input={"userId": desk.agent.id})
    as_agent = Person(desk.served, desk.agent.key, started.payload("impersonationStart")["token"], "")
    assert await read(as_agent, made) is None
    assert await names(as_agent) == []
    messages = "query($id: ID!) { sideThread(id: $id) { messages { nodes { id } } } }"
    message = await desk.agent.ask(messages, id=made["id"])
    (said,) = message.data["sideThread"]["messages"]["nodes"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await desk.agent.ask(node, id=said["id"])).data["node"] == said
    assert (await as_agent.ask(node, id=said["id"])).data["node"] is None
    before = await digest(desk.tenant_id)

    asked = [
        (await try_begin(as_agent, ticket, desk.leader)).refusals("sideThreadCreate"),
        (await as_agent.ask(SAY, input={"id": made["id"], "body": "x"})).refusals("sideThreadReply"),
        (await as_agent.ask(ADD, input={"id": made["id"], "userId": desk.founder.id})).refusals(
            "sideThreadMemberAdd"
        ),
        (await as_agent.ask(REMOVE, input={"id": made["id"], "userId": desk.agent.id})).refusals(
            "sideThreadMemberRemove"
        ),
    ]

    assert asked == [[("FORBIDDEN", None)]] * 4
    assert changed(before, await digest(desk.tenant_id)) == []
    assert await read(desk.agent, made) is not None


async def test_members_who_do_not_see_the_ticket_are_not_told_whose_it_is(desk: Desk) -> None:
    hidden = await make_group(desk, "Hidden", desk.leader)
    ticket = await open_ticket(desk.admin, requesterId=desk.founder.id, groupId=hidden)
    made = await begin(desk.admin, ticket["id"], desk.agent)
    assert (await desk.agent.ask(TICKET, id=ticket["id"])).data["ticket"] is None

    refused, seeing = [
        (await person.ask(ADD, input={"id": made["id"], "userId": desk.founder.id})).data[
            "sideThreadMemberAdd"
        ]
        for person in (desk.agent, desk.admin)
    ]

    (error,) = refused["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["userId"])
    assert error["message"] == (
        "Only active agents and external helpers can be in a side thread, and never who asked its ticket."
    )
    assert seeing["userErrors"][0]["message"] == (
        f"Founder asked ticket #{ticket['number']}, and never reads what is said beside it."
    )


async def test_who_waits_to_speak_while_being_taken_out_says_nothing(desk: Desk) -> None:
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], desk.agent)
    is_locked = asyncio.Event()

    async def speak() -> Answer:
        await is_locked.wait()
        return await desk.agent.ask(SAY, input={"id": made["id"], "body": "x"})

    speaking = asyncio.create_task(speak())  # before the transaction, to be outside of it
    with acting_for(desk.tenant_id):
        async with transaction():
            await execute("select id from side_threads for update", {})
            await execute("delete from side_thread_members where user_id = :id", {"id": desk.agent.key})
            is_locked.set()
            async with asyncio.timeout(10):
                waiting = "select count(*) from pg_locks where not granted"
                while not await fetch_value(waiting, {}):  # noqa: ASYNC110 - PostgreSQL tells of no waiting by itself
                    await asyncio.sleep(0.02)

    assert (await speaking).refusals("sideThreadReply") == [("NOT_FOUND", ["id"])]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from side_messages", {}) == 1


async def test_another_helpdesk_reads_nothing(desk: Desk, other: Desk, way: str) -> None:
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], desk.agent)

    assert (await other.founder.ask(READ, id=made["id"])).data == {"sideThread": None}
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from side_threads", {}) == 1

"""Who hears of what: the events of tickets one sees, as long as one sees them, from a cursor on."""

import asyncio
from typing import Any

import pytest

from core.event_types import EVENT_TYPES
from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.kit.event_types import declared
from core.kit.ids import key_of, new_id
from core.kit.stream import Position
from core.search.graphql import filters
from core.testing import Answer, Desk, Person
from tests.live.wires import Socket
from tests.search.finding import index
from tests.stream.waiting import EVENTS, TICKETS, cursor_of, opened, reply, update, waiting


async def group_of(desk: Desk, name: str = "Tier 2") -> str:
    made = await desk.founder.ask(
        "mutation ($name: String!) { groupCreate(input: {name: $name}) { group { id } userErrors { code } } }",
        name=name,
    )
    found: str = made.payload("groupCreate")["group"]["id"]
    return found


async def member_of(desk: Desk, group: str, person: Person) -> str:
    """Their membership's id."""
    added = await desk.founder.ask(
        "mutation ($input: GroupMemberAddInput!)"
        " { groupMemberAdd(input: $input) { membership { id } userErrors { code } } }",
        input={"groupId": group, "userId": person.id},
    )
    found: str = added.payload("groupMemberAdd")["membership"]["id"]
    return found


async def test_staff_hear_of_everything_that_happens_to_a_ticket(desk: Desk) -> None:
    start = await cursor_of(desk.founder)
    tag = (
        await desk.founder.ask(
            'mutation { tagCreate(input: {name: "hot"}) { tag { id } userErrors { code } } }'
        )
    ).payload("tagCreate")["tag"]["id"]
    ticket = await opened(desk.founder)
    await update(desk.founder, ticket, title="Copier", addTagIds=[tag])
    await reply(desk.founder, ticket, "Unplug it.")
    await reply(desk.founder, ticket, "It will burn.", "PRIVATE")

    async with waiting(desk.founder, after=start) as heard:
        created, updated, tagged, public, private = [await heard.next() for _ in range(5)]

    assert [each["__typename"] for each in (created, updated, tagged, public, private)] == [
        "TicketCreated", "TicketUpdated", "TicketTagged", "MessageAdded", "MessageAdded"
    ]  # fmt: skip
    assert created["type"] == "ticket.created"
    assert created["actor"] == {"id": desk.founder.id}
    assert created["ticket"] == {"title": "Copier"}, "a ticket is read as it is now"
    assert "title" in updated["changedFields"]
    assert updated["changes"]["title"] == ["Printer", "Copier"]
    assert tagged["changes"] == {"tags": [[], [tag]]}
    assert [public["message"]["bodyText"], private["message"]["bodyText"]] == ["Unplug it.", "It will burn."]


async def test_customers_hear_what_is_public_on_their_tickets_and_nothing_else(desk: Desk) -> None:
    rival = await desk.add("rival", UserKind.CUSTOMER)
    groups = [await group_of(desk, name) for name in ("Tier 1", "Tier 2")]
    mine = await opened(desk.founder, "Mine", requesterId=desk.customer.id, groupId=groups[0])
    await reply(desk.founder, mine, "We are looking into it.")
    start = await cursor_of(desk.customer)
    await opened(desk.customer, "Mine, too")
    await opened(rival, "Not mine")
    await reply(desk.founder, mine, "He pays late.", "PRIVATE")
    await update(desk.founder, mine, groupId=groups[1])
    await update(desk.founder, mine, groupId=groups[0], title="My printer")
    await reply(desk.founder, mine, "Unplug it.")

    for query in (TICKETS, EVENTS):
        async with waiting(desk.customer, query, after=start) as heard:
            created, updated, said = [await heard.next() for _ in range(3)]
        assert [created["type"], updated["type"], said["type"]] == [
            "ticket.created", "ticket.updated", "message.added"
        ]  # fmt: skip
        assert updated["changedFields"] == ["title"], "that a group was named is the staff's business"
        assert updated["changes"] is None
        assert said["message"] == {"bodyText": "Unplug it."}


async def test_a_ticket_that_leaves_ones_sight_stops_arriving(desk: Desk) -> None:
    gone = await opened(desk.founder, "Gone", requesterId=desk.customer.id)
    kept = await opened(desk.founder, "Kept", requesterId=desk.customer.id)
    for ticket in (gone, kept):
        await reply(desk.founder, ticket, "Zero")
    start = await cursor_of(desk.customer)
    async with waiting(desk.customer, after=start) as heard:
        await reply(desk.founder, gone, "One")
        assert (await heard.next())["message"]["bodyText"] == "One"
        await desk.founder.ask(
            "mutation ($input: TicketDeleteInput!) { ticketDelete(input: $input) { userErrors { code } } }",
            input={"id": gone},
        )
        with acting_for(desk.tenant_id):  # even if somebody wrote on it
            await execute(
                "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)"
                " values (:id, :tenant, now(), :id, 'ticket.updated', 'ticket', :ticket,"
                """ '{"title": ["a", "b"]}', 'api')""",
                {"id": new_id(), "tenant": desk.tenant_id, "ticket": key_of(gone, "tkt")},
            )
        await reply(desk.founder, kept, "Two")
        assert (await heard.next())["message"]["bodyText"] == "Two"


async def test_sight_that_is_taken_from_the_viewer_ends_what_arrives(desk: Desk) -> None:
    """A member of a group hears of its tickets; no longer a member, no longer."""
    group = await group_of(desk)
    own = await opened(desk.agent, "Own")
    await member_of(desk, group, desk.leader)
    member = await member_of(desk, group, desk.agent)
    theirs = await opened(desk.founder, "Theirs", groupId=group)
    for ticket in (theirs, own):
        await reply(desk.founder, ticket, "Zero")
    start = await cursor_of(desk.agent)
    async with waiting(desk.agent, after=start) as heard:
        await reply(desk.founder, theirs, "One")
        assert (await heard.next())["message"]["bodyText"] == "One"
        removed = await desk.founder.ask(
            "mutation ($id: ID!) { groupMemberRemove(input: {id: $id}) { userErrors { code } } }", id=member
        )
        removed.payload("groupMemberRemove")
        await reply(desk.founder, theirs, "Two")
        await reply(desk.founder, own, "Three")
        assert (await heard.next())["message"]["bodyText"] == "Three"


async def test_notes_need_the_right_to_notes(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        await execute(
            "update roles set permissions = '[\"ticket.reply\"]', ticket_scope = 'ALL'"
            " where tenant_id = :tenant and key = 'agent'",
            {"tenant": desk.tenant_id},
        )
    ticket = await opened(desk.founder)
    start = await cursor_of(desk.agent)
    await reply(desk.founder, ticket, "Secret", "PRIVATE")
    await reply(desk.founder, ticket, "Open")

    async with waiting(desk.agent, after=start) as heard:
        assert (await heard.next())["message"]["bodyText"] == "Open"


async def test_one_ticket_or_those_that_meet_a_filter(desk: Desk) -> None:
    one, two = await opened(desk.founder, "One"), await opened(desk.founder, "Two")
    start = await cursor_of(desk.founder)
    for ticket in (one, two, one):
        await reply(desk.founder, ticket, "Hello")
    await update(desk.founder, two, title="Three")

    async with waiting(desk.founder, id=two, after=start) as heard:
        assert [(await heard.next())["type"] for _ in range(2)] == ["message.added", "ticket.updated"]
    named = {"title": {"eq": "Three"}}
    async with waiting(desk.founder, filter=named, after=start) as heard:
        assert [(await heard.next())["type"] for _ in range(2)] == ["message.added", "ticket.updated"]
        await update(desk.founder, two, title="Two")  # meets it no more
        await update(desk.founder, one, title="Three")
        assert (await heard.next())["ticket"] == {"title": "Three"}


async def test_text_is_looked_for_on_the_ticket_of_the_event_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "NEWEST", 1)
    titled, said, plain = [await opened(desk.founder, title) for title in ("Orchid", "Said", "Plain")]
    await opened(desk.founder, "Orchid again")
    await reply(desk.founder, said, "The orchid is late")
    await index(desk)
    start = await cursor_of(desk.founder)

    async with waiting(desk.founder, filter={"text": "orchid"}, after=start) as heard:
        for ticket in (plain, said, titled):
            await update(desk.founder, ticket, dueAt="2030-01-01T00:00:00Z")
        assert [(await heard.next())["ticket"]["title"] for _ in range(2)] == ["Said", "Orchid"]


async def test_another_desk_hears_nothing(desk: Desk, other: Desk) -> None:
    start = await cursor_of(other.founder)
    await opened(desk.founder, "Ours")
    async with waiting(other.founder, EVENTS, after=start) as heard:
        await opened(other.founder, "Theirs")
        assert (await heard.next())["ticket"] == {"title": "Theirs"}


async def test_everything_else_is_for_those_who_may_read_the_log(desk: Desk) -> None:
    start = await cursor_of(desk.founder)
    await desk.founder.ask('mutation { tagCreate(input: {name: "hot"}) { userErrors { code } } }')
    await opened(desk.agent)

    async with waiting(desk.founder, EVENTS, after=start) as heard:
        made = await heard.next()
        assert (made["__typename"], made["type"], made["subjectType"]) == ("OtherEvent", "tag.created", "tag")
        assert made["subjectId"].startswith("tag_")
    async with waiting(desk.founder, EVENTS, after=start, types=["ticket.created"]) as heard:
        assert (await heard.next())["type"] == "ticket.created"
    async with waiting(desk.agent, EVENTS, after=start) as heard:
        assert (await heard.next())["type"] == "ticket.created"


async def test_without_a_cursor_it_begins_now(desk: Desk) -> None:
    await opened(desk.founder, "Before")
    async with waiting(desk.founder) as heard:
        # There is no sign that a subscription has begun, so a client that must not miss anything brings a cursor.
        first = asyncio.create_task(heard.next())
        while not first.done():
            await opened(desk.founder, "After")
            await asyncio.wait([first], timeout=0.2)
        assert (await first)["ticket"] == {"title": "After"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"after": "nonsense"}, "BAD_CURSOR"),
        ({"after": Position(2**62, new_id()).cursor}, "BAD_CURSOR"),
        ({"id": "usr_0123456789abcdef0123456789abcdef"}, "BAD_ARGUMENT"),
        ({"filter": {"title": None}}, "BAD_FILTER"),
    ],
)
async def test_what_cannot_be_waited_for_is_refused(desk: Desk, values: dict[str, Any], code: str) -> None:
    async with waiting(desk.founder, **values) as heard:
        assert await heard.refused() == code


@pytest.mark.parametrize("name", ["ticket.create", "ticket.*", "*", "", "x" * 500])
async def test_a_type_that_there_is_not_is_named_and_refused(desk: Desk, name: str) -> None:
    async with waiting(desk.founder, EVENTS, types=["ticket.created", name]) as heard:
        frame = await heard.socket.frame()
    page = await desk.founder.ask(PAGE, types=[name])
    chinese = await in_chinese(desk.founder, PAGE, types=[name])

    told = f"{name[:60] or DOUBLE_QUOTES} is not a type of event; `eventTypes` lists them."
    for error in (frame["payload"][0], page.body["errors"][0]):
        assert (error["message"], error["extensions"]["code"]) == (told, "BAD_FILTER")
        assert error["path"] == ["events"]
        assert error["locations"]
    assert "不是事件类型" in chinese.body["errors"][0]["message"]


DOUBLE_QUOTES = '""'


async def in_chinese(person: Person, query: str, **variables: Any) -> Answer:
    return await person.served.ask(query, variables, token=person.token, accept_language="zh-Hans")


async def test_the_types_that_there_are_are_told(desk: Desk) -> None:
    asked = "{ eventTypes { key description } }"
    types = (await desk.customer.ask(asked)).data["eventTypes"]
    chinese = (await in_chinese(desk.customer, asked)).data["eventTypes"]

    assert {each["key"] for each in types} == set(declared()) >= {*EVENT_TYPES, "ticket_links.linked"}
    assert {"key": "message.added", "description": EVENT_TYPES["message.added"]} in types
    assert {"key": "message.added", "description": "工单创建后有新消息"} in chinese
    assert (await desk.served.ask(asked)).codes == ["UNAUTHENTICATED"]
    page = await desk.founder.ask(PAGE, types=[each["key"] for each in types][:50])
    assert page.codes == []


@pytest.mark.parametrize("query", [TICKETS, EVENTS])
async def test_visitors_wait_for_nothing(desk: Desk, query: str) -> None:
    async with Socket(desk.served.application) as socket:
        await socket.opened(token=None)
        socket.subscribe("s", query)
        frame = await socket.frame()
    assert frame["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


PAGE = """
query ($first: Int! = 20, $after: String, $types: [String!]) {
  events(first: $first, after: $after, types: $types) { nodes { type cursor } endCursor hasMore }
}
"""
SUBJECTS = """
query {
  events(first: 20) {
    nodes { type ... on TicketCreated { ticket { id } } ... on TicketUpdated { ticket { id } changedFields } }
  }
}
"""


async def test_events_are_read_page_by_page_by_those_who_do_not_wait(desk: Desk) -> None:
    start = await cursor_of(desk.founder)
    ticket = await opened(desk.founder)
    for number in range(4):
        await update(desk.founder, ticket, title=f"Title {number}")

    types, after, has_more = [], start, True
    while has_more:
        page = (await desk.founder.ask(PAGE, first=2, after=after)).data["events"]
        assert len(page["nodes"]) <= 2
        types += [node["type"] for node in page["nodes"]]
        after, has_more = page["endCursor"], page["hasMore"]
    assert types == ["ticket.created", *["ticket.updated"] * 4]
    empty = (await desk.founder.ask(PAGE, after=after)).data["events"]
    assert empty == {"nodes": [], "hasMore": False, "endCursor": after}


async def test_pages_show_what_may_be_heard_of(desk: Desk, other: Desk) -> None:
    await opened(desk.founder)
    mine = await opened(desk.founder, requesterId=desk.customer.id)
    await reply(desk.founder, mine, "Secret", "PRIVATE")

    page = (await desk.customer.ask(SUBJECTS)).data["events"]
    assert page["nodes"] == [
        {"type": "ticket.created", "ticket": {"id": mine}},
        {"type": "ticket.updated", "ticket": {"id": mine}, "changedFields": ["statusId"]},
    ]
    theirs = (await other.founder.ask(PAGE, types=["ticket.created"])).data["events"]
    assert theirs["nodes"] == []
    assert (await desk.served.ask("{ eventCursor }")).codes == ["UNAUTHENTICATED"]
    assert (await desk.founder.ask(PAGE, after="x")).codes == ["BAD_CURSOR"]
    assert (await desk.founder.ask(PAGE, types=["x"] * 51)).codes == ["BAD_FILTER"]
    assert (await desk.founder.ask(PAGE, first=101)).codes == ["BAD_PAGE"]


ONE = "query ($id: ID!) { event(id: $id) { __typename id type cursor ... on MessageAdded { message { bodyText } } } }"


async def test_one_event_is_read_by_its_id_by_those_who_may_hear_of_it(desk: Desk, other: Desk) -> None:
    mine = await opened(desk.founder, requesterId=desk.customer.id)
    start = await cursor_of(desk.founder)
    await reply(desk.founder, mine, "Unplug it.")
    await reply(desk.founder, mine, "He pays late.", "PRIVATE")
    async with waiting(desk.founder, EVENTS, after=start, types=["message.added"]) as heard:
        public, private = [(await heard.next())["id"] for _ in range(2)]

    told = (await desk.customer.ask(ONE, id=public)).data["event"]
    assert (told["__typename"], told["id"], told["message"]) == (
        "MessageAdded", public, {"bodyText": "Unplug it."}
    )  # fmt: skip
    as_logged = (await desk.founder.ask(ONE, id=private.replace("evt_", "aud_"))).data["event"]
    assert (as_logged["id"], as_logged["message"]) == (private, {"bodyText": "He pays late."})
    for person, event in ((desk.customer, private), (other.founder, public), (desk.founder, mine)):
        assert (await person.ask(ONE, id=event)).data["event"] is None
    assert (await desk.served.ask(ONE, {"id": public})).codes == ["UNAUTHENTICATED"]


async def test_events_go_straight_to_sockets_that_take_them_and_wait_for_others(desk: Desk) -> None:
    ticket = await opened(desk.founder)
    start = await cursor_of(desk.founder)
    async with waiting(desk.founder, after=start) as heard:
        await reply(desk.founder, ticket, "Zero")
        await heard.next()
        await asyncio.sleep(0.5)
        said, before = ["One", "Two", "Three", "Four"], heard.socket.reader.at_once
        for body in said[:2]:
            await reply(desk.founder, ticket, body)
            assert (await heard.next())["message"]["bodyText"] == body
        assert heard.socket.reader.at_once - before == 2
        heard.socket.reader.reads.clear()
        for body in said[2:]:
            await reply(desk.founder, ticket, body)
        await asyncio.sleep(0.5)
        assert heard.socket.reader.inbox.empty()
        heard.socket.reader.reads.set()
        assert [(await heard.next())["message"]["bodyText"] for _ in said[2:]] == said[2:]


async def test_a_page_of_events_costs_what_other_lists_of_its_size_cost(desk: Desk) -> None:
    events = "{ events(first: 50) { nodes { ... on TicketCreated { ticket { id } } } } }"
    tickets = "{ tickets(first: 50) { nodes { requester { id } } } }"

    costs = [
        (await desk.founder.ask(each)).body["extensions"]["cost"]["requested"] for each in (events, tickets)
    ]

    assert costs[0] == costs[1] + 1, "the page itself"

"""One ticket goes into another: nothing that was said is lost, and its number leads on."""

import asyncio
from typing import Any

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.files.sending import stored
from tests.tickets.making import (
    DELETE,
    MERGE,
    SUSPEND,
    WATCH,
    done,
    make_group,
    open_ticket,
    read,
    refused,
    replied,
    reply,
    statuses,
    update,
    updated,
)

SAID = """query($id: ID!) { ticket(id: $id) { messages { nodes { bodyText attachments { nodes { fileName } } } }
  lastMessage { bodyText } watchers { nodes { kind user { id } } } tags { name } version
  mergedInto { id } disposition links { nodes { kind toTicket { id } } } linkedFrom { nodes { kind } }
  timeline { nodes { ... on TicketEvent { type } } } } }"""
FIND = "query($number: String, $id: ID) { ticket(number: $number, id: $id) { id } }"


async def whole(person: Person, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await person.ask(SAID, id=ticket["id"])).data["ticket"]
    return found


async def test_everything_goes_into_the_other_one(desk: Desk) -> None:
    upload = await stored(desk.customer, b"bytes", "a.txt", "text/plain")
    source = await open_ticket(desk.customer, title="Printer", body="first", uploadIds=[upload["id"]])
    target = await open_ticket(desk.customer, title="Printer again", body="second")
    tag = (await desk.founder.ask(
        "mutation { tagCreate(input: {name: \"red\"}) { tag { id } userErrors { code } } }"
    )).payload("tagCreate")["tag"]["id"]  # fmt: skip
    await updated(desk.admin, source, addTagIds=[tag])
    await replied(desk.admin, source, "third")
    (await desk.leader.ask(WATCH, input={"ticketId": source["id"]})).refusals("ticketWatch")
    (await desk.admin.ask(WATCH, input={"ticketId": source["id"]})).payload("ticketWatch")

    merged = await done(desk.admin, MERGE, source, intoId=target["id"])

    assert merged["id"] == target["id"]
    assert merged["firstReplyAt"] is not None
    after, before = await whole(desk.admin, target), await whole(desk.admin, source)
    assert [each["bodyText"] for each in after["messages"]["nodes"]] == ["first", "second", "third"]
    assert after["messages"]["nodes"][0]["attachments"]["nodes"] == [{"fileName": "a.txt"}]
    assert after["lastMessage"] == {"bodyText": "third"}
    assert after["watchers"]["nodes"] == [{"kind": "FOLLOW", "user": {"id": desk.admin.id}}]
    assert after["tags"] == [{"name": "red"}]
    assert after["linkedFrom"]["nodes"] == [{"kind": "MERGED"}]
    assert "ticket.absorbed" in [each.get("type") for each in after["timeline"]["nodes"]]
    assert (before["messages"]["nodes"], before["lastMessage"], before["watchers"]["nodes"]) == ([], None, [])
    assert (before["mergedInto"], before["disposition"]) == ({"id": target["id"]}, "MERGED")
    assert before["links"]["nodes"] == [{"kind": "MERGED", "toTicket": {"id": target["id"]}}]
    assert (await read(desk, source))["statusCategory"] == "CLOSED"


async def test_customers_see_that_the_other_one_changed(desk: Desk) -> None:
    source, target = await open_ticket(desk.customer), await open_ticket(desk.customer)
    version = (await whole(desk.customer, target))["version"]

    await done(desk.admin, MERGE, source, intoId=target["id"])

    assert (await whole(desk.customer, target))["version"] == version + 1


async def test_the_number_leads_to_where_it_goes_on_at_last(desk: Desk) -> None:
    first, second, third = [await open_ticket(desk.customer, externalId=None) for _ in range(3)]
    await done(desk.admin, MERGE, first, intoId=second["id"])
    await done(desk.admin, MERGE, second, intoId=third["id"])

    for person in (desk.admin, desk.customer):
        for each in (first, second, third):
            found = (await person.ask(FIND, number=each["number"])).data["ticket"]
            assert found == {"id": third["id"]}
    assert (await desk.admin.ask(FIND, id=first["id"])).data["ticket"] == {"id": first["id"]}
    assert (await whole(desk.admin, first))["mergedInto"] == {"id": third["id"]}


async def test_who_writes_to_the_old_one_is_told_where_to(desk: Desk) -> None:
    source, target = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await done(desk.admin, MERGE, source, intoId=target["id"])

    answer = await reply(desk.customer, source, "still there?")

    [error] = answer.data["ticketReply"]["userErrors"]
    assert error["code"] == "CONFLICT"
    assert error["message"] == f"Ticket #{source['number']} was merged into #{target['number']}; go on there."


async def test_tickets_of_different_people_are_merged_only_when_that_is_said(desk: Desk) -> None:
    rival = await desk.add("rival", UserKind.CUSTOMER)
    source, target = await open_ticket(rival, body="mine"), await open_ticket(desk.customer)
    before = await digest(desk.tenant_id)

    assert await refused(desk.admin, MERGE, source, intoId=target["id"]) == [
        ("CONFLICT", ["acrossRequesters"])
    ]
    assert changed(before, await digest(desk.tenant_id)) == []
    await done(desk.admin, MERGE, source, intoId=target["id"], acrossRequesters=True)

    seen = (await whole(rival, target))["messages"]["nodes"]
    assert [each["bodyText"] for each in seen] == ["mine", "help"]


async def test_what_cannot_be_merged(desk: Desk, other: Desk) -> None:
    source, target = await open_ticket(desk.customer), await open_ticket(desk.customer)
    closed, gone, held = [await open_ticket(desk.customer) for _ in range(3)]
    theirs = await open_ticket(other.customer)
    await updated(desk.admin, closed, statusId=(await statuses(desk))["closed"])
    await done(desk.admin, DELETE, gone)
    await done(desk.admin, SUSPEND, held, reason="SPAM")
    before = await digest(desk.tenant_id)

    assert await refused(desk.admin, MERGE, source, intoId=source["id"]) == [("INVALID", ["intoId"])]
    assert await refused(desk.admin, MERGE, source, intoId=theirs["id"]) == [("NOT_FOUND", ["intoId"])]
    assert await refused(desk.admin, MERGE, theirs, intoId=target["id"]) == [("NOT_FOUND", ["id"])]
    for bad in (closed, gone, held):
        assert await refused(desk.admin, MERGE, source, intoId=bad["id"]) == [("CONFLICT", ["intoId"])]
        assert await refused(desk.admin, MERGE, bad, intoId=target["id"]) == [("CONFLICT", ["id"])]
    old = await refused(desk.admin, MERGE, source, intoId=target["id"], expectedVersion=7)
    assert old == [("CONFLICT", ["expectedVersion"])]
    assert changed(before, await digest(desk.tenant_id)) == []
    await done(desk.admin, MERGE, source, intoId=target["id"])
    third = await open_ticket(desk.customer)
    assert await refused(desk.admin, MERGE, source, intoId=third["id"]) == [("CONFLICT", ["id"])]
    assert await refused(desk.admin, MERGE, third, intoId=source["id"]) == [("CONFLICT", ["intoId"])]


async def test_two_that_are_merged_into_each_other_at_once_leave_one(desk: Desk) -> None:
    one, two = await open_ticket(desk.customer), await open_ticket(desk.customer)

    answers = await asyncio.gather(
        desk.admin.ask(MERGE, input={"id": one["id"], "intoId": two["id"]}),
        desk.founder.ask(MERGE, input={"id": two["id"], "intoId": one["id"]}),
    )

    assert sorted(bool(each.data["ticketMerge"]["ticket"]) for each in answers) == [False, True]
    categories = [(await read(desk, each))["statusCategory"] for each in (one, two)]
    assert sorted(categories) == ["CLOSED", "OPEN"]


async def test_an_agent_merges_what_is_in_reach_only(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await make_group(desk, "Tier 2", desk.admin)
    within, without = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await update(desk.admin, within, groupId=group)

    assert await refused(desk.agent, MERGE, within, intoId=without["id"]) == [("NOT_FOUND", ["intoId"])]

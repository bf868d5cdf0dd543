"""Following, starring, copying in, through the API (H3 to H7)."""

from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.tickets.making import (
    CREATE,
    DELETE,
    LINK,
    MERGE,
    READ,
    UNLINK,
    UNWATCH,
    UPDATE,
    WATCH,
    open_ticket,
    read,
)

WATCHERS = """query($id: ID!) { ticket(id: $id) { watchers { nodes { kind user { id } } }
  timeline(last: 20) { nodes { ... on TicketEvent { type changes } } } } }"""


ROLE = "mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }"
GIVE = "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { user { id } userErrors { code } } }"


async def who_only_opens(desk: Desk) -> Person:
    given = {"name": "Clerks", "permissions": ["ticket.create"], "ticketScope": "ALL"}
    role = (await desk.founder.ask(ROLE, input=given)).payload("roleCreate")["role"]["id"]
    clerk = await desk.add("clerk")
    (await desk.founder.ask(GIVE, input={"id": clerk.id, "roleIds": [role]})).payload("userUpdate")
    return clerk


async def watchers(person: Any, ticket: dict[str, Any]) -> list[tuple[str, str]]:
    nodes = (await person.ask(WATCHERS, id=ticket["id"])).data["ticket"]["watchers"]["nodes"]
    return sorted((each["kind"], each["user"]["id"]) for each in nodes)


@pytest.mark.requirement("X4")
@pytest.mark.requirement("H3")
@pytest.mark.requirement("H4")
async def test_watching_is_toggled_and_twice_is_once(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    made = [
        (await desk.admin.ask(WATCH, input={"ticketId": ticket["id"], "kind": kind})).payload("ticketWatch")[
            "watch"
        ]
        for kind in ("STAR", "STAR", "FOLLOW")
    ]
    assert made[0] == made[1] != made[2]
    assert await watchers(desk.admin, ticket) == [("FOLLOW", desk.admin.id), ("STAR", desk.admin.id)]
    for _ in range(2):
        answer = await desk.admin.ask(UNWATCH, input={"ticketId": ticket["id"], "kind": "STAR"})
        assert answer.payload("ticketUnwatch")["ticket"] == {"id": ticket["id"]}
    assert await watchers(desk.admin, ticket) == [("FOLLOW", desk.admin.id)]
    assert await read(desk, ticket) == {**ticket, "releaseCount": 0}


async def test_stars_are_nobody_else_s_business(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    for kind in ("STAR", "FOLLOW"):
        await desk.admin.ask(WATCH, input={"ticketId": ticket["id"], "kind": kind})
        await desk.customer.ask(WATCH, input={"ticketId": ticket["id"], "kind": kind})

    assert await watchers(desk.founder, ticket) == sorted(
        [("FOLLOW", desk.admin.id), ("FOLLOW", desk.customer.id)]
    )
    assert await watchers(desk.customer, ticket) == [("FOLLOW", desk.customer.id), ("STAR", desk.customer.id)]


@pytest.mark.requirement("H6")
async def test_copies_are_given_by_staff_and_told_in_the_timeline(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    colleague = await desk.add("colleague", UserKind.CUSTOMER)
    values = {"ticketId": ticket["id"], "kind": "CC", "userId": colleague.id}

    by_customer = await desk.customer.ask(WATCH, input=values)
    assert by_customer.refusals("ticketWatch") == [("FORBIDDEN", ["kind"])]
    assert await watchers(desk.admin, ticket) == []
    given = (await desk.admin.ask(WATCH, input=values)).payload("ticketWatch")
    assert given["watch"]["user"] == {"id": colleague.id}
    (await desk.admin.ask(UNWATCH, input=values)).payload("ticketUnwatch")

    told = (await desk.admin.ask(WATCHERS, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    assert [each for each in told if each.get("type", "").endswith("copied")] == [
        {"type": "ticket.copied", "changes": {"userId": [None, colleague.id]}},
        {"type": "ticket.uncopied", "changes": {"userId": [colleague.id, None]}},
    ]


async def test_one_may_leave_a_copy_oneself(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    helper = await desk.add("helper", UserKind.EXTERNAL)
    await desk.admin.ask(WATCH, input={"ticketId": ticket["id"], "kind": "CC", "userId": helper.id})

    answer = await helper.ask(UNWATCH, input={"ticketId": ticket["id"], "kind": "CC"})

    assert answer.payload("ticketUnwatch")["ticket"] is None
    assert await watchers(desk.admin, ticket) == []


async def test_what_a_watch_cannot_be(desk: Desk, other: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    machine = await desk.add("machine", UserKind.MACHINE)

    for values, refusal in (
        ({"kind": "FOLLOW", "userId": desk.agent.id}, ("INVALID", ["userId"])),
        ({"kind": "STAR", "userId": desk.agent.id}, ("INVALID", ["userId"])),
        ({"kind": "CC", "userId": machine.id}, ("INVALID", ["userId"])),
        ({"kind": "CC", "userId": other.agent.id}, ("NOT_FOUND", ["userId"])),
        ({"kind": "CC", "userId": ticket["id"]}, ("NOT_FOUND", ["userId"])),
    ):
        answer = await desk.admin.ask(WATCH, input={"ticketId": ticket["id"], **values})
        assert answer.refusals("ticketWatch") == [refusal]
    assert await watchers(desk.admin, ticket) == []


@pytest.mark.requirement("H6")
async def test_people_are_copied_in_as_a_ticket_is_opened(desk: Desk) -> None:
    colleague, helper = (
        await desk.add("colleague", UserKind.CUSTOMER),
        await desk.add("helper", UserKind.EXTERNAL),
    )
    named = [helper.id, colleague.id, desk.agent.id, colleague.id]

    ticket = await open_ticket(desk.admin, requesterId=desk.customer.id, ccIds=named)

    assert await watchers(desk.admin, ticket) == sorted(("CC", each) for each in set(named))
    told = (await desk.admin.ask(WATCHERS, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    events = [each for each in told if each]
    assert [each["type"] for each in events] == ["ticket.created", *["ticket.copied"] * 3]
    assert sorted(each["changes"]["userId"][1] for each in events[1:]) == sorted(set(named))
    assert (await colleague.ask(READ, id=ticket["id"])).data["ticket"]["id"] == ticket["id"]


async def test_who_is_copied_in_at_opening_is_checked_as_later(desk: Desk, other: Desk) -> None:
    machine = await desk.add("machine", UserKind.MACHINE)
    clerk = await who_only_opens(desk)
    for person, named, refusals in (
        (desk.customer, [desk.agent.id], [("FORBIDDEN", ["ccIds"])]),
        (clerk, [desk.customer.id], [("FORBIDDEN", ["ccIds"])]),
        (
            desk.admin, [desk.customer.id, machine.id, other.agent.id],
            [("INVALID", ["ccIds", "1"]), ("NOT_FOUND", ["ccIds", "2"])],
        ),
    ):  # fmt: skip
        answer = await person.ask(CREATE, input={"title": "打印机", "body": "坏了", "ccIds": named})
        assert answer.refusals("ticketCreate") == refusals
    assert (await desk.founder.ask("{ tickets { nodes { id } } }")).data == {"tickets": {"nodes": []}}


async def test_a_requester_is_never_copied_in_on_what_is_theirs(desk: Desk) -> None:
    helper = await desk.add("helper", UserKind.EXTERNAL)
    given = {
        "title": "打印机", "body": "坏了", "requesterId": desk.customer.id, "ccIds": [desk.customer.id, helper.id]
    }  # fmt: skip
    ticket = (await desk.admin.ask(CREATE, input=given)).payload("ticketCreate")["ticket"]
    before = await digest(desk.tenant_id)

    values = {"ticketId": ticket["id"], "kind": "CC", "userId": desk.customer.id}
    answer = (await desk.admin.ask(WATCH, input=values)).payload("ticketWatch")

    assert (answer["watch"], answer["ticket"]) == (None, {"id": ticket["id"]})
    assert await watchers(desk.admin, ticket) == [("CC", helper.id)]
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.parametrize("kind", ["CC", "FOLLOW", "STAR"])
async def test_a_deleted_ticket_is_watched_no_more_and_can_be_left(desk: Desk, kind: str) -> None:
    ticket, other = await open_ticket(desk.admin), await open_ticket(desk.admin)
    helper = await desk.add("helper", UserKind.EXTERNAL)
    values = {"ticketId": ticket["id"], "kind": kind}
    (await desk.admin.ask(WATCH, input=values)).payload("ticketWatch")
    (await desk.admin.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")
    before = await digest(desk.tenant_id)

    named = {**values, "userId": helper.id} if kind == "CC" else values
    refused = await desk.admin.ask(WATCH, input=named)
    linked = await desk.admin.ask(
        LINK, input={"fromId": other["id"], "toId": ticket["id"], "kind": "RELATED"}
    )

    assert refused.refusals("ticketWatch") == [("CONFLICT", ["ticketId"])]
    assert linked.refusals("ticketLink") == [("CONFLICT", ["toId"])]
    assert changed(before, await digest(desk.tenant_id)) == []
    (await desk.admin.ask(UNWATCH, input=values)).payload("ticketUnwatch")


async def test_a_link_of_a_deleted_ticket_can_be_taken_away(desk: Desk) -> None:
    ticket, other = await open_ticket(desk.admin), await open_ticket(desk.admin)
    given = {"fromId": ticket["id"], "toId": other["id"], "kind": "RELATED"}
    link = (await desk.admin.ask(LINK, input=given)).payload("ticketLink")["link"]["id"]
    (await desk.admin.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")

    assert (await desk.admin.ask(UNLINK, input={"id": link})).payload("ticketUnlink")["deletedId"] == link


async def test_who_becomes_the_requester_is_copied_in_no_longer(desk: Desk) -> None:
    ticket, other = await open_ticket(desk.admin), await open_ticket(desk.customer)
    for each in (ticket, other):
        copied = desk.customer if each is ticket else desk.admin
        values = {"ticketId": each["id"], "kind": "CC", "userId": copied.id}
        (await desk.founder.ask(WATCH, input=values)).payload("ticketWatch")

    given = {"id": ticket["id"], "requesterId": desk.customer.id}
    (await desk.founder.ask(UPDATE, input=given)).payload("ticketUpdate")

    assert await watchers(desk.founder, ticket) == []
    events = (await desk.founder.ask(WATCHERS, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    assert "ticket.uncopied" in [each.get("type") for each in events]
    assert await watchers(desk.founder, other) == [("CC", desk.admin.id)]


async def test_merging_copies_nobody_in_on_what_is_theirs(desk: Desk) -> None:
    ticket, into = await open_ticket(desk.admin), await open_ticket(desk.customer)
    values = {"ticketId": ticket["id"], "kind": "CC", "userId": desk.customer.id}
    (await desk.founder.ask(WATCH, input=values)).payload("ticketWatch")

    given = {"id": ticket["id"], "intoId": into["id"], "acrossRequesters": True}
    (await desk.founder.ask(MERGE, input=given)).payload("ticketMerge")

    assert await watchers(desk.founder, into) == [("CC", desk.admin.id)]

"""Two people at one ticket, repeated requests, deleting and restoring, through the API."""

import asyncio

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch_value
from core.testing import Desk
from tests.tickets.making import (
    CREATE,
    DELETE,
    READ,
    RESTORE,
    UPDATE,
    make_group,
    open_ticket,
    read,
    reply,
    statuses,
    update,
    updated,
)

TIMELINE = "query($id: ID!) { ticket(id: $id) { timeline { nodes { ... on TicketEvent { type } } } } }"
MOVES = """query($id: ID!) { ticket(id: $id) { assignments { nodes {
  how by { id } fromGroup { id } fromUser { id } toGroup { id } toUser { id } } } } }"""


async def test_the_second_of_two_agents_is_shown_what_the_first_made_of_it(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    answers = await asyncio.gather(
        *(update(desk.admin, ticket, expectedVersion=1, title=f"title {place}") for place in range(5))
    )

    won = [each.data["ticketUpdate"]["ticket"] for each in answers if not each.refusals("ticketUpdate")]
    lost = [each.data["ticketUpdate"]["userErrors"][0] for each in answers if each.refusals("ticketUpdate")]
    assert len(won) == 1
    assert len(lost) == 4
    for error in lost:
        assert (error["code"], error["path"]) == ("CONFLICT", ["expectedVersion"])
        assert error["current"] == {"id": ticket["id"], "title": won[0]["title"], "version": 2}
    assert (await reply(desk.admin, ticket, expectedVersion=1)).refusals("ticketReply") == [
        ("CONFLICT", ["expectedVersion"])
    ]
    assert (await read(desk, ticket))["version"] == 2


async def test_changes_without_a_version_all_count(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    await asyncio.gather(*(update(desk.admin, ticket, title=f"title {place}") for place in range(6)))

    assert (await read(desk, ticket))["version"] == 7


async def test_one_key_at_once_opens_one_ticket(desk: Desk) -> None:
    values = {"title": "x", "body": "y", "idempotencyKey": "k" * 200}

    answers = await asyncio.gather(*(desk.customer.ask(CREATE, input=values) for _ in range(6)))

    assert {each.payload("ticketCreate")["ticket"]["number"] for each in answers} == {"1"}
    assert (await open_ticket(desk.customer))["number"] == "2"


async def test_a_key_means_one_input_of_one_person(desk: Desk) -> None:
    first = await desk.customer.ask(CREATE, input={"title": "x", "body": "y", "idempotencyKey": "k"})

    other_input = await desk.customer.ask(CREATE, input={"title": "z", "body": "y", "idempotencyKey": "k"})
    other_person = await desk.agent.ask(CREATE, input={"title": "z", "body": "y", "idempotencyKey": "k"})

    assert first.payload("ticketCreate")["ticket"]["number"] == "1"
    assert other_input.refusals("ticketCreate") == [("CONFLICT", ["idempotencyKey"])]
    assert other_person.payload("ticketCreate")["ticket"]["number"] == "2"


async def test_leaving_out_and_emptying_are_two_inputs(desk: Desk) -> None:
    ticket = await open_ticket(desk.admin, dueAt="2026-12-01T00:00:00Z")
    values = {"id": ticket["id"], "title": "new", "idempotencyKey": "k"}
    (await desk.admin.ask(UPDATE, input=values)).payload("ticketUpdate")

    answer = await desk.admin.ask(UPDATE, input={**values, "dueAt": None})

    assert answer.refusals("ticketUpdate") == [("CONFLICT", ["idempotencyKey"])]


async def test_a_refused_request_leaves_its_key_free(desk: Desk) -> None:
    refused = await desk.customer.ask(CREATE, input={"title": "", "body": "y", "idempotencyKey": "k"})

    again = await desk.customer.ask(CREATE, input={"title": "x", "body": "y", "idempotencyKey": "k"})

    assert refused.refusals("ticketCreate") == [("REQUIRED", ["title"])]
    assert again.payload("ticketCreate")["ticket"]["number"] == "1"


@pytest.mark.parametrize("key", ["", "k" * 201, "a\x00b"])
async def test_keys_that_cannot_be_kept(desk: Desk, key: str) -> None:
    answer = await desk.customer.ask(CREATE, input={"title": "x", "body": "y", "idempotencyKey": key})

    assert answer.refusals("ticketCreate") == [("INVALID", ["idempotencyKey"])]
    assert (await open_ticket(desk.customer))["number"] == "1"


async def test_an_external_id_is_given_once_even_at_once(desk: Desk, other: Desk) -> None:
    values = {"title": "x", "body": "y", "externalId": "crm-7"}

    answers = await asyncio.gather(*(desk.admin.ask(CREATE, input=values) for _ in range(6)))

    refusals = sorted(each.refusals("ticketCreate") for each in answers)
    assert refusals == [[]] + [[("TAKEN", ["externalId"])]] * 5
    assert (await open_ticket(desk.admin))["number"] == "2"
    assert (await open_ticket(other.admin, externalId="crm-7"))["number"] == "1"


@pytest.mark.requirement("F10")
async def test_a_deleted_ticket_leaves_every_list_and_comes_back_as_it_was(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    before = await updated(desk.admin, ticket, statusId=keys["pending"])

    deleted = (await desk.admin.ask(DELETE, input={"id": ticket["id"], "expectedVersion": 2})).payload(
        "ticketDelete"
    )["ticket"]

    assert (deleted["state"], deleted["statusCategory"], deleted["version"]) == ("DELETED", "PENDING", 3)
    assert deleted["deletedAt"] is not None
    for person, query, found in (
        (desk.admin, "{ tickets { nodes { id } totalCount { value } } }", []),
        (desk.admin, "{ tickets(filter: {state: {eq: DELETED}}) { nodes { id } } }", [{"id": ticket["id"]}]),
        (
            desk.admin,
            "{ tickets(filter: {not: {state: {eq: ACTIVE}}}) { nodes { id } } }",
            [{"id": ticket["id"]}],
        ),
        (desk.customer, "{ tickets(filter: {state: {eq: DELETED}}) { nodes { id } } }", []),
    ):
        assert (await person.ask(query)).data["tickets"]["nodes"] == found
    assert (await desk.customer.ask(READ, id=ticket["id"])).data["ticket"] is None
    assert (await update(desk.admin, ticket, title="x")).refusals("ticketUpdate") == [("CONFLICT", ["id"])]
    assert (await reply(desk.admin, ticket)).refusals("ticketReply") == [("CONFLICT", ["id"])]
    again = (await desk.admin.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")["ticket"]
    assert again == deleted

    restored = (await desk.admin.ask(RESTORE, input={"id": ticket["id"]})).payload("ticketRestore")["ticket"]

    kept = ("version", "updatedAt")
    assert {name: value for name, value in restored.items() if name not in kept} == {
        name: value for name, value in before.items() if name not in kept
    }
    told = (await desk.admin.ask(TIMELINE, id=ticket["id"])).data["ticket"]["timeline"]["nodes"]
    assert [each["type"] for each in told if each][-2:] == ["ticket.deleted", "ticket.restored"]


async def test_deleting_a_new_ticket_does_not_take_it_up(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    deleted = (await desk.admin.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")["ticket"]

    assert deleted["statusCategory"] == "NEW"


@pytest.mark.requirement("B15")
@pytest.mark.requirement("B17")
async def test_deleting_needs_the_right(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    ticket = await open_ticket(
        desk.admin, requesterId=desk.customer.id, groupId=group, assigneeId=desk.agent.id
    )

    for person in (desk.customer, desk.agent):
        assert (await person.ask(DELETE, input={"id": ticket["id"]})).refusals("ticketDelete") == [
            ("FORBIDDEN", None)
        ]
        assert (await person.ask(RESTORE, input={"id": ticket["id"]})).refusals("ticketRestore") == [
            ("FORBIDDEN", None)
        ]
    assert await read(desk, ticket) == ticket
    assert (await desk.leader.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")["ticket"][
        "state"
    ] == "DELETED"


@pytest.mark.requirement("E4")
@pytest.mark.requirement("G9")
async def test_every_move_is_kept(desk: Desk) -> None:
    first, second = (
        await make_group(desk, "A", desk.agent, desk.leader),
        await make_group(desk, "B", desk.leader, desk.admin),
    )
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, groupId=first)
    await updated(desk.admin, ticket, assigneeId=desk.agent.id)
    await updated(desk.agent, ticket, groupId=second, assigneeId=desk.leader.id)

    moves = (await desk.admin.ask(MOVES, id=ticket["id"])).data["ticket"]["assignments"]["nodes"]

    assert [(each["how"], each["by"]["id"]) for each in moves] == [
        ("ASSIGN", desk.admin.id), ("ASSIGN", desk.admin.id), ("TRANSFER", desk.agent.id),
    ]  # fmt: skip
    assert moves[2] == {
        "how": "TRANSFER", "by": {"id": desk.agent.id}, "fromGroup": {"id": first}, "fromUser": {"id": desk.agent.id},
        "toGroup": {"id": second}, "toUser": {"id": desk.leader.id},
    }  # fmt: skip


async def test_a_refused_change_writes_no_event(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    async def count() -> int:
        with acting_for(desk.tenant_id):
            return int(
                await fetch_value(
                    "select count(*) from events where tenant_id = :tenant", {"tenant": desk.tenant_id}
                )
            )

    before = await count()
    await update(desk.admin, ticket, title="fine", groupId="grp_" + "0" * 32)
    await update(desk.admin, ticket, title=ticket["title"])
    assert await count() == before

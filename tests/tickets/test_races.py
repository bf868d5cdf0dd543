"""Tickets that are changed while others remove what they name: one of the two is refused, and nothing dangles."""

import asyncio
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, transaction
from core.testing import Desk
from tests.stream.writing import somebody_waits, until
from tests.tickets.making import GROUP, MEMBER, make_group, open_ticket, read, update

TAG = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }"
TAG_DELETE = (
    "mutation($input: TagDeleteInput!) { tagDelete(input: $input) { deletedId userErrors { code path } } }"
)
REMOVE = """mutation($input: GroupMemberRemoveInput!) { groupMemberRemove(input: $input) {
  deletedId userErrors { code path } } }"""
DELETE = "mutation($input: GroupDeleteInput!) { groupDelete(input: $input) { deletedId userErrors { code path } } }"


async def test_a_tag_that_is_deleted_meanwhile(desk: Desk) -> None:
    ticket = await open_ticket(desk.admin)
    for place in range(8):
        made = await desk.admin.ask(TAG, input={"name": f"t{place}"})
        tag = made.payload("tagCreate")["tag"]["id"]

        put, gone = await asyncio.gather(
            update(desk.admin, ticket, addTagIds=[tag]), desk.founder.ask(TAG_DELETE, input={"id": tag})
        )

        assert gone.refusals("tagDelete") == []
        assert put.refusals("ticketUpdate") in ([], [("NOT_FOUND", ["addTagIds", "0"])])
        assert (await read(desk, ticket))["tags"] == []


async def test_an_agent_who_is_taken_out_of_the_group_meanwhile(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.leader, desk.admin)
    for _ in range(8):
        member = await desk.admin.ask(MEMBER, input={"groupId": group, "userId": desk.agent.id})
        place = member.payload("groupMemberAdd")["membership"]["id"]
        ticket = await open_ticket(desk.admin, groupId=group)

        given, out = await asyncio.gather(
            update(desk.admin, ticket, assigneeId=desk.agent.id),
            desk.founder.ask(REMOVE, input={"id": place}),
        )

        refused = (bool(given.refusals("ticketUpdate")), bool(out.refusals("groupMemberRemove")))
        assert refused in ((True, False), (False, True))
        if out.refusals("groupMemberRemove"):
            await update(desk.admin, ticket, assigneeId=desk.leader.id)
            (await desk.admin.ask(REMOVE, input={"id": place})).payload("groupMemberRemove")


async def test_a_group_that_is_deleted_meanwhile(desk: Desk) -> None:
    await make_group(desk, "A", desk.leader, desk.admin)
    for place in range(8):
        made = await desk.admin.ask(GROUP, input={"name": f"G{place}"})
        group = made.payload("groupCreate")["group"]["id"]
        ticket = await open_ticket(desk.admin)

        given, gone = await asyncio.gather(
            update(desk.admin, ticket, groupId=group), desk.founder.ask(DELETE, input={"id": group})
        )

        refused = (given.refusals("ticketUpdate"), gone.refusals("groupDelete"))
        assert refused in (([("NOT_FOUND", ["groupId"])], []), ([], [("CONFLICT", ["id"])]))


@pytest.mark.parametrize("copies_lower", [True, False])
async def test_people_are_held_in_the_order_in_which_they_are_merged(desk: Desk, copies_lower: bool) -> None:
    """Or who merges the copied one into the requester would wait for each other with who opens the ticket."""
    lower, higher = sorted(
        [await desk.add("customer"), await desk.add("customer")], key=lambda each: each.key
    )
    requester, copied = (higher, lower) if copies_lower else (lower, higher)
    may_ask = asyncio.Event()

    async def opening() -> Any:
        await may_ask.wait()
        return await desk.agent.ask(
            "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { ticket { id }"
            " userErrors { code path } } }",
            input={"title": "t", "body": "b", "requesterId": requester.id, "ccIds": [copied.id]},
        )

    answer = asyncio.create_task(opening())  # before the transaction, which is not theirs
    with acting_for(desk.tenant_id):
        async with transaction():
            await execute("select id from users where id = :id for update", {"id": lower.key})
            may_ask.set()
            await until(somebody_waits)
            await execute("select id from users where id = :id for update nowait", {"id": higher.key})

    assert (await answer).payload("ticketCreate")["ticket"]

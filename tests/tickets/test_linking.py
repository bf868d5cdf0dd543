"""What tickets are to each other, and that a parent is not done before its children."""

import asyncio
import contextvars
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch, transaction
from core.kit.ids import key_of
from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.tickets.making import (
    INVALIDATE,
    LINK,
    MERGE,
    SETTINGS,
    UNLINK,
    done,
    make_group,
    open_ticket,
    read,
    refused,
    statuses,
    update,
    updated,
)

LINKS = "query($id: ID!) { ticket(id: $id) { links { nodes { id } } linkedFrom { nodes { id } } } }"


async def link(
    desk: Desk, one: dict[str, Any], other: dict[str, Any], kind: str = "RELATED"
) -> dict[str, Any]:
    answer = await desk.admin.ask(LINK, input={"fromId": one["id"], "toId": other["id"], "kind": kind})
    found: dict[str, Any] = answer.payload("ticketLink")["link"]
    return found


async def not_linked(desk: Desk, one: dict[str, Any], other: dict[str, Any], kind: str) -> list[Any]:
    answer = await desk.admin.ask(LINK, input={"fromId": one["id"], "toId": other["id"], "kind": kind})
    return answer.refusals("ticketLink")


async def test_tickets_are_linked_once(desk: Desk) -> None:
    one, two = await open_ticket(desk.customer), await open_ticket(desk.customer)

    made = await link(desk, one, two)

    assert made["fromTicket"] == {"id": one["id"]}
    assert (await link(desk, one, two))["id"] == made["id"]
    assert (await link(desk, two, one))["id"] == made["id"], "related is mutual"
    assert (await link(desk, two, one, "DUPLICATE"))["id"] != made["id"]
    (await desk.admin.ask(UNLINK, input={"id": made["id"]})).payload("ticketUnlink")
    found = (await desk.admin.ask(LINKS, id=one["id"])).data["ticket"]
    assert (len(found["links"]["nodes"]), len(found["linkedFrom"]["nodes"])) == (0, 1)


async def test_only_staff_who_see_both_see_a_link(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1", desk.agent, desk.leader)
    await make_group(desk, "Tier 2", desk.admin)
    one, two = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await updated(desk.admin, one, groupId=group)
    await link(desk, one, two)

    for person in (desk.agent, desk.customer):
        assert (await person.ask(LINKS, id=one["id"])).data["ticket"]["links"]["nodes"] == []
    assert len((await desk.admin.ask(LINKS, id=one["id"])).data["ticket"]["links"]["nodes"]) == 1


@pytest.mark.parametrize("act", ["status", "invalid"])
async def test_a_parent_is_not_solved_before_its_children(desk: Desk, act: str) -> None:
    parent, child, gone = [await open_ticket(desk.customer) for _ in range(3)]
    await link(desk, child, parent, "CHILD")
    await link(desk, gone, parent, "CHILD")
    solved = (await statuses(desk))["solved"]
    await updated(desk.admin, gone, statusId=solved)
    before = await digest(desk.tenant_id)

    async def solve() -> list[Any]:
        if act == "invalid":
            return await refused(desk.admin, INVALIDATE, parent)
        return (await update(desk.admin, parent, statusId=solved)).refusals("ticketUpdate")

    assert await solve() == [("CONFLICT", ["id" if act == "invalid" else "statusId"])]
    assert changed(before, await digest(desk.tenant_id)) == []
    await updated(desk.admin, child, statusId=solved)
    assert await solve() == []


async def test_the_tenant_may_let_parents_go_first(desk: Desk) -> None:
    (await desk.admin.ask(SETTINGS, input={"holdsParents": False})).payload("ticketSettingsUpdate")
    parent, child = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await link(desk, child, parent, "CHILD")

    found = await updated(desk.admin, parent, statusId=(await statuses(desk))["solved"])

    assert found["statusCategory"] == "SOLVED"


async def test_nothing_is_its_own_parent_and_a_child_has_one(desk: Desk) -> None:
    top, middle, low, other = [await open_ticket(desk.customer) for _ in range(4)]
    await link(desk, middle, top, "CHILD")
    await link(desk, low, middle, "CHILD")
    before = await digest(desk.tenant_id)

    assert await not_linked(desk, top, low, "CHILD") == [("CONFLICT", ["toId"])]
    assert await not_linked(desk, low, other, "CHILD") == [("CONFLICT", ["fromId"])]
    assert await not_linked(desk, top, top, "RELATED") == [("INVALID", ["toId"])]
    assert await not_linked(desk, top, other, "MERGED") == [("INVALID", ["kind"])]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_links_of_merges_stay_and_children_go_along(desk: Desk) -> None:
    parent, child, into = [await open_ticket(desk.customer) for _ in range(3)]
    await link(desk, child, parent, "CHILD")

    await done(desk.admin, MERGE, parent, intoId=into["id"])

    query = "query($id: ID!) { ticket(id: $id) { linkedFrom { nodes { id kind fromTicket { id } } } } }"
    nodes = (await desk.admin.ask(query, id=into["id"])).data["ticket"]["linkedFrom"]["nodes"]
    assert {(each["kind"], each["fromTicket"]["id"]) for each in nodes} == {
        ("CHILD", child["id"]), ("MERGED", parent["id"]),
    }  # fmt: skip
    [merged] = [each["id"] for each in nodes if each["kind"] == "MERGED"]
    answer = await desk.admin.ask(UNLINK, input={"id": merged})
    assert answer.refusals("ticketUnlink") == [("INVALID", ["id"])]
    assert (await read(desk, parent))["statusCategory"] == "CLOSED"


async def test_a_merge_makes_nothing_its_own_parent(desk: Desk) -> None:
    top, middle, low = [await open_ticket(desk.customer) for _ in range(3)]
    await link(desk, middle, top, "CHILD")
    await link(desk, low, middle, "CHILD")
    before = await digest(desk.tenant_id)

    assert await refused(desk.admin, MERGE, top, intoId=low["id"]) == [("CONFLICT", ["intoId"])]
    assert changed(before, await digest(desk.tenant_id)) == []
    await done(desk.admin, MERGE, low, intoId=top["id"])


async def test_unlinking_waits_for_tickets_before_it_holds_the_link(desk: Desk) -> None:
    one, two = await open_ticket(desk.customer), await open_ticket(desk.customer)
    made = await link(desk, one, two)
    outside = contextvars.copy_context()
    tickets, key = [key_of(each["id"], "tkt") for each in (one, two)], key_of(made["id"], "tlk")

    with acting_for(desk.tenant_id):
        async with transaction():  # as a merge, which moves links at its end
            await fetch(
                "select id from tickets where id = any(:ids) order by id for update", {"ids": tickets}
            )
            unlinking = asyncio.ensure_future(
                outside.run(
                    lambda: asyncio.create_task(
                        desk.admin.ask(UNLINK, input={"id": made["id"]}), context=outside
                    )
                )
            )
            await asyncio.sleep(0.7)
            assert not unlinking.done()
            await execute("update ticket_links set kind = 'DUPLICATE' where id = :id", {"id": key})

    assert (await unlinking).payload("ticketUnlink")["deletedId"] == made["id"]

"""Who is on a ticket, as it changes, over a socket."""

import asyncio
from typing import Any

from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.kit.ids import new_id
from core.testing import Desk
from core.testing.desks import Person
from tests.presence.test_presence import look, present
from tests.stream.waiting import Waiting, waiting
from tests.tickets.making import make_group, open_ticket, updated

PRESENCE = """subscription ($ticketId: ID!) { ticketPresence(ticketId: $ticketId) {
  ticket { id } presentUsers { user { id } doing } } }"""


async def until_shown(heard: Waiting, *wanted: tuple[Person, str]) -> None:
    """Wait until exactly these are shown; what lies between is passed over."""
    expected = sorted((person.id, doing) for person, doing in wanted)
    while sorted(_shown(await heard.next())) != expected:
        pass


def _shown(event: Any) -> list[tuple[str, str]]:
    return [(each["user"]["id"], each["doing"]) for each in event["presentUsers"]]


async def test_who_comes_and_goes_is_seen_by_those_who_are_there(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    async with waiting(desk.admin, PRESENCE, ticketId=ticket["id"]) as admin:
        first = await admin.next()
        assert (first["ticket"], _shown(first)) == ({"id": ticket["id"]}, [(desk.admin.id, "VIEWING")])
        async with waiting(desk.founder, PRESENCE, ticketId=ticket["id"]) as founder:
            await until_shown(founder, (desk.admin, "VIEWING"), (desk.founder, "VIEWING"))
            await until_shown(admin, (desk.admin, "VIEWING"), (desk.founder, "VIEWING"))
            await look(desk.founder, ticket, "REPLYING")
            await until_shown(admin, (desk.admin, "VIEWING"), (desk.founder, "REPLYING"))
        await until_shown(admin, (desk.admin, "VIEWING"))


async def test_one_window_of_two_closes_and_its_user_stays(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    async with (
        waiting(desk.founder, PRESENCE, ticketId=ticket["id"]) as founder,
        waiting(desk.admin, PRESENCE, ticketId=ticket["id"]) as first,
    ):
        await until_shown(first, (desk.admin, "VIEWING"), (desk.founder, "VIEWING"))
        async with waiting(desk.admin, PRESENCE, ticketId=ticket["id"]) as second:
            await until_shown(second, (desk.admin, "VIEWING"), (desk.founder, "VIEWING"))
            await until_shown(founder, (desk.admin, "VIEWING"), (desk.founder, "VIEWING"))
        both = sorted([(desk.admin.id, "VIEWING"), (desk.founder.id, "VIEWING")])
        async with asyncio.timeout(30):
            while sorted(await present(desk.founder, ticket)) != both:  # noqa: ASYNC110 - rows in the database
                await asyncio.sleep(0.05)


async def test_a_machine_looks_on_without_being_there(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    machine = await desk.add("machine", UserKind.MACHINE)
    with acting_for(desk.tenant_id):
        role = "insert into user_roles (id, tenant_id, created_at, user_id, role_id) select :id, tenant_id, now(),"
        role += " :user, id from roles where key = 'admin'"
        await execute(role, {"id": new_id(), "user": machine.key})

    async with waiting(machine, PRESENCE, ticketId=ticket["id"]) as heard:
        await until_shown(heard)
        await look(desk.admin, ticket)
        await until_shown(heard, (desk.admin, "VIEWING"))


async def test_it_is_for_staff_who_see_the_ticket(desk: Desk, other: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await look(desk.admin, ticket)

    for person in (desk.customer, desk.agent, other.founder):
        async with waiting(person, PRESENCE, ticketId=ticket["id"]) as heard:
            assert await heard.refused() == "BAD_ARGUMENT"
    async with waiting(desk.admin, PRESENCE, ticketId=desk.admin.id) as heard:
        assert await heard.refused() == "BAD_ARGUMENT"
    assert await present(desk.founder, ticket) == [(desk.admin.id, "VIEWING")]


async def test_it_ends_where_sight_ends(desk: Desk) -> None:
    groups = [await make_group(desk, name, desk.agent) for name in ("One", "Two")]
    hidden = await make_group(desk, "Hidden", desk.admin)
    ticket = await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=groups[0])

    async with waiting(desk.agent, PRESENCE, ticketId=ticket["id"]) as heard:
        await until_shown(heard, (desk.agent, "VIEWING"))
        await updated(desk.admin, ticket, groupId=hidden)
        await look(desk.admin, ticket)
        # What was read before sight ended may still be told.
        while (frame := await heard.socket.frame())["type"] == "next":
            pass
        assert frame["type"] == "complete"
    assert await present(desk.founder, ticket) == [(desk.admin.id, "VIEWING")]


async def test_nothing_runs_once_nobody_waits(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    async with waiting(desk.admin, PRESENCE, ticketId=ticket["id"]) as heard:
        await heard.next()

    assert await present(desk.founder, ticket) == []

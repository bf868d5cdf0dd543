"""Who is on a ticket now: appearing, staying, expiring, and for whose eyes it is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.housekeeping import sweep_presences
from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch_value, system_fetch
from core.testing import Desk, Person
from tests.tickets.making import make_group, open_ticket

PRESENT = "presentUsers { user { id } doing since }"
LOOK = f"""mutation($input: TicketLookInput!) {{ ticketLook(input: $input) {{ ticket {{ {PRESENT} }}
  userErrors {{ code path message }} }} }}"""
LEAVE = f"""mutation($input: TicketLeaveInput!) {{ ticketLeave(input: $input) {{ ticket {{ {PRESENT} }}
  userErrors {{ code path message }} }} }}"""
READ = f"query($id: ID!) {{ ticket(id: $id) {{ {PRESENT} }} }}"


async def look(person: Person, ticket: dict[str, Any], doing: str = "VIEWING") -> list[tuple[str, str]]:
    answer = await person.ask(LOOK, input={"ticketId": ticket["id"], "doing": doing})
    found = answer.payload("ticketLook")["ticket"]["presentUsers"]
    return [(each["user"]["id"], each["doing"]) for each in found]


async def present(person: Person, ticket: dict[str, Any]) -> list[tuple[str, str]]:
    found = (await person.ask(READ, id=ticket["id"])).data["ticket"]["presentUsers"]
    return [(each["user"]["id"], each["doing"]) for each in found]


async def let_time_pass(desk: Desk, length: timedelta) -> None:
    with acting_for(desk.tenant_id):
        await execute(
            "update presences set expires_at = expires_at - :length::interval,"
            " created_at = created_at - :length::interval",
            {"length": length},
        )


async def test_two_agents_see_each_other_and_what_they_do(desk: Desk) -> None:
    ticket, second = await open_ticket(desk.customer), await open_ticket(desk.customer)

    assert await look(desk.admin, ticket) == [(desk.admin.id, "VIEWING")]
    assert await look(desk.founder, ticket, "REPLYING") == [
        (desk.admin.id, "VIEWING"),
        (desk.founder.id, "REPLYING"),
    ]

    assert await look(desk.founder, ticket) == [(desk.admin.id, "VIEWING"), (desk.founder.id, "VIEWING")]
    assert await present(desk.admin, second) == []


async def test_a_beat_keeps_one_there_and_silence_ends_it(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await look(desk.admin, ticket)
    since = (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]["presentUsers"][0]["since"]

    await look(desk.admin, ticket)
    assert (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]["presentUsers"][0]["since"] == since
    with acting_for(desk.tenant_id):
        left = await fetch_value("select expires_at - now() from presences", {})
    assert timedelta(0) < left <= timedelta(seconds=30)
    await let_time_pass(desk, timedelta(seconds=31))
    assert await present(desk.founder, ticket) == []

    assert await look(desk.admin, ticket) == [(desk.admin.id, "VIEWING")]
    back = (await desk.admin.ask(READ, id=ticket["id"])).data["ticket"]["presentUsers"][0]["since"]
    assert back > since


async def test_leaving_is_seen_at_once_and_twice_is_once(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await look(desk.admin, ticket)

    for _ in range(2):
        answer = await desk.admin.ask(LEAVE, input={"ticketId": ticket["id"]})
        assert answer.payload("ticketLeave")["ticket"] == {"presentUsers": []}


async def test_customers_and_helpers_neither_see_nor_appear(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await look(desk.admin, ticket)

    for person in (desk.customer, await desk.add("machine", UserKind.MACHINE)):
        for document, name in ((LOOK, "ticketLook"), (LEAVE, "ticketLeave")):
            refused = await person.ask(document, input={"ticketId": ticket["id"]})
            assert refused.refusals(name) == [("FORBIDDEN", None)]
    assert await present(desk.customer, ticket) == []
    assert await present(desk.founder, ticket) == [(desk.admin.id, "VIEWING")]


async def test_only_on_tickets_one_sees(desk: Desk, other: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    await make_group(desk, "Empty", desk.leader)

    for person in (desk.agent, other.founder):
        for document, name in ((LOOK, "ticketLook"), (LEAVE, "ticketLeave")):
            refused = await person.ask(document, input={"ticketId": ticket["id"]})
            assert refused.refusals(name) == [("NOT_FOUND", ["ticketId"])]
    assert await present(desk.founder, ticket) == []


async def test_nobody_appears_while_acting_as_somebody_else(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    start = """mutation($input: ImpersonationStartInput!) { impersonationStart(input: $input) {
      token userErrors { code } } }"""
    started = (await desk.founder.ask(start, input={"userId": desk.admin.id})).payload("impersonationStart")
    as_admin = Person(desk.served, desk.admin.key, started["token"], "")

    refused = await as_admin.ask(LOOK, input={"ticketId": ticket["id"]})

    assert refused.refusals("ticketLook") == [("FORBIDDEN", None)]
    assert await present(desk.founder, ticket) == []


async def test_many_beats_at_once_are_one_presence(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)

    await asyncio.gather(*(look(desk.admin, ticket, doing) for doing in ("VIEWING", "REPLYING") * 4))

    assert [user for user, _ in await present(desk.founder, ticket)] == [desk.admin.id]


@pytest.mark.committed
async def test_what_expired_is_swept(desk: Desk) -> None:
    stale, fresh = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await look(desk.admin, stale)
    await let_time_pass(desk, timedelta(minutes=2))
    await look(desk.admin, fresh)

    await sweep_presences()

    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from presences", {}) == 1
    assert await present(desk.founder, fresh) == [(desk.admin.id, "VIEWING")]


async def test_the_table_costs_no_log(desk: Desk) -> None:
    """Asked of PostgreSQL's own catalogue, which belongs to no tenant."""
    rows = await system_fetch("select relpersistence from pg_class where relname = 'presences'")
    assert [row["relpersistence"] for row in rows] == [b"u"]

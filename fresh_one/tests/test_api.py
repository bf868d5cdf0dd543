"""The field, as a frontend asks for it."""

from datetime import UTC, datetime, timedelta

from core.testing import Desk, FrozenTime

ASK = "query($id: ID!) { ticket(id: $id) { freshOne { hours } } }"


async def test_a_ticket_says_how_old_it_is(desk: Desk, frozen_time: FrozenTime) -> None:
    await desk.enable("fresh_one")
    frozen_time.now = datetime.now(UTC)
    ticket = await desk.open_ticket()

    frozen_time.advance(timedelta(hours=2, minutes=5))
    answer = await desk.founder.ask(ASK, id=ticket)

    assert answer.data == {"ticket": {"freshOne": {"hours": 2}}}


async def test_who_may_not_see_it_gets_nothing(desk: Desk) -> None:
    await desk.enable("fresh_one")
    ticket = await desk.open_ticket()
    inspector = await desk.add("inspector")

    answer = await inspector.ask(ASK, id=ticket)

    assert answer.data == {"ticket": {"freshOne": None}}


async def test_a_helpdesk_that_has_not_enabled_it_has_nothing_of_it(desk: Desk, other: Desk) -> None:
    await desk.enable("fresh_one")
    ticket = await other.open_ticket()

    answer = await other.founder.ask(ASK, id=ticket)

    assert answer.data == {"ticket": {"freshOne": None}}

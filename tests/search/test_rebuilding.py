"""Making everything searchable: what no event told of, what an older version made, what was cut off."""

import pytest

from core import worker
from core.app import runtime_of
from core.kit.context import acting_for
from core.kit.database import execute
from core.search.service import empty, fill, filling, left
from core.testing import Desk
from settings import Settings
from tests.search.finding import found
from tests.tickets.making import open_ticket


async def _fill_all() -> list[str]:
    told = []
    step = await fill()
    while step is not None:
        told.append(step.subject)
        step = await fill(step)
    return told


async def test_what_no_event_told_of_is_filled_in(desk: Desk, other: Desk) -> None:
    await open_ticket(desk.customer, title="orchid", body="orchid said")
    await open_ticket(other.customer, title="orchid", body="orchid said")
    assert await found(desk.admin, "orchid") == []

    with acting_for(desk.tenant_id):
        before = await left()
        told = await _fill_all()

    assert before == {"Ticket": 1, "Message": 1, "User": 5, "Organization": 0}
    assert told == ["Ticket", "Message", "User"]
    assert await found(desk.admin, "orchid") == ["orchid", "orchid said"]
    assert await found(other.admin, "orchid") == []


async def test_filling_goes_on_where_it_was_cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_MISSING", filling._MISSING.replace("limit 500", "limit 2"))
    for place in range(5):
        await open_ticket(desk.customer, title=f"orchid {place}", body="-")

    with acting_for(desk.tenant_id):
        await fill()
        assert (await left())["Ticket"] == 3
        await _fill_all()
        assert sum((await left()).values()) == 0
        assert await fill() is None

    assert len(await found(desk.admin, "orchid")) == 5


async def test_words_of_an_older_form_are_made_anew(desk: Desk) -> None:
    await open_ticket(desk.customer, title="orchid", body="-")
    with acting_for(desk.tenant_id):
        await _fill_all()
        await execute("update ticket_words set form = 0, words = ''")
        assert (await left())["Ticket"] == 1
        assert await _fill_all() == ["Ticket"]

    assert await found(desk.admin, "orchid") == ["orchid"]


async def test_emptying_forgets_one_desk(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        await open_ticket(each.customer, title="orchid", body="-")
        with acting_for(each.tenant_id):
            await _fill_all()

    with acting_for(desk.tenant_id):
        await empty()

    assert await found(desk.admin, "orchid") == []
    assert await found(other.admin, "orchid") == ["orchid"]


async def test_a_chore_fills_in_every_desk(desk: Desk, other: Desk, settings: Settings) -> None:
    for each in (desk, other):
        await open_ticket(each.customer, title="orchid", body="-")
    runtime, _ = runtime_of(settings)
    [chore] = [each for each in worker.chores_of(settings, runtime.storage) if each.name == "fill-search"]

    await chore.do()

    for each in (desk, other):
        assert await found(each.admin, "orchid") == ["orchid"]

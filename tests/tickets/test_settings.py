"""How the tenant's tickets behave by themselves: asked, changed, refused."""

import pytest

from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.tickets.making import SETTINGS

READ = """{ ticketSettings { agentsOpenTickets purgeDeletedDays purgeSuspendedDays releasesOverdue letsReclaim
  invalidAfterReleases holdsParents version } }"""


async def test_a_new_tenant_has_the_usual_ones(desk: Desk) -> None:
    assert (await desk.agent.ask(READ)).data["ticketSettings"] == {
        "agentsOpenTickets": True, "purgeDeletedDays": 30, "purgeSuspendedDays": 30, "releasesOverdue": False,
        "letsReclaim": True, "invalidAfterReleases": None, "holdsParents": True, "version": 1,
    }  # fmt: skip


async def test_customers_do_not_see_them(desk: Desk) -> None:
    assert (await desk.customer.ask(READ)).data["ticketSettings"] is None


async def test_what_is_left_out_stays_and_null_is_never(desk: Desk) -> None:
    answer = await desk.admin.ask(SETTINGS, input={"purgeSuspendedDays": None, "purgeDeletedDays": 7})

    found = answer.payload("ticketSettingsUpdate")["ticketSettings"]
    assert found["purgeSuspendedDays"] is None
    assert (found["purgeDeletedDays"], found["agentsOpenTickets"], found["version"]) == (7, True, 2)


@pytest.mark.parametrize("days", [0, -1, 3651])
async def test_days_out_of_range_are_refused_each_at_its_place(desk: Desk, days: int) -> None:
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(SETTINGS, input={"purgeDeletedDays": days, "purgeSuspendedDays": days})

    assert answer.refusals("ticketSettingsUpdate") == [
        ("INVALID", ["purgeDeletedDays"]),
        ("INVALID", ["purgeSuspendedDays"]),
    ]
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.parametrize("count", [0, 101])
async def test_a_count_out_of_range_is_refused(desk: Desk, count: int) -> None:
    answer = await desk.admin.ask(SETTINGS, input={"invalidAfterReleases": count})

    assert answer.refusals("ticketSettingsUpdate") == [("INVALID", ["invalidAfterReleases"])]


async def test_what_is_so_already_writes_nothing(desk: Desk) -> None:
    answer = await desk.admin.ask(SETTINGS, input={"letsReclaim": True, "releasesOverdue": False})

    assert answer.payload("ticketSettingsUpdate")["ticketSettings"]["version"] == 1


async def test_an_old_version_is_refused(desk: Desk) -> None:
    (await desk.admin.ask(SETTINGS, input={"purgeDeletedDays": 4})).payload("ticketSettingsUpdate")

    answer = await desk.admin.ask(SETTINGS, input={"purgeDeletedDays": 5, "expectedVersion": 1})

    assert answer.refusals("ticketSettingsUpdate") == [("CONFLICT", ["expectedVersion"])]

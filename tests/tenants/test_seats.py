"""A plan may say how many agents a helpdesk has; no plan does unless told."""

import asyncio
from typing import Any

import pytest

from core.kit.context import UserKind
from core.tenants.errors import PlanSeatsTaken
from core.tenants.plans import PLANS
from core.testing import Answer, Desk, Person
from tests.callers.rows import changed, digest
from tests.tenants.test_plans import give_plan

INVITE = """mutation($input: UserInviteInput!) { userInvite(input: $input) {
  user { id } userErrors { code path message } } }"""
STATUS = """mutation($input: UserUpdateInput!) { userUpdate(input: $input) {
  user { status } userErrors { code path message } } }"""
SEATS = "{ tenant { plan { agentLimit agentsUsed } } }"
FULL = "With the plan basic there are at most 4 agents, and so many there are; disable one first,"


@pytest.fixture
async def full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose plan allows the four agents it has."""
    monkeypatch.setitem(PLANS, "basic", PLANS["basic"]._replace(agents=4))
    await give_plan(desk, "basic")
    return desk


async def seats(person: Person) -> dict[str, Any]:
    return dict((await person.ask(SEATS)).data["tenant"]["plan"])


async def invite(desk: Desk, name: str = "Ann") -> Answer:
    roles = (await desk.founder.ask("{ roles { nodes { id key } } }")).data["roles"]["nodes"]
    [role] = [each["id"] for each in roles if each["key"] == "agent"]
    given = {"name": name, "email": f"{name.lower()}@{desk.slug}.example", "roleIds": [role]}
    return await desk.admin.ask(INVITE, input=given)


async def put(desk: Desk, person: str, status: str) -> Answer:
    return await desk.founder.ask(STATUS, input={"id": person, "status": status})


def test_no_plan_limits_agents_unless_told() -> None:
    assert {each.agents for each in PLANS.values()} == {None}


async def test_administrators_read_how_many_agents_there_are(full: Desk, other: Desk) -> None:
    assert await seats(full.admin) == {"agentLimit": 4, "agentsUsed": 4}
    assert await seats(full.agent) == {"agentLimit": 4, "agentsUsed": None}
    assert await seats(full.customer) == {"agentLimit": 4, "agentsUsed": None}
    assert await seats(other.admin) == {"agentLimit": None, "agentsUsed": 4}


async def test_an_agent_too_many_is_refused_until_a_seat_is_free(full: Desk) -> None:
    before = await digest(full.tenant_id)
    refused = await invite(full)
    assert refused.refusals("userInvite") == [("LIMIT_EXCEEDED", ["roleIds"])]
    assert refused.data["userInvite"]["userErrors"][0]["message"].startswith(FULL)
    assert changed(before, await digest(full.tenant_id)) == []

    (await put(full, full.agent.id, "DISABLED")).payload("userUpdate")
    assert (await seats(full.admin))["agentsUsed"] == 3
    (await invite(full)).payload("userInvite")  # who is invited has a seat
    again = await put(full, full.agent.id, "ACTIVE")
    assert again.refusals("userUpdate") == [("LIMIT_EXCEEDED", ["status"])]
    assert (await put(full, full.leader.id, "ACTIVE")).payload("userUpdate")["user"] == {"status": "ACTIVE"}


async def test_of_two_who_take_the_last_seat_one_gets_it(full: Desk) -> None:
    (await put(full, full.agent.id, "DISABLED")).payload("userUpdate")

    answers = await asyncio.gather(*(invite(full, name) for name in ("Ann", "Ben", "Cas")))

    assert sorted(each.refusals("userInvite") for each in answers) == [
        [], [("LIMIT_EXCEEDED", ["roleIds"])], [("LIMIT_EXCEEDED", ["roleIds"])],
    ]  # fmt: skip
    assert (await seats(full.admin))["agentsUsed"] == 4


async def test_customers_helpers_and_machines_take_no_seat(full: Desk) -> None:
    for kind in (UserKind.CUSTOMER, UserKind.EXTERNAL, UserKind.MACHINE):
        await full.add("somebody", kind)
    assert (await seats(full.admin))["agentsUsed"] == 4
    with pytest.raises(PlanSeatsTaken):
        await full.add("agent")

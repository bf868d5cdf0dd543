"""What a tenant may set of its roles depends on its plan (A8)."""

from typing import Any, get_args

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch, transaction
from core.kit.errors import NotFound
from core.operating import operator_context
from core.permissions import PERMISSIONS
from core.tenants.plans import PLANS
from core.tenants.service import set_plan
from core.testing import Desk
from settings.model import SignUpPlan

CREATE = """mutation($input: RoleCreateInput!) { roleCreate(input: $input) {
  role { id } userErrors { code path message } } }"""
UPDATE = """mutation($input: RoleUpdateInput!) { roleUpdate(input: $input) {
  role { name permissions ticketScope } userErrors { code path message } } }"""
DELETE = "mutation($input: RoleDeleteInput!) { roleDelete(input: $input) { deletedId userErrors { code } } }"
READ = "{ tenant { plan { key name about makesRoles setsScopes switches } } }"
ROLES = "{ roles { nodes { id key permissions } } }"
NIGHT = {"name": "夜班", "permissions": ["ticket.reply"], "ticketScope": "GROUP"}


async def give_plan(desk: Desk, plan: str) -> None:
    """As an operator does."""
    with acting_for(desk.tenant_id):
        async with transaction():
            await set_plan(operator_context(desk.tenant_id), plan)


async def agents_role(desk: Desk) -> dict[str, Any]:
    nodes = (await desk.founder.ask(ROLES)).data["roles"]["nodes"]
    [found] = [each for each in nodes if each["key"] == "agent"]
    return dict(found)


def test_plans_name_permissions_that_there_are() -> None:
    for plan in PLANS.values():
        assert (plan.switches or frozenset()) <= PERMISSIONS.keys(), plan.key
    assert list(PLANS) == list(get_args(SignUpPlan))


@pytest.mark.requirement("A8")
async def test_with_the_smallest_plan_roles_are_as_they_come(desk: Desk, other: Desk) -> None:
    own = (await desk.founder.ask(CREATE, input=NIGHT)).payload("roleCreate")["role"]["id"]
    agent = await agents_role(desk)
    await give_plan(desk, "basic")

    made = await desk.founder.ask(CREATE, input={**NIGHT, "name": "早班"})
    switched = await desk.founder.ask(UPDATE, input={"id": agent["id"], "permissions": ["ticket.reply"]})
    widened = await desk.founder.ask(UPDATE, input={"id": agent["id"], "ticketScope": "ALL"})
    chinese = await desk.founder.ask(UPDATE, input={"id": own, "permissions": []})

    assert made.refusals("roleCreate") == [("FORBIDDEN", None)]
    assert switched.refusals("roleUpdate") == [("FORBIDDEN", ["permissions"])]
    assert widened.refusals("roleUpdate") == [("FORBIDDEN", ["ticketScope"])]
    assert chinese.refusals("roleUpdate") == [("FORBIDDEN", ["permissions"])]
    for answer, name in ((made, "roleCreate"), (switched, "roleUpdate"), (widened, "roleUpdate")):
        assert "the plan basic" in answer.data[name]["userErrors"][0]["message"]
    assert await agents_role(desk) == agent
    # What they are called is nobody's plan, and what was made before can be taken away; others' plans are theirs.
    (await desk.founder.ask(UPDATE, input={"id": agent["id"], "name": "客服"})).payload("roleUpdate")
    (await desk.founder.ask(DELETE, input={"id": own})).payload("roleDelete")
    (await other.founder.ask(CREATE, input=NIGHT)).payload("roleCreate")


@pytest.mark.requirement("A8", "B3")
async def test_with_the_middle_plan_a_few_permissions_are_switched_one_by_one(desk: Desk) -> None:
    await give_plan(desk, "standard")
    agent = await agents_role(desk)
    held = set(agent["permissions"])

    for switch in sorted(PLANS["standard"].switches or ()):
        held ^= {switch}
        answer = await desk.admin.ask(UPDATE, input={"id": agent["id"], "permissions": sorted(held)})
        assert set(answer.payload("roleUpdate")["role"]["permissions"]) == held
    scoped = await desk.admin.ask(UPDATE, input={"id": agent["id"], "ticketScope": "ALL"})
    fixed = await desk.admin.ask(UPDATE, input={"id": agent["id"], "permissions": [*held, "ticket.delete"]})
    made = await desk.admin.ask(CREATE, input=NIGHT)

    assert scoped.payload("roleUpdate")["role"]["ticketScope"] == "ALL"
    assert fixed.refusals("roleUpdate") == [("FORBIDDEN", ["permissions"])]
    message = fixed.data["roleUpdate"]["userErrors"][0]["message"]
    assert "standard" in message and "ticket.delete" in message
    assert made.refusals("roleCreate") == [("FORBIDDEN", None)]


@pytest.mark.requirement("A8")
async def test_with_the_largest_plan_roles_are_made_to_measure(desk: Desk) -> None:
    await give_plan(desk, "advanced")

    role = (await desk.admin.ask(CREATE, input=NIGHT)).payload("roleCreate")["role"]["id"]
    changed = await desk.admin.ask(
        UPDATE, input={"id": role, "permissions": ["ticket.delete"], "ticketScope": "ALL"}
    )

    assert changed.payload("roleUpdate")["role"] == {
        "name": "夜班", "permissions": ["ticket.delete"], "ticketScope": "ALL",
    }  # fmt: skip


async def test_a_plan_is_read_in_ones_language_and_its_change_is_recorded(desk: Desk, other: Desk) -> None:
    before = (await desk.agent.ask(READ)).data["tenant"]["plan"]
    await give_plan(desk, "standard")
    await give_plan(desk, "standard")

    assert (before["key"], before["makesRoles"], before["switches"]) == ("unlimited", True, None)
    asked = await desk.served.ask(READ, token=desk.customer.token, accept_language="zh-Hans")
    plan = asked.data["tenant"]["plan"]
    assert (plan["key"], plan["name"], plan["makesRoles"], plan["setsScopes"]) == (
        "standard", "中级版", False, True,
    )  # fmt: skip
    assert plan["switches"] == ["canned_reply.own", "customer.manage", "ticket.note", "ticket.reply"]
    assert (await other.agent.ask(READ)).data["tenant"]["plan"]["key"] == "unlimited"
    with acting_for(desk.tenant_id):
        events = await fetch("select via, changes::text from events where type = 'tenant.updated'")
    assert [tuple(each) for each in events] == [("cli", '{"plan": ["unlimited", "standard"]}')]


async def test_an_unknown_plan_is_refused_with_the_list(desk: Desk) -> None:
    with pytest.raises(NotFound) as refused:
        await give_plan(desk, "gold")

    assert refused.value.values == {"plan": "gold", "known": "unlimited, basic, standard, advanced"}

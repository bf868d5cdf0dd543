"""Roles: who makes them, of which rights."""

import asyncio
from typing import Any

import pytest

from core.kit.ids import to_global
from core.permissions import PERMISSIONS
from core.testing import Answer, Desk, Person
from tests.identity.conftest import Rows
from tests.identity.test_inviting import role_id
from tests.identity.test_passwords import Happened
from tests.identity.test_people import grant, update

CREATE = """mutation($input: RoleCreateInput!) { roleCreate(input: $input) {
  role { id key name permissions ticketScope isSystem version } userErrors { code path message } } }"""
UPDATE = """mutation($input: RoleUpdateInput!) { roleUpdate(input: $input) {
  role { id name permissions ticketScope version } userErrors { code path message } } }"""
DELETE = (
    "mutation($input: RoleDeleteInput!) { roleDelete(input: $input) { deletedId userErrors { code path } } }"
)
MINE = "{ viewer { permissions ticketScope } }"


async def create(person: Person, **given: Any) -> Answer:
    values = {"name": "Night shift", "permissions": ["ticket.reply"], "ticketScope": "OWN", **given}
    return await person.ask(CREATE, input=values)


@pytest.mark.requirement("B3", "B9", "X3")
async def test_a_role_of_ones_own_making(desk: Desk, happened: Happened) -> None:
    answer = await create(
        desk.admin,
        name=" 夜班 ",
        key="night_shift",
        permissions=["ticket.update", "ticket.reply", "ticket.reply"],
    )

    role = answer.payload("roleCreate")["role"]
    assert (role["key"], role["name"], role["ticketScope"], role["isSystem"]) == (
        "night_shift",
        "夜班",
        "OWN",
        False,
    )
    assert role["permissions"] == ["ticket.reply", "ticket.update"]
    assert [each["actor_id"] for each in await happened("role.created")] == [desk.admin.key]
    (await update(desk.admin, desk.agent, roleIds=[role["id"]])).payload("userUpdate")
    assert (await desk.agent.ask(MINE)).data["viewer"] == {
        "permissions": ["ticket.reply", "ticket.update"], "ticketScope": "OWN",
    }  # fmt: skip

    changed = await desk.admin.ask(
        UPDATE,
        input={"id": role["id"], "permissions": ["ticket.note"], "ticketScope": "ALL", "expectedVersion": 1},
    )
    assert changed.payload("roleUpdate")["role"]["version"] == 2
    assert (await desk.agent.ask(MINE)).data["viewer"] == {
        "permissions": ["ticket.note"],
        "ticketScope": "ALL",
    }


async def test_what_cannot_be_a_role_is_refused(desk: Desk, rows: Rows) -> None:
    before = await rows("select id from roles where tenant_id = :tenant")

    async def refused(**given: Any) -> list[tuple[str, list[str] | None]]:
        return (await create(desk.admin, **given)).refusals("roleCreate")

    assert await refused(name=" ") == [("REQUIRED", ["name"])]
    assert await refused(name="x" * 81) == [("TOO_LONG", ["name"])]
    assert await refused(name="Agent") == [("TAKEN", ["name"])]
    assert await refused(key="agent") == [("TAKEN", ["key"])]
    assert await refused(key="Night Shift") == [("INVALID", ["key"])]
    assert await refused(permissions=["ticket.reply", "ticket.fly", "x"]) == [
        ("NOT_FOUND", ["permissions", "1"]), ("NOT_FOUND", ["permissions", "2"]),
    ]  # fmt: skip
    assert await rows("select id from roles where tenant_id = :tenant") == before


async def test_two_roles_of_one_name_at_once(desk: Desk) -> None:
    answers = await asyncio.gather(*(create(desk.admin) for _ in range(4)))

    assert sorted(each.refusals("roleCreate") for each in answers) == [[]] + [[("TAKEN", ["name"])]] * 3


async def test_nobody_makes_a_role_of_rights_they_lack(desk: Desk, rows: Rows) -> None:
    await grant(desk, "agent", "role.manage")
    agent, admin = await role_id(desk, "agent"), await role_id(desk, "admin")
    before = await rows("select * from roles where tenant_id = :tenant order by id")

    made = await create(desk.agent, permissions=["agent.manage", "ticket.reply"])
    wider = await create(desk.agent, ticketScope="ALL")
    changed = await desk.agent.ask(
        UPDATE, input={"id": agent, "permissions": ["role.manage", "tenant.manage"]}
    )
    widened = await desk.agent.ask(UPDATE, input={"id": agent, "ticketScope": "ALL"})

    assert made.refusals("roleCreate") == [("FORBIDDEN", ["permissions"])]
    assert wider.refusals("roleCreate") == [("FORBIDDEN", ["ticketScope"])]
    assert changed.refusals("roleUpdate")[0] == ("FORBIDDEN", ["permissions"])
    assert widened.refusals("roleUpdate") == [("FORBIDDEN", ["ticketScope"])]
    assert await rows("select * from roles where tenant_id = :tenant order by id") == before
    taken_away = await desk.agent.ask(UPDATE, input={"id": admin, "name": "Boss"})
    assert taken_away.payload("roleUpdate")["role"]["name"] == "Boss"


async def test_the_founders_role_stays_as_it_is(desk: Desk, rows: Rows) -> None:
    founder = await role_id(desk, "founder")
    before = await rows("select * from roles where tenant_id = :tenant and key = 'founder'")

    fixed: list[dict[str, Any]] = [{"permissions": []}, {"ticketScope": "OWN"}]
    for given in fixed:
        answer = await desk.founder.ask(UPDATE, input={"id": founder, **given})
        assert answer.refusals("roleUpdate") == [("FORBIDDEN", ["id"])]

    assert await rows("select * from roles where tenant_id = :tenant and key = 'founder'") == before


@pytest.mark.requirement("B7")
async def test_the_founder_may_everything_there_is(desk: Desk) -> None:
    viewer = (await desk.founder.ask(MINE)).data["viewer"]

    assert set(viewer["permissions"]) >= set(PERMISSIONS)
    assert viewer["ticketScope"] == "ALL"


async def test_a_role_is_deleted_when_nobody_holds_it(desk: Desk, happened: Happened) -> None:
    role = (await create(desk.admin)).payload("roleCreate")["role"]["id"]
    agent = await role_id(desk, "agent")
    (await update(desk.admin, desk.agent, roleIds=[role])).payload("userUpdate")

    held = await desk.admin.ask(DELETE, input={"id": role})
    system = await desk.admin.ask(DELETE, input={"id": await role_id(desk, "inspector")})
    (await update(desk.admin, desk.agent, roleIds=[agent])).payload("userUpdate")
    gone = await desk.admin.ask(DELETE, input={"id": role})
    again = await desk.admin.ask(DELETE, input={"id": role})

    assert held.refusals("roleDelete") == [("CONFLICT", ["id"])]
    assert system.refusals("roleDelete") == [("CONFLICT", ["id"])]
    assert gone.payload("roleDelete")["deletedId"] == role
    assert again.refusals("roleDelete") == [("NOT_FOUND", ["id"])]
    assert len(await happened("role.deleted")) == 1


async def test_another_tenants_roles_are_not_there(desk: Desk, other: Desk, rows: Rows) -> None:
    foreign = await role_id(other, "agent")

    changed = await desk.founder.ask(UPDATE, input={"id": foreign, "name": "Mine"})
    deleted = await desk.founder.ask(DELETE, input={"id": foreign})
    nonsense = await desk.founder.ask(DELETE, input={"id": to_global("usr", desk.tenant_id)})

    assert changed.refusals("roleUpdate") == [("NOT_FOUND", ["id"])]
    assert deleted.refusals("roleDelete") == [("NOT_FOUND", ["id"])]
    assert nonsense.refusals("roleDelete") == [("NOT_FOUND", ["id"])]


async def test_a_late_change_is_told(desk: Desk) -> None:
    role = (await create(desk.admin)).payload("roleCreate")["role"]["id"]
    await desk.admin.ask(UPDATE, input={"id": role, "name": "First"})

    late = await desk.admin.ask(UPDATE, input={"id": role, "name": "Second", "expectedVersion": 1})

    assert late.refusals("roleUpdate") == [("CONFLICT", ["expectedVersion"])]


async def test_all_permissions_are_listed_for_whoever_is_signed_in(desk: Desk) -> None:
    query = "{ permissions { key description } }"

    listed = (await desk.customer.ask(query)).data["permissions"]

    assert {each["key"]: each["description"] for each in listed}.items() >= PERMISSIONS.items()
    assert (await desk.served.ask(query)).codes == ["UNAUTHENTICATED"]


async def test_without_the_right_no_role_is_touched(desk: Desk, rows: Rows) -> None:
    before = await rows("select * from roles where tenant_id = :tenant order by id")
    agent = await role_id(desk, "agent")

    assert (await create(desk.agent)).refusals("roleCreate") == [("FORBIDDEN", None)]
    assert (await desk.agent.ask(UPDATE, input={"id": agent, "name": "X"})).refusals("roleUpdate") == [
        ("FORBIDDEN", None)
    ]
    assert (await desk.agent.ask(DELETE, input={"id": agent})).refusals("roleDelete") == [("FORBIDDEN", None)]
    assert await rows("select * from roles where tenant_id = :tenant order by id") == before

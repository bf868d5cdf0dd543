"""Acting as another user (B19)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.testing import Answer, Desk, Person
from tests.identity.conftest import PASSWORD, Rows
from tests.identity.test_inviting import INVITE, role_id
from tests.identity.test_passwords import CHANGE, Happened, WithPassword
from tests.identity.test_people import UPDATE, grant, update
from tests.identity.test_roles import CREATE as ROLE_CREATE
from tests.identity.test_roles import UPDATE as ROLE_UPDATE
from tests.identity.test_tokens import CREATE as TOKEN_CREATE
from tests.identity.test_tokens import END, TOKENS

START = """mutation($input: ImpersonationStartInput!) { impersonationStart(input: $input) {
  token expiresAt user { id } userErrors { code path message } } }"""
STOP = "mutation($input: ImpersonationStopInput!) { impersonationStop(input: $input) { userErrors { code path } } }"
ROLES = "{ roles { nodes { id key permissions } } }"
WHO = "{ viewer { permissions user { id } impersonator { id } } }"


async def start(person: Person, whom: Person, **given: Any) -> Answer:
    return await person.ask(START, input={"userId": whom.id, **given})


async def acting(desk: Desk, whom: Person) -> Person:
    """The admin as somebody else."""
    token = (await start(desk.admin, whom)).payload("impersonationStart")["token"]
    return Person(desk.served, whom.key, token, whom.email)


@pytest.mark.requirement("B19")
async def test_an_admin_acts_as_a_customer_and_events_name_the_admin(desk: Desk, happened: Happened) -> None:
    answer = await start(desk.admin, desk.customer, reason=" 客户  来电 ")

    payload = answer.payload("impersonationStart")
    assert payload["user"] == {"id": desk.customer.id}
    expires = datetime.fromisoformat(payload["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < expires <= timedelta(hours=1)
    [started] = await happened("impersonation.started")
    assert (started["actor_id"], started["subject_id"]) == (desk.admin.key, desk.customer.key)
    assert "客户 来电" in str(started["changes"])

    acted = Person(desk.served, desk.customer.key, payload["token"], "")
    assert (await acted.ask(WHO)).data["viewer"] == {
        "permissions": ["ticket.create", "ticket.reply"],
        "user": {"id": desk.customer.id},
        "impersonator": {"id": desk.admin.id},
    }
    (await update(acted, desk.customer, name="By the admin")).payload("userUpdate")
    [changed] = await happened("user.updated")
    assert (changed["actor_id"], changed["on_behalf_of_id"]) == (desk.admin.key, desk.customer.key)


async def test_stopping_ends_it_at_once(desk: Desk, happened: Happened) -> None:
    agent = await acting(desk, desk.agent)
    assert (await agent.ask(WHO)).data["viewer"]["impersonator"] == {"id": desk.admin.id}

    (await agent.ask(STOP, input={})).payload("impersonationStop")

    assert (await agent.ask(WHO)).codes == ["UNAUTHENTICATED"]
    assert (await desk.admin.ask(STOP, input={})).refusals("impersonationStop") == [("CONFLICT", ["id"])]
    [stopped] = await happened("impersonation.stopped")
    assert (stopped["actor_id"], stopped["on_behalf_of_id"]) == (desk.admin.key, desk.agent.key)


async def test_both_sides_see_it_and_can_end_it(desk: Desk) -> None:
    first, second = await acting(desk, desk.agent), await acting(desk, desk.agent)
    kinds = {"kind": {"eq": "IMPERSONATION"}}

    for person in (desk.admin, desk.agent):
        listed = (await person.ask(TOKENS, filter=kinds)).data["tokens"]["nodes"]
        assert [(each["user"]["id"], each["impersonator"]["id"]) for each in listed] == [
            (desk.agent.id, desk.admin.id)
        ] * 2
    (await desk.admin.ask(STOP, input={"id": listed[1]["id"]})).payload("impersonationStop")
    (await desk.agent.ask(END, input={"id": listed[0]["id"]})).payload("sessionRevoke")

    assert (await first.ask(WHO)).codes == (await second.ask(WHO)).codes == ["UNAUTHENTICATED"]


async def test_not_everybody_may_be_acted_as(desk: Desk, other: Desk, rows: Rows) -> None:
    await grant(desk, "agent", "user.impersonate")
    disabled = await desk.add("agent", status="DISABLED")
    machine = await desk.add("machine", UserKind.MACHINE)
    before = await rows("select id from tokens where tenant_id = :tenant")

    for whom in (desk.founder, desk.admin, disabled, machine):
        answer = await start(desk.admin, whom)
        assert answer.refusals("impersonationStart") == [("FORBIDDEN", ["userId"])], whom
    for whom in (desk.admin, desk.leader):
        answer = await start(desk.agent, whom)
        assert answer.refusals("impersonationStart") == [("FORBIDDEN", ["userId"])], whom
    foreign = await start(desk.founder, other.customer)
    assert foreign.refusals("impersonationStart") == [("NOT_FOUND", ["userId"])]
    without = await start(desk.leader, desk.customer)
    assert without.refusals("impersonationStart") == [("FORBIDDEN", None)]
    long = await start(desk.admin, desk.customer, reason="x" * 401)
    assert long.refusals("impersonationStart") == [("TOO_LONG", ["reason"])]
    assert await rows("select id from tokens where tenant_id = :tenant") == before


async def test_nobody_with_a_wider_view_is_acted_as(desk: Desk) -> None:
    await grant(desk, "agent", "user.impersonate")
    made = await desk.admin.ask(ROLE_CREATE, input={"name": "Seer", "permissions": [], "ticketScope": "ALL"})
    seer = made.payload("roleCreate")["role"]["id"]
    colleague = await desk.add("agent")
    (await update(desk.admin, colleague, roleIds=[seer])).payload("userUpdate")

    answer = await start(desk.agent, colleague)

    assert answer.refusals("impersonationStart") == [("FORBIDDEN", ["userId"])]


async def test_passwords_tokens_and_rights_are_not_touched_while_acting(
    desk: Desk, with_password: WithPassword, rows: Rows
) -> None:
    second = await with_password(await desk.add("admin"))
    role = await role_id(desk, "agent")
    admin = await acting(desk, second)
    before = await rows("select id from users where tenant_id = :tenant order by id")
    [own] = (
        await second.ask(TOKENS, filter={"name": {"isNull": True}, "kind": {"eq": "IMPERSONATION"}})
    ).data["tokens"]["nodes"]

    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("passwordChange", CHANGE, {"currentPassword": PASSWORD, "newPassword": "another battery staple"}),
        ("apiTokenCreate", TOKEN_CREATE, {"name": "x", "roleIds": [role]}),
        ("roleCreate", ROLE_CREATE, {"name": "x", "permissions": [], "ticketScope": "OWN"}),
        ("userInvite", INVITE, {"email": "x@desk.example", "name": "x", "roleIds": [role]}),
        ("userUpdate", UPDATE, {"id": desk.agent.id, "roleIds": [role]}),
        ("userUpdate", UPDATE, {"id": desk.customer.id, "email": "x@desk.example"}),
        ("userUpdate", UPDATE, {"id": desk.customer.id, "status": "DISABLED"}),
        ("impersonationStart", START, {"userId": desk.customer.id}),
        ("sessionRevoke", END, {"id": own["id"]}),
    ]
    for name, operation, given in tries:
        answer = await admin.ask(operation, input=given)
        assert answer.refusals(name) == [("FORBIDDEN", None)], name
        message = answer.data[name]["userErrors"][0].get("message")
        assert message in (None, "Not while acting as another user; stop that first."), name

    assert await rows("select id from users where tenant_id = :tenant order by id") == before


async def test_it_ends_with_the_rights_of_whoever_acts(desk: Desk) -> None:
    acting_agent = await acting(desk, desk.agent)
    acting_customer = await acting(desk, desk.customer)

    (await update(desk.founder, desk.admin, roleIds=[await role_id(desk, "agent")])).payload("userUpdate")

    assert (await acting_agent.ask(WHO)).codes == ["UNAUTHENTICATED"]
    assert (await acting_customer.ask(WHO)).codes == ["UNAUTHENTICATED"]


async def test_it_ends_when_whoever_is_acted_as_gains_rights(desk: Desk) -> None:
    acting_agent = await acting(desk, desk.agent)

    roles = [await role_id(desk, "agent"), await role_id(desk, "admin")]
    (await update(desk.founder, desk.agent, roleIds=roles)).payload("userUpdate")

    assert (await acting_agent.ask(WHO)).codes == ["UNAUTHENTICATED"]


async def test_it_never_gives_more_than_the_present_rights_of_whoever_acts(desk: Desk) -> None:
    roles = (await desk.founder.ask(ROLES)).data["roles"]["nodes"]
    granted = {each["key"]: each["permissions"] for each in roles}
    ids = {each["key"]: each["id"] for each in roles}
    held = sorted(set(granted["admin"]) - {"tenant.manage"})
    made = await desk.founder.ask(
        ROLE_CREATE, input={"name": "Boss", "permissions": held, "ticketScope": "GROUP"}
    )
    boss = made.payload("roleCreate")["role"]["id"]
    (await update(desk.founder, desk.admin, roleIds=[boss])).payload("userUpdate")
    acting_agent = await acting(desk, desk.agent)

    more = {"permissions": [*granted["agent"], "tenant.manage"], "ticketScope": "ALL"}
    (await desk.founder.ask(ROLE_UPDATE, input={"id": ids["agent"], **more})).payload("roleUpdate")
    viewer = (await acting_agent.ask("{ viewer { permissions ticketScope } }")).data["viewer"]
    assert viewer == {"permissions": sorted(granted["agent"]), "ticketScope": "GROUP"}

    without = [each for each in held if each != "user.impersonate"]
    (await desk.founder.ask(ROLE_UPDATE, input={"id": boss, "permissions": without})).payload("roleUpdate")
    assert (await acting_agent.ask(WHO)).codes == ["UNAUTHENTICATED"]


async def test_it_ends_with_the_password_of_whoever_acts(desk: Desk, with_password: WithPassword) -> None:
    await with_password(desk.admin)
    acting_customer = await acting(desk, desk.customer)

    given = {"currentPassword": PASSWORD, "newPassword": f"{PASSWORD} 2"}
    (await desk.admin.ask(CHANGE, input=given)).payload("passwordChange")

    assert (await acting_customer.ask(WHO)).codes == ["UNAUTHENTICATED"]


async def test_it_ends_when_either_is_disabled(desk: Desk) -> None:
    acting_agent = await acting(desk, desk.agent)
    acting_customer = await acting(desk, desk.customer)

    (await update(desk.founder, desk.customer, status="DISABLED")).payload("userUpdate")
    assert (await acting_customer.ask(WHO)).codes == ["UNAUTHENTICATED"]
    assert (await acting_agent.ask(WHO)).data["viewer"]["user"]["id"] == desk.agent.id

    (await update(desk.founder, desk.admin, status="DISABLED")).payload("userUpdate")
    assert (await acting_agent.ask(WHO)).codes == ["UNAUTHENTICATED"]


async def test_it_ends_after_an_hour(desk: Desk) -> None:
    customer = await acting(desk, desk.customer)
    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set expires_at = expires_at - interval '1 hour'"
            " where tenant_id = :tenant and kind = 'IMPERSONATION'",
            {"tenant": desk.tenant_id},
        )

    assert (await customer.ask(WHO)).codes == ["UNAUTHENTICATED"]

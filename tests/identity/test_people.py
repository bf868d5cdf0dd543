"""Adding people and changing them."""

import asyncio
from typing import Any

import pytest
from asyncpg import UniqueViolationError

from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.kit.ids import to_global
from core.testing import Answer, Desk, Person
from tests.identity.conftest import PASSWORD, Rows
from tests.identity.test_inviting import role_id
from tests.identity.test_passwords import Happened, Knock, WithPassword
from tests.identity.test_signing_in import SIGN_IN, VIEWER
from tests.tickets.making import make_group

CREATE = """mutation($input: UserCreateInput!) { userCreate(input: $input) {
  user { id kind name email mobile status locale timeZone externalId organization { id } isFounder version }
  userErrors { code path message } } }"""
UPDATE = """mutation($input: UserUpdateInput!) { userUpdate(input: $input) {
  user { id name email mobile status locale timeZone externalId roles { key } organization { id } version }
  userErrors { code path message ... on VersionConflictError { current { id } } } } }"""
ORGANIZATION = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { id } userErrors { code } } }"""

Refusals = list[tuple[str, list[str] | None]]


async def create(person: Person, **given: Any) -> Answer:
    return await person.ask(CREATE, input={"name": "Mei", **given})


async def update(person: Person, whom: Person, **given: Any) -> Answer:
    return await person.ask(UPDATE, input={"id": whom.id, **given})


async def grant(desk: Desk, role: str, permission: str) -> None:
    """Let the holders of a role do one thing more."""
    with acting_for(desk.tenant_id):
        await execute(
            "update roles set permissions = permissions || to_jsonb(:permission::text) where tenant_id = :tenant"
            " and key = :role",
            {"permission": permission, "tenant": desk.tenant_id, "role": role},
        )


@pytest.mark.requirement("B1")
async def test_an_agent_adds_a_customer(desk: Desk, happened: Happened) -> None:
    answer = await create(
        desk.agent,
        name="  李  小龙 ",
        email="李小龙@例子.中国",
        mobile="＋86 138 0013 8000",
        locale="zh-Hans",
        timeZone="Asia/Shanghai",
        externalId="crm-7",
    )

    user = answer.payload("userCreate")["user"]
    assert (user["kind"], user["name"], user["status"], user["isFounder"]) == (
        "CUSTOMER",
        "李 小龙",
        "ACTIVE",
        False,
    )
    assert (user["email"], user["mobile"]) == ("李小龙@例子.中国", "+8613800138000")
    assert (user["locale"], user["timeZone"], user["externalId"]) == ("zh-Hans", "Asia/Shanghai", "crm-7")
    created = await happened("user.created")
    assert created[-1]["actor_id"] == desk.agent.key


async def test_one_address_in_two_spellings_is_one_address(desk: Desk, rows: Rows) -> None:
    (await create(desk.agent, email="Lin@例子.中国")).payload("userCreate")

    again = await create(desk.agent, email="lin@xn--fsqu00a.xn--fiqs8s")

    assert again.refusals("userCreate") == [("TAKEN", ["email"])]


async def test_a_customer_joins_the_organisation_that_owns_the_domain(desk: Desk) -> None:
    made = await desk.admin.ask(ORGANIZATION, input={"name": "Acme", "domains": ["acme.example"]})
    acme = made.payload("organizationCreate")["organization"]["id"]
    other = await desk.admin.ask(ORGANIZATION, input={"name": "Other"})
    chosen = other.payload("organizationCreate")["organization"]["id"]

    by_domain = await create(desk.agent, email="a@acme.example")
    by_choice = await create(desk.agent, email="b@acme.example", organizationId=chosen)
    helper = await create(desk.agent, email="c@acme.example", kind="EXTERNAL")

    found = [each.payload("userCreate")["user"]["organization"] for each in (by_domain, by_choice, helper)]
    assert found == [{"id": acme}, {"id": chosen}, None]


async def test_every_mistake_is_told_at_its_place(desk: Desk, rows: Rows) -> None:
    before = await rows("select id from users where tenant_id = :tenant")

    wrong = await create(
        desk.agent,
        name="",
        email="no",
        mobile="13800138000",
        locale="q",
        timeZone="UTC+8",
        externalId="x" * 201,
        organizationId=to_global("org", desk.tenant_id),
        customFields=[],
    )

    assert wrong.refusals("userCreate") == [
        ("REQUIRED", ["name"]), ("INVALID", ["email"]), ("INVALID", ["mobile"]), ("INVALID", ["locale"]),
        ("INVALID", ["timeZone"]), ("TOO_LONG", ["externalId"]), ("NOT_FOUND", ["organizationId"]),
    ]  # fmt: skip
    long = await create(desk.agent, name="x" * 121)
    assert long.refusals("userCreate") == [("TOO_LONG", ["name"])]
    unknown = await create(desk.agent, customFields=[{"key": "none", "value": {"text": "x"}}])
    assert unknown.refusals("userCreate") == [("NOT_FOUND", ["customFields", "0", "key"])]
    assert await rows("select id from users where tenant_id = :tenant") == before


async def test_agents_and_machines_are_not_made_by_hand(desk: Desk) -> None:
    for kind in ("AGENT", "MACHINE"):
        answer = await create(desk.founder, kind=kind)
        assert answer.refusals("userCreate") == [("INVALID", ["kind"])]


async def test_changing_to_one_address_at_once_is_taken_and_no_failure(desk: Desk) -> None:
    people = [await desk.add("customer", UserKind.CUSTOMER) for _ in range(4)]

    answers = await asyncio.gather(*(update(desk.agent, each, email="one@desk.example") for each in people))

    assert sorted(each.refusals("userUpdate") for each in answers) == [[]] + [[("TAKEN", ["email"])]] * 3


async def test_external_ids_are_unique_under_a_race(desk: Desk, rows: Rows) -> None:
    answers = await asyncio.gather(*(create(desk.agent, externalId="crm-1") for _ in range(5)))

    assert (
        sorted(answer.refusals("userCreate") for answer in answers)
        == [[]] + [[("TAKEN", ["externalId"])]] * 4
    )


async def test_customers_add_nobody(desk: Desk, rows: Rows) -> None:
    before = await rows("select id from users where tenant_id = :tenant")

    answer = await create(desk.customer)

    assert answer.refusals("userCreate") == [("FORBIDDEN", None)]
    assert await rows("select id from users where tenant_id = :tenant") == before


async def test_everybody_changes_their_own_profile_and_no_more(desk: Desk, rows: Rows) -> None:
    helper = await desk.add("helper", UserKind.EXTERNAL)
    for person in (desk.founder, desk.agent, desk.customer, helper):
        answer = await update(
            person, person, name="新名", mobile="+44 20 7946 0958", locale="en", timeZone="Europe/London"
        )
        user = answer.payload("userUpdate")["user"]
        assert (user["name"], user["mobile"], user["timeZone"], user["version"]) == (
            "新名", "+442079460958", "Europe/London", 2,
        )  # fmt: skip

    before = await rows("select * from users where tenant_id = :tenant order by id")
    agent_role = await role_id(desk, "agent")
    for person in (desk.agent, desk.customer):
        for given in (
            {"email": "new@desk.example"}, {"externalId": "x"}, {"organizationId": None}, {"roleIds": [agent_role]},
            {"status": "DISABLED"}, {"customFields": [{"key": "k"}]},
        ):  # fmt: skip
            refused = await update(person, person, **given)
            # Which of their custom fields customers fill, the field says: this is none.
            of_field = "customFields" in given and person is desk.customer
            assert refused.refusals("userUpdate")[0][0] == ("NOT_FOUND" if of_field else "FORBIDDEN"), given
    assert await rows("select * from users where tenant_id = :tenant order by id") == before


async def test_a_patch_that_changes_nothing_writes_nothing(desk: Desk, happened: Happened) -> None:
    await update(desk.agent, desk.agent, name="Lin", mobile=None)
    again = await update(desk.agent, desk.agent, name=" Lin ", mobile=None)

    assert again.payload("userUpdate")["user"]["version"] == 2
    assert len(await happened("user.updated")) == 1


async def test_somebody_elses_change_in_between_is_told(desk: Desk) -> None:
    await update(desk.agent, desk.customer, name="First", expectedVersion=1)

    late = await update(desk.admin, desk.customer, name="Second", expectedVersion=1)

    assert late.refusals("userUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert late.data["userUpdate"]["userErrors"][0]["current"] == {"id": desk.customer.id}


async def test_staff_change_customers_and_admins_change_agents(desk: Desk) -> None:
    colleague = await desk.add("agent")

    (await update(desk.agent, desk.customer, email="new@客户.中国", externalId="crm-2")).payload("userUpdate")
    by_agent = await update(desk.agent, colleague, name="X")
    by_admin = await update(desk.admin, colleague, name="X", email="x@desk.example")
    by_customer = await update(desk.customer, colleague, name="X")
    emptied = await update(desk.admin, colleague, email=None)

    assert by_agent.refusals("userUpdate") == [("FORBIDDEN", None)]
    assert by_admin.payload("userUpdate")["user"]["email"] == "x@desk.example"
    assert by_customer.refusals("userUpdate") == [("FORBIDDEN", None)]
    assert emptied.refusals("userUpdate") == [("REQUIRED", ["email"])]


async def test_another_tenants_people_are_not_there(desk: Desk, other: Desk) -> None:
    for given in ({"name": "X"}, {"status": "DISABLED"}):
        answer = await update(desk.founder, other.customer, **given)
        assert answer.refusals("userUpdate") == [("NOT_FOUND", ["id"])]


async def test_a_disabled_user_is_out_at_once(
    desk: Desk, knock: Knock, with_password: WithPassword, happened: Happened
) -> None:
    await with_password(desk.agent)
    signed_in = await knock(SIGN_IN, input={"email": desk.agent.email, "password": PASSWORD})
    session = signed_in.payload("signIn")["token"]

    off = await update(desk.admin, desk.agent, status="DISABLED")

    assert off.payload("userUpdate")["user"]["status"] == "DISABLED"
    assert (await desk.served.ask(VIEWER, token=session)).codes == ["UNAUTHENTICATED"]
    assert (await desk.agent.ask(VIEWER)).codes == ["UNAUTHENTICATED"]
    assert len(await happened("user.disabled")) == 1

    (await update(desk.admin, desk.agent, status="ACTIVE")).payload("userUpdate")
    assert (await desk.served.ask(VIEWER, token=session)).codes == ["UNAUTHENTICATED"]  # revoked for good
    assert (await knock(SIGN_IN, input={"email": desk.agent.email, "password": PASSWORD})).payload("signIn")[
        "token"
    ]


async def test_status_has_its_limits(desk: Desk) -> None:
    invited = await desk.add("agent", status="INVITED")

    oneself = await update(desk.admin, desk.admin, status="DISABLED")
    backwards = await update(desk.admin, desk.agent, status="INVITED")
    by_hand = await update(desk.admin, invited, status="ACTIVE")

    assert oneself.refusals("userUpdate") == [("CONFLICT", ["status"])]
    assert backwards.refusals("userUpdate") == [("INVALID", ["status"])]
    assert by_hand.refusals("userUpdate") == [("CONFLICT", ["status"])]
    assert (await desk.admin.ask(VIEWER)).data["viewer"]["user"]["id"] == desk.admin.id


@pytest.mark.requirement("B7")
async def test_nobody_changes_the_founder_and_nobody_their_rights(desk: Desk, rows: Rows) -> None:
    before = await rows("select * from users where tenant_id = :tenant and is_founder")
    admin_role, agent_role = await role_id(desk, "admin"), await role_id(desk, "agent")

    for given in (
        {"name": "X"},
        {"status": "DISABLED"},
        {"roleIds": [agent_role]},
        {"email": "x@desk.example"},
    ):
        answer = await update(desk.admin, desk.founder, **given)
        assert answer.refusals("userUpdate") == [("FORBIDDEN", ["id"])], given
    for given in ({"status": "DISABLED"}, {"roleIds": [admin_role]}):
        answer = await update(desk.founder, desk.founder, **given)
        assert answer.refusals("userUpdate") == [("FORBIDDEN", ["id"])], given

    assert await rows("select * from users where tenant_id = :tenant and is_founder") == before
    (await update(desk.founder, desk.founder, email="boss@desk.example")).payload("userUpdate")


@pytest.mark.requirement("A6", "B7")
async def test_there_is_one_founder(desk: Desk) -> None:
    with acting_for(desk.tenant_id), pytest.raises(UniqueViolationError, match="users_founder"):
        await execute(
            "update users set is_founder = true where tenant_id = :tenant and id = :id",
            {"tenant": desk.tenant_id, "id": desk.admin.key},
        )


async def test_who_may_do_less_changes_nobody_who_may_do_more(desk: Desk, rows: Rows) -> None:
    await grant(desk, "agent", "agent.manage")
    before = await rows("select * from users where tenant_id = :tenant order by id")

    for given in ({"email": "mine@desk.example"}, {"status": "DISABLED"}, {"name": "X"}):
        answer = await update(desk.agent, desk.admin, **given)
        assert answer.refusals("userUpdate") == [("FORBIDDEN", ["id"])], given

    assert await rows("select * from users where tenant_id = :tenant order by id") == before


async def test_roles_are_replaced_by_those_who_hold_their_rights(desk: Desk, happened: Happened) -> None:
    colleague = await desk.add("agent")
    leader, admin = await role_id(desk, "leader"), await role_id(desk, "admin")

    changed = await update(desk.admin, colleague, roleIds=[leader, leader])
    assert changed.payload("userUpdate")["user"]["roles"] == [{"key": "leader"}]
    mine = (await colleague.ask("{ viewer { permissions } }")).data["viewer"]["permissions"]
    assert "ticket.delete" in mine
    assert list((await happened("user.updated"))[-1]["changes"]) != []

    await grant(desk, "leader", "agent.manage")
    upwards = await update(colleague, colleague, roleIds=[leader, admin])
    assert upwards.refusals("userUpdate") == [("FORBIDDEN", ["roleIds", "1"])]
    none = await update(desk.admin, colleague, roleIds=[])
    assert none.refusals("userUpdate") == [("REQUIRED", ["roleIds"])]
    customer = await update(desk.admin, desk.customer, roleIds=[leader])
    assert customer.refusals("userUpdate") == [("INVALID", ["roleIds"])]
    founder = await update(desk.founder, colleague, roleIds=[await role_id(desk, "founder")])
    assert founder.refusals("userUpdate") == [("FORBIDDEN", ["roleIds", "0"])]


async def test_what_somebody_is_never_changes(desk: Desk) -> None:
    answer = await update(desk.founder, desk.customer, kind="AGENT")

    assert answer.codes == ["BAD_VARIABLES"]


LOOKUP = """query($id: ID, $email: String, $external: String) {
  user(id: $id, email: $email, externalId: $external) { id } }"""
BY_EMAIL = "query($filter: UserFilter) { users(filter: $filter) { nodes { id } } }"


async def test_people_are_found_by_address_and_external_id_by_those_who_may_read_them(
    desk: Desk, other: Desk
) -> None:
    made = await create(desk.agent, email="Mei@例子.中国", externalId="crm-9")
    mei = made.payload("userCreate")["user"]["id"]

    async def find(person: Person, **given: str) -> Any:
        return (await person.ask(LOOKUP, **given)).data["user"]

    assert await find(desk.agent, email="mei@xn--fsqu00a.xn--fiqs8s") == {"id": mei}
    assert await find(desk.agent, external="crm-9") == {"id": mei}
    assert await find(desk.agent, id=mei) == {"id": mei}
    assert await find(desk.agent, email="no address") is None
    for given in ({}, {"id": mei, "external": "crm-9"}, {"email": "mei@例子.中国", "external": "crm-9"}):
        answer = await desk.agent.ask(LOOKUP, **given)
        assert answer.codes == ["BAD_ARGUMENT"], given
    for person in (desk.customer, other.founder):
        assert await find(person, email="mei@例子.中国") is None
        assert await find(person, external="crm-9") is None
    assert await find(desk.customer, email=desk.customer.email.upper()) == {"id": desk.customer.id}


async def test_a_filter_on_addresses_tells_only_those_one_may_read(desk: Desk) -> None:
    async def found(person: Person, **email: Any) -> list[str]:
        answer = await person.ask(BY_EMAIL, filter={"email": email})
        return [each["id"] for each in answer.data["users"]["nodes"]]

    assert await found(desk.agent, eq=desk.customer.email.upper()) == [desk.customer.id]
    assert await found(desk.agent, startsWith="customer-") == [desk.customer.id]
    assert await found(desk.agent, **{"in": [desk.customer.email, "x@y.example"]}) == [desk.customer.id]
    assert await found(desk.customer, contains="@") == [desk.customer.id]
    assert await found(desk.customer, eq=desk.agent.email) == []
    denied = await desk.customer.ask(BY_EMAIL, filter={"not": {"email": {"startsWith": "agent-"}}})
    assert desk.agent.id in [each["id"] for each in denied.data["users"]["nodes"]]  # says nothing about them


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('contains: "例子"', True), ('contains: "李小龙@例"', True), ('contains: "XN--FSQU"', True),
        ('contains: ".中国"', True),
        ('startsWith: "李小龙@例子"', True), ('startsWith: "李小龙@xn--"', True),
        ('eq: "李小龙@xn--fsqu00a.xn--fiqs8s"', True),
        ('in: ["李小龙@例子.中国"]', True), ('contains: "例%"', False),
        ('startsWith: "例子"', False), ('eq: "例子"', False),
    ],
)  # fmt: skip
async def test_an_address_is_found_as_it_is_shown(desk: Desk, condition: str, found: bool) -> None:
    made = (await create(desk.admin, email="李小龙@例子.中国")).payload("userCreate")["user"]

    answer = await desk.admin.ask(f"{{ users(filter: {{email: {{{condition}}}}}) {{ nodes {{ id }} }} }}")

    assert [each["id"] for each in answer.data["users"]["nodes"]] == ([made["id"]] if found else [])
    hidden = await desk.customer.ask(f"{{ users(filter: {{email: {{{condition}}}}}) {{ nodes {{ id }} }} }}")
    assert hidden.data["users"]["nodes"] == []


async def test_people_are_found_by_role_and_group(desk: Desk) -> None:
    group = await make_group(desk, "A", desk.agent, desk.leader)
    agent, leader = await role_id(desk, "agent"), await role_id(desk, "leader")
    query = "query($filter: UserFilter) { users(filter: $filter) { nodes { id } } }"

    async def found(person: Person, **given: Any) -> set[str]:
        return {each["id"] for each in (await person.ask(query, filter=given)).data["users"]["nodes"]}

    assert await found(desk.admin, role=[agent]) == {desk.agent.id}
    assert await found(desk.admin, role=[agent, leader]) == {desk.agent.id, desk.leader.id}
    assert await found(desk.admin, group=[group], role=[leader]) == {desk.leader.id}
    assert await found(desk.admin, role=[]) == await found(desk.admin, group=["nonsense"]) == set()
    assert await found(desk.customer, role=[agent]) == await found(desk.customer, group=[group]) == set()


async def test_all_that_is_wrong_with_a_person_is_told_at_once(desk: Desk) -> None:
    answer = await desk.admin.ask(
        "mutation($input: UserCreateInput!) { userCreate(input: $input) { userErrors { code path } } }",
        input={
            "kind": "CUSTOMER", "name": " ", "email": "nobody",
            "customFields": [{"key": "nothing", "value": {"text": "x"}}],
        },
    )  # fmt: skip

    assert [path for _, path in answer.refusals("userCreate")] == [
        ["name"],
        ["email"],
        ["customFields", "0", "key"],
    ]

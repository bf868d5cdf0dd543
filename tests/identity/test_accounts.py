"""What an account has (B21), and what customers are (B22)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import fetch
from core.testing import Answer, Desk, Person
from tests.identity.conftest import PASSWORD
from tests.identity.test_inviting import role_id
from tests.identity.test_merging import MERGE
from tests.identity.test_passwords import Knock, WithPassword
from tests.identity.test_signing_in import sign_in
from tests.notifications.telling import AWAY, let_time_pass, look_due, mails
from tests.notifications.test_mailing import assigned

ACCOUNT = "loginName name email mobile lastLoginAt customerType kind"
CREATE = f"""mutation($input: UserCreateInput!) {{ userCreate(input: $input) {{
  user {{ id {ACCOUNT} }} userErrors {{ code path message }} }} }}"""
UPDATE = f"""mutation($input: UserUpdateInput!) {{ userUpdate(input: $input) {{
  user {{ id {ACCOUNT} }} userErrors {{ code path message }} }} }}"""
INVITE = f"""mutation($input: UserInviteInput!) {{ userInvite(input: $input) {{
  user {{ id {ACCOUNT} }} userErrors {{ code path message }} }} }}"""
READ = f"query($id: ID!) {{ user(id: $id) {{ {ACCOUNT} }} }}"
OF_TYPE = """query($type: CustomerType!) { users(filter: {customerType: {eq: $type}}) { nodes { name } } }"""


async def update(person: Person, whom: Person, **given: Any) -> Answer:
    return await person.ask(UPDATE, input={"id": whom.id, **given})


@pytest.mark.requirement("B21")
async def test_an_account_has_all_by_which_people_know_it_and_notices_go_to_its_address(
    desk: Desk, knock: Knock, with_password: WithPassword, tmp_path: Path
) -> None:
    given = {"loginName": "wangwei01", "name": "王伟", "mobile": "+8613800138000"}
    (await update(desk.admin, desk.agent, **given)).payload("userUpdate")
    await with_password(desk.agent)

    (await sign_in(knock, "WangWei01")).payload("signIn")

    account = (await desk.leader.ask(READ, id=desk.agent.id)).data["user"]
    signed_in = datetime.fromisoformat(account.pop("lastLoginAt"))
    assert datetime.now(UTC) - timedelta(minutes=5) < signed_in <= datetime.now(UTC)
    assert account == {**given, "email": desk.agent.email, "customerType": None, "kind": "AGENT"}
    # Customers read the name that is to be shown, and nothing else of it.
    seen = (await desk.customer.ask(READ, id=desk.agent.id)).data["user"]
    assert (seen["name"], seen["loginName"], seen["email"], seen["mobile"]) == ("王伟", None, None, None)
    await assigned(desk)
    await let_time_pass(desk, AWAY)
    await look_due(desk, desk.agent)
    [letter] = await mails(desk, tmp_path)
    assert str(letter["To"]) == desk.agent.email


@pytest.mark.requirement("B21")
async def test_a_user_name_is_one_persons_whatever_its_case_and_width(desk: Desk, other: Desk) -> None:
    for person, name, whom in ((desk.admin, "Lin.01", desk.agent), (other.admin, "lin.01", other.agent)):
        (await update(person, whom, loginName=name)).payload("userUpdate")

    taken = await update(desk.admin, desk.leader, loginName="ＬＩＮ.01")
    bad = [
        await update(desk.admin, desk.leader, loginName=each)
        for each in ("a", "a b", "a@b.example", "x" * 61)
    ]
    own = await update(desk.agent, desk.agent, loginName="other")
    customers = await desk.agent.ask(CREATE, input={"name": "李", "loginName": "lin.01"})
    invited = await desk.admin.ask(
        INVITE,
        input={
            "name": "Ann", "email": "ann@b.example", "loginName": "ann", "roleIds": [await role_id(desk, "agent")],
        },
    )  # fmt: skip

    assert taken.refusals("userUpdate") == [("TAKEN", ["loginName"])]
    assert [each.refusals("userUpdate") for each in bad] == [[("INVALID", ["loginName"])]] * 4
    assert own.refusals("userUpdate") == [("FORBIDDEN", None)]
    assert customers.refusals("userCreate") == [("TAKEN", ["loginName"])]
    assert invited.payload("userInvite")["user"]["loginName"] == "ann"
    gone = await update(desk.admin, desk.agent, loginName=None)
    assert gone.payload("userUpdate")["user"]["loginName"] is None
    with acting_for(desk.tenant_id):
        changes = await fetch("select changes::text from events where type = 'user.updated' order by id")
    assert "login_name_key" not in str([row["changes"] for row in changes])


async def test_nobody_signs_in_by_a_user_name_of_another_helpdesk(
    desk: Desk, other: Desk, knock: Knock, with_password: WithPassword
) -> None:
    (await update(desk.admin, desk.agent, loginName="wangwei")).payload("userUpdate")
    await with_password(desk.agent)

    answer = await knock(
        "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }",
        host=f"{other.slug}.localhost",
        input={"email": "wangwei", "password": PASSWORD},
    )

    assert [each["code"] for each in answer.data["signIn"]["userErrors"]] == ["INVALID"]


async def test_a_merged_customers_user_name_goes_to_who_stays(desk: Desk) -> None:
    twin = await desk.add("twin", UserKind.CUSTOMER)
    (await update(desk.admin, twin, loginName="wang")).payload("userUpdate")

    (await desk.agent.ask(MERGE, input={"id": twin.id, "intoId": desk.customer.id})).payload("customerMerge")

    assert (await desk.agent.ask(READ, id=desk.customer.id)).data["user"]["loginName"] == "wang"
    taken = await update(desk.admin, desk.leader, loginName="WANG")
    assert taken.refusals("userUpdate") == [("TAKEN", ["loginName"])]


@pytest.mark.requirement("B22")
async def test_a_customer_is_a_person_or_an_enterprise(desk: Desk, other: Desk) -> None:
    await desk.agent.ask(CREATE, input={"name": "赵"})
    made = await desk.agent.ask(CREATE, input={"name": "北风公司", "customerType": "ENTERPRISE"})
    await other.agent.ask(CREATE, input={"name": "别家公司", "customerType": "ENTERPRISE"})

    assert made.payload("userCreate")["user"]["customerType"] == "ENTERPRISE"
    assert await _named(desk.agent, "ENTERPRISE") == ["北风公司"]
    assert await _named(desk.agent, "PERSON") == ["Customer", "赵"]
    # It is found out later, and staff alone say so.
    turned = await update(desk.agent, desk.customer, customerType="ENTERPRISE")
    assert turned.payload("userUpdate")["user"]["customerType"] == "ENTERPRISE"
    own = await update(desk.customer, desk.customer, customerType="PERSON")
    assert own.refusals("userUpdate") == [("FORBIDDEN", None)]
    assert sorted(await _named(desk.agent, "ENTERPRISE")) == sorted(["Customer", "北风公司"])


async def test_only_customers_are_persons_or_enterprises(desk: Desk) -> None:
    helper = await desk.agent.ask(CREATE, input={"name": "x", "kind": "EXTERNAL", "customerType": "PERSON"})
    agent = await update(desk.admin, desk.agent, customerType="PERSON")

    assert helper.refusals("userCreate") == [("INVALID", ["customerType"])]
    assert agent.refusals("userUpdate") == [("INVALID", ["customerType"])]


async def _named(person: Person, type: str) -> list[str]:
    return sorted(each["name"] for each in (await person.ask(OF_TYPE, type=type)).data["users"]["nodes"])

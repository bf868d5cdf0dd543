"""Setting up ways to sign in, through the API."""

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch
from core.testing import Desk
from tests.extensions.making import configured
from tests.signon.making import RECREATE_METHOD, ask_to_connect, bring, connected, instance, token

ROLES = "{ roles(first: 20) { nodes { id key } } }"
DELETE = "mutation($id: ID!) { signInMethodDelete(input: {id: $id}) { deletedId userErrors { code path } } }"


async def roles(desk: Desk) -> dict[str, str]:
    return {each["key"]: each["id"] for each in (await desk.admin.ask(ROLES)).data["roles"]["nodes"]}


@pytest.mark.usefixtures("way")
async def test_a_method_is_shown(desk: Desk) -> None:
    made = await instance(desk.admin)
    ids = await roles(desk)

    answer = await ask_to_connect(
        desk.admin, made, serves="AGENTS", roleMap=[{"group": "staff", "roleId": ids["agent"]}]
    )

    method = answer.payload("signInMethodCreate")["method"]
    assert method == {
        "id": method["id"], "name": "Our site", "serves": "AGENTS", "isEnabled": True, "isRequired": False,
        "provisions": False, "linksByEmail": False, "roleMap": [{"group": "staff", "roleId": ids["agent"]}],
        "version": 1, "instance": {"id": made},
    }  # fmt: skip


async def test_an_instance_signs_people_in_by_one_method(desk: Desk) -> None:
    made = await instance(desk.admin)
    await ask_to_connect(desk.admin, made)

    again = await ask_to_connect(desk.admin, made, name="Another")

    assert again.refusals("signInMethodCreate") == [("TAKEN", ["name"])]


async def test_what_signs_nobody_in_is_no_way_to_sign_in(desk: Desk, other: Desk) -> None:
    sample, theirs = (await configured(desk))["id"], await instance(other.admin)

    for each in (sample, theirs):
        answer = await ask_to_connect(desk.admin, each)
        assert answer.refusals("signInMethodCreate") == [("NOT_FOUND", ["instanceId"])]


async def test_nobody_maps_a_role_that_is_not_theirs_to_give(desk: Desk) -> None:
    made, ids = await instance(desk.admin), await roles(desk)

    async def refused(*mapped: tuple[str, str], serves: str = "AGENTS") -> object:
        given = [{"group": group, "roleId": role} for group, role in mapped]
        return (await ask_to_connect(desk.admin, made, serves=serves, roleMap=given)).refusals(
            "signInMethodCreate"
        )

    assert await refused(("a", ids["agent"]), ("b", ids["founder"])) == [
        ("FORBIDDEN", ["roleMap", "1", "roleId"])
    ]
    assert await refused(("a", ids["agent"]), ("a", ids["leader"])) == [
        ("INVALID", ["roleMap", "1", "group"])
    ]
    assert await refused(("a", "rol_nothing")) == [("NOT_FOUND", ["roleMap", "0", "roleId"])]
    assert await refused(("a", ids["agent"]), serves="CUSTOMERS") == [("CONFLICT", ["roleMap"])]


async def test_a_change_is_recorded(desk: Desk) -> None:
    method, ids = await connected(desk, serves="AGENTS"), await roles(desk)
    change = {"id": method, "provisions": True, "roleMap": [{"group": "a", "roleId": ids["agent"]}]}

    changed = await desk.admin.ask(RECREATE_METHOD, input=change)
    same = await desk.admin.ask(RECREATE_METHOD, input=change)

    assert changed.payload("signInMethodUpdate")["method"]["version"] == 2
    assert same.payload("signInMethodUpdate")["method"]["version"] == 2
    with acting_for(desk.tenant_id):
        rows = await fetch("select changes::text as c from events where type = 'sign_in_method.updated'")
    assert len(rows) == 1
    assert '"provisions": [false, true]' in rows[0]["c"]


async def test_a_deleted_method_knows_nobody(desk: Desk) -> None:
    method = await connected(desk, provisions=True)
    await bring(desk, method, token())

    deleted = await desk.admin.ask(DELETE, id=method)

    assert deleted.payload("signInMethodDelete")["deletedId"] == method
    assert (await bring(desk, method, token())).status_code == 403
    with acting_for(desk.tenant_id):
        assert await fetch("select id from linked_identities") == []
        assert await fetch("select id from used_proofs") == []


async def test_an_instance_in_use_is_not_deleted(desk: Desk) -> None:
    made = await instance(desk.admin)
    await ask_to_connect(desk.admin, made)
    text = (
        "mutation($id: ID!) { pluginInstanceDelete(input: {id: $id}) { deletedId userErrors { code path } } }"
    )

    answer = await desk.admin.ask(text, id=made)

    assert answer.refusals("pluginInstanceDelete") == [("CONFLICT", ["id"])]

"""Setting up ways to sign in, through the API."""

from collections.abc import Sequence

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch
from core.testing import Desk, Person
from tests.extensions.making import UPDATE, configured
from tests.signon.making import RECREATE_METHOD, SECRET, ask_to_connect, bring, connected, instance, token

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


async def test_nobody_maps_a_role_that_is_not_theirs_to_give(desk: Desk, other: Desk) -> None:
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
    for stranger in ("rol_nothing", (await roles(other))["agent"]):
        assert await refused(("a", stranger)) == [("NOT_FOUND", ["roleMap", "0", "roleId"])]
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


async def keeper(desk: Desk, permissions: Sequence[str] = ("plugin.manage", "sign_in.manage")) -> Person:
    """Somebody who sets up sign-in, and may do nothing else."""
    given = {"name": "Keeper", "key": "keeper", "permissions": list(permissions), "ticketScope": "OWN"}
    made = "mutation($input: RoleCreateInput!) { roleCreate(input: $input) { userErrors { code } } }"
    (await desk.founder.ask(made, input=given)).payload("roleCreate")
    return await desk.add("keeper")


async def test_who_lets_agents_be_known_by_their_addresses_may_do_what_they_may(desk: Desk) -> None:
    person, made = await keeper(desk), await instance(desk.admin)

    linking = await ask_to_connect(person, made, serves="AGENTS", linksByEmail=True)
    plain = await ask_to_connect(person, made, serves="AGENTS")
    method = plain.payload("signInMethodCreate")["method"]["id"]
    change = {"id": method, "linksByEmail": True}
    later = await person.ask(RECREATE_METHOD, input=change)

    assert linking.refusals("signInMethodCreate") == [("FORBIDDEN", ["linksByEmail"])]
    assert later.refusals("signInMethodUpdate") == [("FORBIDDEN", ["linksByEmail"])]
    assert (await desk.admin.ask(RECREATE_METHOD, input=change)).refusals("signInMethodUpdate") == []
    # What is so already may stay.
    assert (await person.ask(RECREATE_METHOD, input=change)).refusals("signInMethodUpdate") == []


async def test_customers_are_known_by_their_addresses_as_who_sets_that_up_likes(desk: Desk) -> None:
    person, made = await keeper(desk), await instance(desk.admin)

    assert (await ask_to_connect(person, made, linksByEmail=True)).refusals("signInMethodCreate") == []


@pytest.mark.parametrize(
    ("held", "missing", "at"),
    [
        (["plugin.manage", "sign_in.manage"], "somebody who may do more than you (", ["config"]),
        (["plugin.manage"], "You need the permission sign_in.manage", ["config"]),
        (["sign_in.manage"], "You need the permission plugin.manage", None),
    ],
)
async def test_who_changes_the_keys_of_a_way_in_may_do_what_those_may_who_come_by_it(
    desk: Desk, other: Desk, held: list[str], missing: str, at: list[str] | None
) -> None:
    person, made = await keeper(desk, held), await instance(desk.admin)
    change = {"id": made, "config": {"secret": f"{SECRET}-of-my-own"}}

    refused = await person.ask(UPDATE, input=change)
    stranger = await other.admin.ask(UPDATE, input=change)
    anonymous = await desk.served.ask(UPDATE, {"input": change})

    [told] = refused.data["pluginInstanceUpdate"]["userErrors"]
    assert (told["code"], told["path"], missing in told["message"]) == ("FORBIDDEN", at, True), told
    assert stranger.refusals("pluginInstanceUpdate") == [("NOT_FOUND", ["id"])]
    assert anonymous.codes == ["UNAUTHENTICATED"]
    seen = await desk.admin.ask("query($id: ID!) { pluginInstance(id: $id) { version } }", id=made)
    assert seen.data["pluginInstance"]["version"] == 1
    assert (await desk.admin.ask(UPDATE, input=change)).refusals("pluginInstanceUpdate") == []


async def test_who_manages_plugins_may_rename_a_way_in(desk: Desk) -> None:
    person, made = await keeper(desk, ["plugin.manage"]), await instance(desk.admin)

    named = await person.ask(UPDATE, input={"id": made, "label": "Our site"})

    assert named.refusals("pluginInstanceUpdate") == []

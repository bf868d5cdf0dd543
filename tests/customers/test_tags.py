"""Tags on customers and organisations: given, taken, found by, and counted (D15, H2)."""

from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import fetch
from core.kit.ids import key_of
from core.testing import Answer, Desk, Person
from tests.callers.rows import changed, digest
from tests.tickets.making import open_ticket

TAG = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }"
DROP = "mutation($input: TagDeleteInput!) { tagDelete(input: $input) { deletedId userErrors { code } } }"
USER = """mutation($input: UserUpdateInput!) { userUpdate(input: $input) {
  user { tags { name } version } userErrors { code path message } } }"""
COMPANY = """mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) {
  organization { tags { name } version } userErrors { code path message } } }"""
FOUND = """query($people: UserFilter, $companies: OrganizationFilter) {
  users(filter: $people) { nodes { name } } organizations(filter: $companies) { nodes { name } } }"""
USED = "{ tags { nodes { name ticketCount customerCount organizationCount } } }"
TAGGED = "query($id: ID!) { user(id: $id) { tags { name } organization { tags { name } } } }"

NEW_USER = """mutation($input: UserCreateInput!) { userCreate(input: $input) {
  user { tags { name } } userErrors { code path } } }"""
NEW_COMPANY = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { tags { name } } userErrors { code path } } }"""


async def a_tag(desk: Desk, name: str) -> str:
    return str((await desk.founder.ask(TAG, input={"name": name})).payload("tagCreate")["tag"]["id"])


async def a_company(desk: Desk, name: str) -> str:
    made = await desk.founder.ask(
        "mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {"
        " organization { id } userErrors { code } } }",
        input={"name": name},
    )
    return str(made.payload("organizationCreate")["organization"]["id"])


async def update(person: Person, document: str, key: str, **values: Any) -> Answer:
    return await person.ask(document, input={"id": key, **values})


@pytest.mark.requirement("D15")
async def test_a_customer_is_given_tags_and_loses_them(desk: Desk) -> None:
    vip, old = await a_tag(desk, "vip"), await a_tag(desk, "old")

    given = (await update(desk.agent, USER, desk.customer.id, addTagIds=[vip, old])).payload("userUpdate")[
        "user"
    ]
    taken = (await update(desk.agent, USER, desk.customer.id, removeTagIds=[old])).payload("userUpdate")[
        "user"
    ]
    same = (await update(desk.agent, USER, desk.customer.id, addTagIds=[vip])).payload("userUpdate")["user"]

    assert [each["name"] for each in given["tags"]] == ["old", "vip"]
    assert (taken["tags"], taken["version"]) == ([{"name": "vip"}], given["version"] + 1)
    assert same == taken


@pytest.mark.requirement("H2")
async def test_an_organisation_is_given_tags_and_loses_them(desk: Desk) -> None:
    vip, company = await a_tag(desk, "vip"), await a_company(desk, "北风")

    given = await update(desk.admin, COMPANY, company, addTagIds=[vip])
    taken = await update(desk.admin, COMPANY, company, removeTagIds=[vip])

    first = given.payload("organizationUpdate")["organization"]
    assert first["tags"] == [{"name": "vip"}]
    assert taken.payload("organizationUpdate")["organization"] == {
        "tags": [],
        "version": first["version"] + 1,
    }


@pytest.mark.requirement("D15")
@pytest.mark.requirement("H2")
async def test_people_and_organisations_are_listed_by_tag_and_counted(desk: Desk) -> None:
    vip, old = await a_tag(desk, "vip"), await a_tag(desk, "old")
    wang = await desk.add("wang", UserKind.CUSTOMER, name="Wang")
    li = await desk.add("li", UserKind.CUSTOMER, name="Li")
    company, other = await a_company(desk, "A"), await a_company(desk, "B")
    (await update(desk.admin, USER, wang.id, addTagIds=[vip, old])).payload("userUpdate")
    (await update(desk.admin, USER, li.id, addTagIds=[vip])).payload("userUpdate")
    (await update(desk.admin, COMPANY, company, addTagIds=[old])).payload("organizationUpdate")
    await open_ticket(desk.admin, title="t", tagIds=[vip])

    async def found(**condition: Any) -> tuple[set[str], set[str]]:
        kinds = {"kind": {"eq": "CUSTOMER"}, "name": {"in": ["Wang", "Li"]}}
        seen = await desk.admin.ask(FOUND, people={**kinds, "tags": condition}, companies={"tags": condition})
        users, companies = seen.data["users"]["nodes"], seen.data["organizations"]["nodes"]
        return {each["name"] for each in users}, {each["name"] for each in companies}

    assert other
    assert await found(any=[vip]) == ({"Wang", "Li"}, set())
    assert await found(all=[vip, old]) == ({"Wang"}, set())
    assert await found(none=[old]) == ({"Li"}, {"B"})
    assert await found(isNull=True) == (set(), {"B"})
    used = {
        each.pop("name"): tuple(each.values()) for each in (await desk.admin.ask(USED)).data["tags"]["nodes"]
    }
    assert used == {"vip": (1, 2, 0), "old": (0, 1, 1)}


@pytest.mark.requirement("D15")
async def test_tags_are_the_staffs_and_whoever_may_not_gives_none(desk: Desk) -> None:
    vip, company = await a_tag(desk, "vip"), await a_company(desk, "A")
    (await update(desk.admin, USER, desk.customer.id, addTagIds=[vip], organizationId=company)).payload(
        "userUpdate"
    )
    (await update(desk.admin, COMPANY, company, addTagIds=[vip])).payload("organizationUpdate")
    before = await digest(desk.tenant_id)

    refused = [
        (await update(desk.customer, USER, desk.customer.id, removeTagIds=[vip])).refusals("userUpdate"),
        (await update(desk.admin, USER, desk.agent.id, addTagIds=[vip])).refusals("userUpdate"),
        (await update(desk.admin, USER, desk.customer.id, addTagIds=["tag_x"])).refusals("userUpdate"),
        (await update(desk.agent, COMPANY, company, removeTagIds=[vip])).refusals("organizationUpdate"),
    ]

    assert [code for ((code, _),) in refused] == ["FORBIDDEN", "INVALID", "NOT_FOUND", "FORBIDDEN"]
    assert [path for ((_, path),) in refused[1:3]] == [["addTagIds"], ["addTagIds", "0"]]
    assert changed(before, await digest(desk.tenant_id)) == []
    seen = (await desk.customer.ask(TAGGED, id=desk.customer.id)).data["user"]
    assert seen == {"tags": [], "organization": {"tags": []}}
    sought = await desk.customer.ask(
        "query($f: UserFilter) { users(filter: $f) { nodes { id } } }", f={"tags": {"any": [vip]}}
    )
    assert sought.data["users"]["nodes"] == []


async def test_another_desks_tag_is_no_tag(desk: Desk, other: Desk) -> None:
    foreign = await a_tag(other, "theirs")

    refused = await update(desk.admin, USER, desk.customer.id, addTagIds=[foreign])

    assert refused.refusals("userUpdate") == [("NOT_FOUND", ["addTagIds", "0"])]


@pytest.mark.requirement("H2")
async def test_a_deleted_tag_is_taken_off_everything_and_a_deleted_organisation_takes_its_own(
    desk: Desk,
) -> None:
    vip, company = await a_tag(desk, "vip"), await a_company(desk, "A")
    (await update(desk.admin, USER, desk.customer.id, addTagIds=[vip])).payload("userUpdate")
    (await update(desk.admin, COMPANY, company, addTagIds=[vip])).payload("organizationUpdate")
    gone = await desk.admin.ask(
        "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { deletedId"
        " userErrors { code } } }",
        input={"id": company},
    )

    dropped = await desk.admin.ask(DROP, input={"id": vip})

    assert gone.payload("organizationDelete")["deletedId"] == company
    assert dropped.payload("tagDelete")["deletedId"] == vip
    assert (await desk.admin.ask(TAGGED, id=desk.customer.id)).data["user"]["tags"] == []


@pytest.mark.parametrize("many", [101])
async def test_a_customer_has_a_hundred_tags_at_most(desk: Desk, many: int) -> None:
    tags = [await a_tag(desk, f"t{place}") for place in range(many)]

    refused = await update(desk.admin, USER, desk.customer.id, addTagIds=tags)

    assert refused.refusals("userUpdate") == [("LIMIT_EXCEEDED", ["addTagIds"])]


@pytest.mark.requirement("D15")
@pytest.mark.requirement("H2")
async def test_customers_and_organisations_are_made_with_tags(desk: Desk) -> None:
    vip = await a_tag(desk, "vip")

    person = await desk.admin.ask(NEW_USER, input={"name": "王五", "tagIds": [vip, vip]})
    company = await desk.admin.ask(NEW_COMPANY, input={"name": "北风", "tagIds": [vip]})

    assert person.payload("userCreate")["user"]["tags"] == [{"name": "vip"}]
    assert company.payload("organizationCreate")["organization"]["tags"] == [{"name": "vip"}]
    told = "select type from events where changes->'tags'->1 = jsonb_build_array(:tag::text)"
    with acting_for(desk.tenant_id):
        rows = await fetch(told + " order by type", {"tag": str(key_of(vip, "tag"))})
    assert [each["type"] for each in rows] == ["organization.created", "user.created"]


async def test_tags_that_cannot_be_given_at_once_make_nobody(desk: Desk, other: Desk) -> None:
    vip, theirs = await a_tag(desk, "vip"), await a_tag(other, "vip")
    before = await digest(desk.tenant_id)

    helper = await desk.admin.ask(NEW_USER, input={"name": "Li", "kind": "EXTERNAL", "tagIds": [vip]})
    person = await desk.admin.ask(NEW_USER, input={"name": "Li", "tagIds": [vip, theirs]})
    company = await desk.admin.ask(NEW_COMPANY, input={"name": "Li", "tagIds": [vip, theirs]})

    assert helper.refusals("userCreate") == [("INVALID", ["tagIds"])]
    assert person.refusals("userCreate") == [("NOT_FOUND", ["tagIds", "1"])]
    assert company.refusals("organizationCreate") == [("NOT_FOUND", ["tagIds", "1"])]
    assert changed(before, await digest(desk.tenant_id)) == []

"""Organisations, through the API (D1, D2, D3, D6)."""

import asyncio
from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk

SHOWN = "organization { id name domains sharesTickets externalId defaultGroup { id } version }"
CREATE = f"""mutation($input: OrganizationCreateInput!) {{ organizationCreate(input: $input) {{
  {SHOWN} userErrors {{ code path message }} }} }}"""
UPDATE = f"""mutation($input: OrganizationUpdateInput!) {{ organizationUpdate(input: $input) {{
  {SHOWN} userErrors {{ code path message ... on VersionConflictError {{ current {{ id }} }} }} }} }}"""
DELETE = """mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) {
  deletedId userErrors { code path } } }"""
ALL = "{ organizations { nodes { name domains version users { nodes { id } } } } }"
GROUP = (
    "mutation($input: GroupCreateInput!) { groupCreate(input: $input) { group { id } userErrors { code } } }"
)
OPEN = """mutation($input: TicketCreateInput!) { ticketCreate(input: $input) {
  ticket { id group { id } organization { name } } userErrors { code path message } } }"""


async def make(desk: Desk, **values: Any) -> dict[str, Any]:
    answer = await desk.admin.ask(CREATE, input=values)
    made: dict[str, Any] = answer.payload("organizationCreate")["organization"]
    return made


async def everything(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.admin.ask(ALL)).data["organizations"]["nodes"]
    return found


async def test_an_organisation_is_made_with_its_domains_in_idna(desk: Desk) -> None:
    made = await make(
        desk, name="北风 贸易", domains=["@Contoso.COM", "例子.中国", "contoso.com"], externalId="crm-7"
    )

    assert made["domains"] == ["contoso.com", "例子.中国"]
    assert (made["name"], made["sharesTickets"], made["externalId"], made["version"]) == (
        "北风 贸易",
        False,
        "crm-7",
        1,
    )


async def test_a_patch_changes_what_it_names_and_empties_what_is_null(desk: Desk) -> None:
    group = (await desk.admin.ask(GROUP, input={"name": "VIP"})).payload("groupCreate")["group"]["id"]
    made = await make(desk, name="Contoso", domains=["a.example"], externalId="crm-7", defaultGroupId=group)

    answer = await desk.admin.ask(
        UPDATE,
        input={
            "id": made["id"], "expectedVersion": 1, "domains": ["b.example"], "sharesTickets": True,
            "externalId": None, "defaultGroupId": None,
        },
    )  # fmt: skip

    assert answer.payload("organizationUpdate")["organization"] == {
        "id": made["id"], "name": "Contoso", "domains": ["b.example"], "sharesTickets": True, "externalId": None,
        "defaultGroup": None, "version": 2,
    }  # fmt: skip


async def test_the_same_domains_again_are_no_change(desk: Desk) -> None:
    made = await make(desk, name="Contoso", domains=["a.example", "b.example"])

    answer = await desk.admin.ask(UPDATE, input={"id": made["id"], "domains": ["B.example", "a.example"]})

    assert answer.payload("organizationUpdate")["organization"]["version"] == 1


@pytest.mark.requirement("D2")
async def test_customers_join_by_their_domain_from_then_on(desk: Desk) -> None:
    before = await desk.add("early", UserKind.CUSTOMER, email="early@xn--fsqu00a.xn--fiqs8s")
    await make(desk, name="Contoso", domains=["例子.中国"])

    joined = await desk.add("late", UserKind.CUSTOMER, email="late@例子.中国")
    colleague = await desk.add("agent", email="agent@例子.中国")

    people = [each["id"] for each in (await everything(desk))[0]["users"]["nodes"]]
    assert people == [joined.id]
    assert before.id not in people
    assert colleague.id not in people


@pytest.mark.requirement("D3")
async def test_the_people_s_tickets_go_to_the_organisation_s_group(desk: Desk) -> None:
    groups = [
        (await desk.admin.ask(GROUP, input={"name": name})).payload("groupCreate")["group"]["id"]
        for name in ("A", "B")
    ]
    made = await make(desk, name="Contoso", domains=["contoso.example"], defaultGroupId=groups[1])
    person = await desk.add("person", UserKind.CUSTOMER, email="p@contoso.example")

    opened = await person.ask(OPEN, input={"title": "x", "body": "y"})
    seen = await desk.admin.ask(
        "query($id: ID!) { ticket(id: $id) { group { id } organization { id } } }",
        id=opened.payload("ticketCreate")["ticket"]["id"],
    )

    assert seen.data["ticket"] == {"group": {"id": groups[1]}, "organization": {"id": made["id"]}}


@pytest.mark.parametrize(
    ("values", "refusals"),
    [
        ({"name": "  "}, [("REQUIRED", ["name"])]),
        ({"name": "x" * 121}, [("TOO_LONG", ["name"])]),
        (
            {"name": "x", "domains": ["nodot", "fine.example", "a@b.example"]},
            [("INVALID", ["domains", "0"]), ("INVALID", ["domains", "2"])],
        ),
        ({"name": "x", "domains": ["taken.example", "new.example"]}, [("TAKEN", ["domains", "0"])]),
        ({"name": "x", "domains": ["taken.example."]}, [("INVALID", ["domains", "0"])]),
        ({"name": "x", "domains": [f"d{place}.example" for place in range(101)]}, [("LIMIT_EXCEEDED", ["domains"])]),
        ({"name": "x", "defaultGroupId": "grp_" + "0" * 32}, [("NOT_FOUND", ["defaultGroupId"])]),
        ({"name": "Taken"}, [("TAKEN", ["name"])]),
        ({"name": "x", "externalId": "taken"}, [("TAKEN", ["externalId"])]),
        ({"name": "x", "externalId": "y" * 201}, [("TOO_LONG", ["externalId"])]),
        (
            {"name": "x", "customFields": [{"key": "nope", "value": {"text": "y"}}]},
            [("NOT_FOUND", ["customFields", "0", "key"])],
        ),
    ],
)  # fmt: skip
async def test_what_is_refused_leaves_nothing_behind(
    desk: Desk, values: dict[str, Any], refusals: list[tuple[str, list[str]]]
) -> None:
    await make(desk, name="Taken", domains=["taken.example"], externalId="taken")

    answer = await desk.admin.ask(CREATE, input=values)

    assert answer.refusals("organizationCreate") == refusals
    assert await everything(desk) == [
        {"name": "Taken", "domains": ["taken.example"], "version": 1, "users": {"nodes": []}}
    ]


async def test_a_refused_patch_keeps_the_domains(desk: Desk) -> None:
    await make(desk, name="Taken", domains=["taken.example"])
    made = await make(desk, name="Contoso", domains=["a.example"])

    answer = await desk.admin.ask(
        UPDATE, input={"id": made["id"], "name": "New", "domains": ["b.example", "taken.example"]}
    )

    assert answer.refusals("organizationUpdate") == [("TAKEN", ["domains", "1"])]
    assert [(each["name"], each["domains"]) for each in await everything(desk)] == [
        ("Contoso", ["a.example"]), ("Taken", ["taken.example"]),
    ]  # fmt: skip


async def test_one_of_two_tenants_domains_is_no_concern_of_the_other(desk: Desk, other: Desk) -> None:
    await make(desk, name="Contoso", domains=["contoso.example"], externalId="1")
    await make(other, name="Contoso", domains=["contoso.example"], externalId="1")

    stranger = await other.add("stranger", UserKind.CUSTOMER, email="a@contoso.example")

    assert (await everything(desk))[0]["users"]["nodes"] == []
    assert (await everything(other))[0]["users"]["nodes"] == [{"id": stranger.id}]


async def test_a_domain_claimed_by_several_at_once_goes_to_one(desk: Desk) -> None:
    answers = await asyncio.gather(
        *(
            desk.admin.ask(CREATE, input={"name": f"O{place}", "domains": ["hot.example"]})
            for place in range(6)
        )
    )

    assert (
        sorted(each.refusals("organizationCreate") for each in answers)
        == [[]] + [[("TAKEN", ["domains", "0"])]] * 5
    )
    assert len(await everything(desk)) == 1


async def test_an_organisation_with_people_is_kept(desk: Desk) -> None:
    made = await make(desk, name="Contoso", domains=["contoso.example"])
    await desk.add("person", UserKind.CUSTOMER, email="p@contoso.example")

    answer = await desk.admin.ask(DELETE, input={"id": made["id"]})

    assert answer.refusals("organizationDelete") == [("CONFLICT", ["id"])]
    assert [each["name"] for each in await everything(desk)] == ["Contoso"]


async def test_an_empty_one_is_deleted_and_its_domains_are_free(desk: Desk) -> None:
    made = await make(desk, name="Contoso", domains=["contoso.example"])

    answer = await desk.admin.ask(DELETE, input={"id": made["id"]})

    assert answer.payload("organizationDelete")["deletedId"] == made["id"]
    assert (await make(desk, name="Fabrikam", domains=["contoso.example"]))["domains"] == ["contoso.example"]
    assert [each["name"] for each in await everything(desk)] == ["Fabrikam"]


async def test_a_version_read_too_long_ago_is_refused(desk: Desk) -> None:
    made = await make(desk, name="Contoso")
    await desk.admin.ask(UPDATE, input={"id": made["id"], "domains": ["a.example"]})

    answer = await desk.admin.ask(UPDATE, input={"id": made["id"], "expectedVersion": 1, "name": "Late"})

    error = answer.data["organizationUpdate"]["userErrors"][0]
    assert (error["code"], error["current"]) == ("CONFLICT", {"id": made["id"]})
    assert (await everything(desk))[0]["name"] == "Contoso"


async def test_a_customer_sees_their_own_organisation_only(desk: Desk) -> None:
    mine = await make(desk, name="Contoso", domains=["contoso.example"])
    theirs = await make(desk, name="Fabrikam")
    person = await desk.add("person", UserKind.CUSTOMER, email="p@contoso.example")

    answer = await person.ask(
        "query($mine: ID!, $theirs: ID!) { a: organization(id: $mine) { id } b: organization(id: $theirs) { id }"
        " organizations { nodes { id } } }",
        mine=mine["id"], theirs=theirs["id"],
    )  # fmt: skip

    assert answer.data == {
        "a": {"id": mine["id"]},
        "b": None,
        "organizations": {"nodes": [{"id": mine["id"]}]},
    }


async def test_an_organisation_is_found_by_its_external_id(desk: Desk, other: Desk) -> None:
    made = await make(desk, name="Contoso", externalId="crm-7")
    lookup = "query($id: ID, $external: String) { organization(id: $id, externalId: $external) { id } }"

    assert (await desk.agent.ask(lookup, external="crm-7")).data["organization"] == {"id": made["id"]}
    for stranger in (desk.customer, other.founder):
        assert (await stranger.ask(lookup, external="crm-7")).data["organization"] is None
    for given in ({}, {"id": made["id"], "external": "crm-7"}):
        answer = await desk.agent.ask(lookup, **given)
        assert answer.codes == ["BAD_ARGUMENT"], given


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('{eq: "例子.中国"}', ["北风"]), ('{eq: "XN--FSQU00A.xn--fiqs8s"}', ["北风"]),
        ('{eq: "@contoso.com"}', ["北风"]),
        ('{in: ["straße.example", "b.example"]}', ["Straße"]), ('{in: ["xn--strae-oqa.example"]}', ["Straße"]),
        ('{in: []}', []), ('{eq: "no domain"}', []), ('{eq: ""}', []),
    ],
)  # fmt: skip
async def test_an_organisation_is_found_by_a_domain_however_it_is_written(
    desk: Desk, condition: str, names: list[str]
) -> None:
    await make(desk, name="北风", domains=["contoso.com", "例子.中国"])
    await make(desk, name="Straße", domains=["straße.example"])

    query = f"{{ organizations(filter: {{domain: {condition}}}) {{ nodes {{ name domains }} }} }}"
    found = (await desk.agent.ask(query)).data["organizations"]["nodes"]

    assert [each["name"] for each in found] == names
    assert all("xn--" not in domain for each in found for domain in each["domains"])

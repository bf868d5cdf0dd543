"""Groups and who works in them, through the API (C1, C2, C3, R3)."""

import asyncio
from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk

CREATE = """mutation($input: GroupCreateInput!) { groupCreate(input: $input) {
  group { id name description isActive version } userErrors { code path message } } }"""
UPDATE = """mutation($input: GroupUpdateInput!) { groupUpdate(input: $input) {
  group { id name description isActive version }
  userErrors { code path message ... on VersionConflictError { current { id ... on Group { name version } } } } } }"""
DELETE = """mutation($input: GroupDeleteInput!) { groupDelete(input: $input) {
  deletedId userErrors { code path message } } }"""
ADD = """mutation($input: GroupMemberAddInput!) { groupMemberAdd(input: $input) {
  membership { id isLeader isPreferred user { id } group { id } } userErrors { code path } } }"""
CHANGE = """mutation($input: GroupMemberUpdateInput!) { groupMemberUpdate(input: $input) {
  membership { id isLeader isPreferred } userErrors { code path } } }"""
REMOVE = """mutation($input: GroupMemberRemoveInput!) { groupMemberRemove(input: $input) {
  deletedId userErrors { code path message } } }"""
GROUPS = """{ groups { nodes { id name isActive members { nodes { user { id } isPreferred } }
  leaders { nodes { user { id } } } } } }"""
OPEN = """mutation($input: TicketCreateInput!) { ticketCreate(input: $input) {
  ticket { id } userErrors { code path message } } }"""
CHANGE_TICKET = """mutation($input: TicketUpdateInput!) { ticketUpdate(input: $input) {
  ticket { id group { id } } userErrors { code path message } } }"""


async def make_group(desk: Desk, name: str) -> str:
    answer = await desk.admin.ask(CREATE, input={"name": name})
    return str(answer.payload("groupCreate")["group"]["id"])


async def add(desk: Desk, group: str, user: str, **values: Any) -> str:
    answer = await desk.admin.ask(ADD, input={"groupId": group, "userId": user, **values})
    return str(answer.payload("groupMemberAdd")["membership"]["id"])


async def groups(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.admin.ask(GROUPS)).data["groups"]["nodes"]
    return found


async def test_a_group_is_made_renamed_and_deactivated(desk: Desk) -> None:
    made = (await desk.admin.ask(CREATE, input={"name": "  二线  支持 ", "description": "难题"})).payload(
        "groupCreate"
    )
    group = made["group"]
    assert (group["name"], group["description"], group["isActive"], group["version"]) == (
        "二线 支持",
        "难题",
        True,
        1,
    )

    answer = await desk.admin.ask(
        UPDATE, input={"id": group["id"], "expectedVersion": 1, "name": "Tier 2", "isActive": False}
    )

    changed = answer.payload("groupUpdate")["group"]
    assert (changed["name"], changed["description"], changed["isActive"], changed["version"]) == (
        "Tier 2",
        "难题",
        False,
        2,
    )


async def test_a_patch_that_changes_nothing_keeps_the_version(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1")

    answer = await desk.admin.ask(UPDATE, input={"id": group, "name": "Tier 1"})

    assert answer.payload("groupUpdate")["group"]["version"] == 1


async def test_a_name_is_unique_in_its_tenant_only(desk: Desk, other: Desk) -> None:
    await make_group(desk, "Tier 1")
    await make_group(other, "Tier 1")
    second = await make_group(desk, "Tier 2")

    created = await desk.admin.ask(CREATE, input={"name": "Tier 1"})
    renamed = await desk.admin.ask(UPDATE, input={"id": second, "name": "Tier 1"})

    assert created.refusals("groupCreate") == [("TAKEN", ["name"])]
    assert renamed.refusals("groupUpdate") == [("TAKEN", ["name"])]
    assert [each["name"] for each in await groups(desk)] == ["Tier 1", "Tier 2"]


async def test_two_groups_of_one_name_at_once_make_one(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.admin.ask(CREATE, input={"name": "Tier 1"}) for _ in range(6)))

    refused = [each.refusals("groupCreate") for each in answers]
    assert sorted(refused) == [[]] + [[("TAKEN", ["name"])]] * 5
    assert len(await groups(desk)) == 1


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "\x00 "}, ("REQUIRED", ["name"])),
        ({"name": "x" * 81}, ("TOO_LONG", ["name"])),
        ({"name": "x", "description": "y" * 401}, ("TOO_LONG", ["description"])),
    ],
)
async def test_what_no_group_can_be_called(
    desk: Desk, values: dict[str, str], refusal: tuple[str, list[str]]
) -> None:
    answer = await desk.admin.ask(CREATE, input=values)

    assert answer.refusals("groupCreate") == [refusal]
    assert await groups(desk) == []


async def test_the_loser_of_two_changes_is_told_the_present_state(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1")
    await desk.admin.ask(UPDATE, input={"id": group, "expectedVersion": 1, "name": "First"})

    answer = await desk.founder.ask(UPDATE, input={"id": group, "expectedVersion": 1, "name": "Second"})

    error = answer.data["groupUpdate"]["userErrors"][0]
    assert (error["code"], error["path"]) == ("CONFLICT", ["expectedVersion"])
    assert error["current"] == {"id": group, "name": "First", "version": 2}


@pytest.mark.requirement("C1")
async def test_only_agents_work_in_groups(desk: Desk) -> None:
    group = await make_group(desk, "Tier 1")
    helper = await desk.add("helper", UserKind.EXTERNAL)

    for person in (desk.customer, helper):
        answer = await desk.admin.ask(ADD, input={"groupId": group, "userId": person.id})
        assert answer.refusals("groupMemberAdd") == [("INVALID", ["userId"])]

    for person in (desk.founder, desk.admin, desk.agent):
        await add(desk, group, person.id)
    twice = await desk.admin.ask(ADD, input={"groupId": group, "userId": desk.agent.id})
    assert twice.refusals("groupMemberAdd") == [("TAKEN", ["userId"])]
    members = (await groups(desk))[0]["members"]["nodes"]
    assert {each["user"]["id"] for each in members} == {desk.founder.id, desk.admin.id, desk.agent.id}


async def test_nobody_of_another_tenant_joins(desk: Desk, other: Desk) -> None:
    group, foreign = await make_group(desk, "Tier 1"), await make_group(other, "Tier 1")

    person = await desk.admin.ask(ADD, input={"groupId": group, "userId": other.agent.id})
    place = await desk.admin.ask(ADD, input={"groupId": foreign, "userId": desk.agent.id})

    assert person.refusals("groupMemberAdd") == [("NOT_FOUND", ["userId"])]
    assert place.refusals("groupMemberAdd") == [("NOT_FOUND", ["groupId"])]
    assert (await groups(desk))[0]["members"]["nodes"] == (await groups(other))[0]["members"]["nodes"] == []


@pytest.mark.requirement("C2")
async def test_one_group_at_most_is_preferred(desk: Desk) -> None:
    first, second, third = [await make_group(desk, name) for name in ("A", "B", "C")]
    await add(desk, first, desk.agent.id, isPreferred=True)
    await add(desk, second, desk.agent.id, isPreferred=True)
    place = await add(desk, third, desk.agent.id)
    await desk.admin.ask(CHANGE, input={"id": place, "isPreferred": True})

    preferred = {each["name"]: each["members"]["nodes"][0]["isPreferred"] for each in await groups(desk)}
    assert preferred == {"A": False, "B": False, "C": True}


async def test_one_group_stays_preferred_when_several_become_so_at_once(desk: Desk) -> None:
    made = [await make_group(desk, f"G{place}") for place in range(5)]

    await asyncio.gather(*(add(desk, each, desk.agent.id, isPreferred=True) for each in made))

    assert sum(each["members"]["nodes"][0]["isPreferred"] for each in await groups(desk)) == 1


@pytest.mark.requirement("C3")
async def test_a_group_has_leaders(desk: Desk) -> None:
    group = await make_group(desk, "A")
    await add(desk, group, desk.agent.id)
    place = await add(desk, group, desk.leader.id)

    await desk.admin.ask(CHANGE, input={"id": place, "isLeader": True})

    assert (await groups(desk))[0]["leaders"]["nodes"] == [{"user": {"id": desk.leader.id}}]


@pytest.mark.requirement("R3")
@pytest.mark.requirement("C7")
async def test_a_group_that_held_a_ticket_is_never_deleted(desk: Desk) -> None:
    first, second = await make_group(desk, "A"), await make_group(desk, "B")
    opened = await desk.admin.ask(OPEN, input={"title": "x", "body": "y", "groupId": first})
    ticket = opened.payload("ticketCreate")["ticket"]["id"]

    for _ in range(2):
        answer = await desk.admin.ask(DELETE, input={"id": first})
        assert answer.refusals("groupDelete") == [("CONFLICT", ["id"])]
        assert "deactivate" in answer.data["groupDelete"]["userErrors"][0]["message"]
        moved = await desk.admin.ask(CHANGE_TICKET, input={"id": ticket, "groupId": second})
        assert moved.payload("ticketUpdate")["ticket"]["group"]["id"] == second

    assert [each["name"] for each in await groups(desk)] == ["A", "B"]


async def test_a_group_without_a_past_is_deleted_with_its_memberships(desk: Desk) -> None:
    group = await make_group(desk, "A")
    await add(desk, group, desk.agent.id)

    answer = await desk.admin.ask(DELETE, input={"id": group})

    assert answer.payload("groupDelete")["deletedId"] == group
    assert await groups(desk) == []
    memberships = await desk.admin.ask(
        "query($id: ID!) { user(id: $id) { memberships { nodes { id } } } }", id=desk.agent.id
    )
    assert memberships.data["user"]["memberships"]["nodes"] == []


async def test_a_group_that_organisations_rely_on_is_not_deleted(desk: Desk) -> None:
    group = await make_group(desk, "A")
    made = await desk.admin.ask(
        """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
          organization { defaultGroup { id } } userErrors { code path } } }""",
        input={"name": "Contoso", "defaultGroupId": group},
    )
    assert made.payload("organizationCreate")["organization"]["defaultGroup"]["id"] == group

    answer = await desk.admin.ask(DELETE, input={"id": group})

    assert answer.refusals("groupDelete") == [("CONFLICT", ["id"])]
    assert len(await groups(desk)) == 1


async def test_a_group_with_open_tickets_is_not_deactivated(desk: Desk) -> None:
    group = await make_group(desk, "A")
    await desk.admin.ask(OPEN, input={"title": "x", "body": "y", "groupId": group})

    answer = await desk.admin.ask(UPDATE, input={"id": group, "isActive": False})

    assert answer.refusals("groupUpdate") == [("CONFLICT", ["isActive"])]
    assert (await groups(desk))[0]["isActive"] is True


async def test_a_member_with_open_tickets_of_the_group_stays(desk: Desk) -> None:
    first, second = await make_group(desk, "A"), await make_group(desk, "B")
    place, elsewhere = await add(desk, first, desk.agent.id), await add(desk, second, desk.agent.id)
    await add(desk, first, desk.leader.id)
    opened = await desk.admin.ask(
        OPEN, input={"title": "x", "body": "y", "groupId": first, "assigneeId": desk.agent.id}
    )
    ticket = opened.payload("ticketCreate")["ticket"]["id"]

    refused = await desk.admin.ask(REMOVE, input={"id": place})
    left = await desk.admin.ask(REMOVE, input={"id": elsewhere})
    await desk.admin.ask(CHANGE_TICKET, input={"id": ticket, "assigneeId": desk.leader.id})
    allowed = await desk.admin.ask(REMOVE, input={"id": place})

    assert refused.refusals("groupMemberRemove") == [("CONFLICT", ["id"])]
    assert left.payload("groupMemberRemove")["deletedId"] == elsewhere
    assert allowed.payload("groupMemberRemove")["deletedId"] == place
    assert [each["user"]["id"] for each in (await groups(desk))[0]["members"]["nodes"]] == [desk.leader.id]


async def test_customers_do_not_learn_how_the_desk_is_cut(desk: Desk) -> None:
    group = await make_group(desk, "A")

    answer = await desk.customer.ask(
        "query($id: ID!) { group(id: $id) { id } node(id: $id) { id } groups { nodes { id } } }", id=group
    )

    assert answer.data == {"group": None, "node": None, "groups": {"nodes": []}}

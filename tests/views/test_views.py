"""Views that are made: favourite searches, those for others, who sees and changes them."""

from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.fields.shaping import define
from tests.tickets.making import SETTINGS, make_group, open_ticket, options
from tests.views.asking import (
    CREATE,
    DELETE,
    EVERYTHING,
    LIST,
    REORDER,
    UPDATE,
    is_,
    make_view,
    titles,
    view_ids,
)

ROLES = "{ roles(first: 20) { nodes { id key } } }"


async def _roles(desk: Desk) -> dict[str, str]:
    return {each["key"]: each["id"] for each in (await desk.founder.ask(ROLES)).data["roles"]["nodes"]}


@pytest.mark.requirement("I6")
async def test_eight_favourite_searches_are_the_most_unless_the_tenant_says_otherwise(desk: Desk) -> None:
    for place in range(8):
        await make_view(desk.agent, label=f"Search {place}")
    ninth = await desk.agent.ask(CREATE, input={"label": "Ninth", "condition": EVERYTHING})
    assert ninth.refusals("viewCreate") == [("LIMIT_EXCEEDED", None)]
    assert "8" in ninth.data["viewCreate"]["userErrors"][0]["message"]
    await make_view(desk.leader)  # each has their own

    (await desk.admin.ask(SETTINGS, input={"favoriteViewLimit": 9})).payload("ticketSettingsUpdate")
    await make_view(desk.agent, label="Ninth")

    refused = await desk.admin.ask(SETTINGS, input={"favoriteViewLimit": 101})
    assert refused.refusals("ticketSettingsUpdate") == [("INVALID", ["favoriteViewLimit"])]


@pytest.mark.requirement("I6")
async def test_a_favourite_search_is_its_owners_alone(desk: Desk) -> None:
    made = await make_view(desk.agent, is_("assignee", "me"), label="Mine only")
    assert (made["visibility"], made["owner"]) == ("PRIVATE", {"id": desk.agent.id})

    assert "Mine only" in await view_ids(desk.agent)
    before = await digest(desk.tenant_id)
    for person in (desk.leader, desk.admin, desk.founder, desk.customer):
        assert "Mine only" not in await view_ids(person)
        assert (await person.ask("query($id: ID!) { view(id: $id) { label } }", id=made["id"])).data[
            "view"
        ] is None
        for document, name in ((UPDATE, "viewUpdate"), (DELETE, "viewDelete")):
            assert (await person.ask(document, input={"id": made["id"]})).refusals(name) == [
                ("NOT_FOUND", ["id"])
            ]
    assert changed(before, await digest(desk.tenant_id)) == []
    refused = await desk.customer.ask(CREATE, input={"label": "x", "condition": EVERYTHING})
    assert refused.refusals("viewCreate") == [("FORBIDDEN", None)]


@pytest.mark.requirement("I7")
async def test_views_are_shared_with_everybody_staff_roles_or_groups(desk: Desk) -> None:
    roles, night = await _roles(desk), await make_group(desk, "Night", desk.leader)
    await make_view(desk.admin, label="all", visibility="EVERYBODY")
    await make_view(desk.admin, label="staff", visibility="STAFF")
    made = await make_view(desk.admin, label="agents", visibility="CHOSEN", roleIds=[roles["agent"]])
    await make_view(desk.admin, label="night", visibility="CHOSEN", groupIds=[night])
    assert made["roles"] == [{"key": "agent"}]

    async def shown(person: Any) -> list[str]:
        return [each for each in await view_ids(person) if each in ("all", "staff", "agents", "night")]

    assert await shown(desk.agent) == ["all", "staff", "agents"]
    assert await shown(desk.leader) == ["all", "staff", "night"]
    assert await shown(desk.founder) == ["all", "staff", "agents", "night"]  # who manages views sees all
    assert await shown(desk.customer) == ["all"]

    change = {"id": made["id"], "groupIds": [night], "visibility": "CHOSEN"}
    told = (await desk.admin.ask(UPDATE, input=change)).payload("viewUpdate")["view"]
    assert (told["roles"], told["groups"], told["version"]) == ([], [{"name": "Night"}], 2)
    assert await shown(desk.agent) == ["all", "staff"]


@pytest.mark.requirement("I7")
async def test_only_who_may_makes_views_for_others(desk: Desk) -> None:
    theirs = await make_view(desk.admin, label="staff", visibility="STAFF")
    before = await digest(desk.tenant_id)
    for document, name, given in (
        (CREATE, "viewCreate", {"label": "x", "condition": EVERYTHING, "visibility": "STAFF"}),
        (UPDATE, "viewUpdate", {"id": theirs["id"], "label": "x"}),
        (DELETE, "viewDelete", {"id": theirs["id"]}),
        (REORDER, "viewReorder", {"ids": [theirs["id"]]}),
    ):
        assert (await desk.agent.ask(document, input=given)).refusals(name) == [("FORBIDDEN", None)]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_views_of_every_desk_stay_as_they_are(desk: Desk) -> None:
    ids = await view_ids(desk.admin)
    for document, name in ((UPDATE, "viewUpdate"), (DELETE, "viewDelete")):
        answer = await desk.admin.ask(document, input={"id": ids["to_do"]})
        assert answer.refusals(name) == [("FORBIDDEN", ["id"])]
    (await desk.admin.ask(DELETE, input={"id": ids["urgent"]})).payload(
        "viewDelete"
    )  # a preset's is the desk's own
    assert "urgent" not in await view_ids(desk.admin)


@pytest.mark.requirement("I7")
async def test_a_preset_shares_views_of_its_own(desk: Desk) -> None:
    urgent = (await options(desk, "PRIORITY"))["urgent"]
    await open_ticket(desk.founder, title="fire", priorityId=urgent)
    await open_ticket(desk.founder, title="dust")

    assert await titles(desk.founder, (await view_ids(desk.founder))["urgent"]) == ["fire"]


@pytest.mark.requirement("I2")
@pytest.mark.requirement("I4")
@pytest.mark.requirement("I5")
async def test_a_column_that_is_hidden_goes_on_filtering(desk: Desk) -> None:
    await open_ticket(desk.founder, title="Printer")
    await open_ticket(desk.founder, title="Screen")
    condition = {"and": [{"field": "title", "op": "CONTAINS", "value": "print"}, is_("creator", "me")]}
    made = await make_view(desk.founder, condition)
    usual = ["watchedByMeAs", "number", "title", "requester", "priority", "status", "assignee", "updatedAt"]
    assert (made["columns"], made["conditionFields"], made["condition"]) == (
        usual,
        ["title", "creator"],
        condition,
    )

    change = {"id": made["id"], "columns": ["number", "status"]}
    told = (await desk.founder.ask(UPDATE, input=change)).payload("viewUpdate")["view"]

    assert (told["columns"], told["conditionFields"]) == (["number", "status"], ["title", "creator"])
    assert await titles(desk.founder, made["id"]) == ["Printer"]


@pytest.mark.parametrize(
    ("values", "refusals"),
    [
        ({"label": " "}, [("REQUIRED", ["label"])]),
        ({"label": "x" * 81}, [("TOO_LONG", ["label"])]),
        ({"labels": [{"locale": "?", "label": "x"}]}, [("INVALID", ["labels", "0", "locale"])]),
        (
            {"columns": ["title", "nope", "title"]},
            [("NOT_FOUND", ["columns", "1"]), ("INVALID", ["columns", "2"])],
        ),
        ({"columns": ["custom.nope"]}, [("NOT_FOUND", ["columns", "0"])]),
        ({"columns": ["title"] * 31}, [("LIMIT_EXCEEDED", ["columns"])]),
        ({"orderBy": []}, [("INVALID", ["orderBy"])]),
        (
            {
                "orderBy": [
                    {"field": "NUMBER", "direction": "ASC"},
                    {"field": "PRIORITY", "direction": "DESC"},
                ]
            },
            [("INVALID", ["orderBy"])],
        ),
        ({"visibility": "CHOSEN"}, [("REQUIRED", ["roleIds"])]),
        ({"visibility": "STAFF", "roleIds": ["rol_" + "0" * 32]}, [("INVALID", ["roleIds"])]),
        ({"visibility": "CHOSEN", "roleIds": ["rol_" + "0" * 32]}, [("NOT_FOUND", ["roleIds", "0"])]),
        ({"visibility": "CHOSEN", "groupIds": ["x"]}, [("NOT_FOUND", ["groupIds", "0"])]),
    ],
)
async def test_what_cannot_be_is_refused(desk: Desk, values: dict[str, Any], refusals: list[Any]) -> None:
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(CREATE, input={"label": "x", "condition": EVERYTHING, **values})

    assert answer.refusals("viewCreate") == refusals
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_a_view_changes_and_versions_guard_it(desk: Desk) -> None:
    made = await make_view(desk.agent, label="Mine", labels=[{"locale": "zh-Hans", "label": "我的"}])
    order = [{"field": "PRIORITY", "direction": "ASC"}, {"field": "NUMBER", "direction": "ASC"}]
    change = {"id": made["id"], "expectedVersion": 1, "label": "Ours", "orderBy": order}

    told = (await desk.agent.ask(UPDATE, input=change)).payload("viewUpdate")["view"]
    late = await desk.agent.ask(UPDATE, input=change)
    same = await desk.agent.ask(UPDATE, input={"id": made["id"], "label": "Ours", "condition": EVERYTHING})

    assert (told["label"], told["zh"], told["orderBy"], told["version"]) == ("Ours", "我的", order, 2)
    assert late.refusals("viewUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert same.payload("viewUpdate")["view"]["version"] == 2
    shared = await desk.admin.ask(
        UPDATE, input={"id": (await view_ids(desk.admin))["urgent"], "visibility": "PRIVATE"}
    )
    assert shared.refusals("viewUpdate") == [("INVALID", ["visibility"])]


async def test_views_are_put_into_another_order(desk: Desk) -> None:
    ids = await view_ids(desk.admin)
    first = [ids["deleted"], ids["urgent"]]
    (await desk.admin.ask(REORDER, input={"ids": first})).payload("viewReorder")
    own = [(await make_view(desk.agent, label=label))["id"] for label in ("a", "b")]
    (await desk.agent.ask(REORDER, input={"ids": [own[1]]})).payload("viewReorder")

    nodes = (await desk.agent.ask(LIST)).data["views"]["nodes"]
    order = [each["key"] or each["label"] for each in nodes]
    assert order[:3] == ["deleted", "urgent", "to_do"]
    assert order[-2:] == ["b", "a"]
    mixed = await desk.admin.ask(REORDER, input={"ids": [ids["to_do"], (await make_view(desk.admin))["id"]]})
    assert mixed.refusals("viewReorder") == [("INVALID", ["ids"])]
    foreign = await desk.leader.ask(REORDER, input={"ids": own})
    assert foreign.refusals("viewReorder") == [("NOT_FOUND", ["ids", "0"]), ("NOT_FOUND", ["ids", "1"])]


async def test_a_field_that_a_view_of_the_desk_uses_stays(desk: Desk) -> None:
    field = await define(desk, "TEXT", "order_no")
    archive = """mutation($input: CustomFieldArchiveInput!) { customFieldArchive(input: $input) {
      userErrors { code path message } } }"""
    condition = {"field": "custom.order_no", "op": "IS_SET"}
    await make_view(desk.agent, condition)  # a favourite search holds nobody up
    view = await make_view(desk.admin, {"not": {"and": [condition]}}, label="No order", visibility="STAFF")

    refused = await desk.admin.ask(archive, input={"id": field["id"]})
    assert refused.refusals("customFieldArchive") == [("CONFLICT", ["id"])]
    assert "No order" in refused.data["customFieldArchive"]["userErrors"][0]["message"]

    change = {"id": view["id"], "condition": EVERYTHING, "columns": ["custom.order_no"]}
    (await desk.admin.ask(UPDATE, input=change)).payload("viewUpdate")
    assert (await desk.admin.ask(archive, input={"id": field["id"]})).refusals("customFieldArchive") != []
    (await desk.admin.ask(DELETE, input={"id": view["id"]})).payload("viewDelete")
    assert (await desk.admin.ask(archive, input={"id": field["id"]})).refusals("customFieldArchive") == []


@pytest.mark.usefixtures("way")
async def test_who_is_not_staff_reads_no_condition_and_is_counted_for_all_the_same(desk: Desk) -> None:
    """Whether the read is compiled or not."""
    group = await make_group(desk, "Hidden", desk.agent)
    inside = {"and": [is_("statusCategory", "OPEN"), {"not": is_("group", group)}]}
    secret = await make_view(desk.admin, inside, label="Theirs", visibility="EVERYBODY")
    plain = await make_view(desk.admin, is_("requester", "me"), label="Own", visibility="EVERYBODY")
    await open_ticket(desk.customer)
    counted = "query($id: ID!) { view(id: $id) { count { value } tickets(first: 5) { nodes { id } } } }"
    read = "{ views(first: 100) { nodes { id condition } } }"
    one = "query($id: ID!) { view(id: $id) { condition conditionFields } node(id: $id) { ... on View { condition } } }"

    async def shown(person: Person) -> list[Any]:
        nodes = (await person.ask(read)).data["views"]["nodes"]
        by_id = {each["id"]: each["condition"] for each in nodes}
        return [by_id[each["id"]] for each in (secret, plain)]

    helper = await desk.add("helper", UserKind.EXTERNAL)
    for person in (desk.customer, helper):
        assert await shown(person) == [None, None]
        data = (await person.ask(one, id=secret["id"])).data
        assert data["view"] == {"condition": None, "conditionFields": ["statusCategory", "group"]}
        assert data["node"] == {"condition": None}
    found = (await desk.customer.ask(counted, id=plain["id"])).data["view"]
    assert (found["count"]["value"], len(found["tickets"]["nodes"])) == (1, 1)
    assert (await desk.customer.ask(counted, id=secret["id"])).data["view"]["count"] == {"value": 1}
    for person in (desk.agent, desk.admin):
        assert await shown(person) == [inside, is_("requester", "me")]

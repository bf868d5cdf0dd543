"""Forms are made, changed, archived and deleted; who sees which of their fields."""

from typing import Any

import pytest

from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.fields.shaping import define
from tests.forms.making import CREATE, DELETE, LIST, SWITCH, UPDATE, make_form, opened, when
from tests.tickets.making import options

ROLES = "{ roles(first: 20) { nodes { id key } } }"


async def _shown(person: Any) -> dict[str, list[str]]:
    nodes = (await person.ask(LIST)).data["forms"]["nodes"]
    return {each["label"]: [field["name"] for field in each["fields"]] for each in nodes}


async def _role(desk: Desk, key: str) -> str:
    nodes = (await desk.founder.ask(ROLES)).data["roles"]["nodes"]
    return str(next(each["id"] for each in nodes if each["key"] == key))


@pytest.mark.requirement("K3")
@pytest.mark.requirement("K4")
async def test_each_is_shown_the_fields_that_are_asked_of_them(desk: Desk, way: str) -> None:
    await define(desk, "TEXT", "order_no")
    leader = await _role(desk, "leader")
    await make_form(
        desk,
        {"name": "title", "requiredFor": "EVERYBODY"},
        {"name": "custom.order_no", "requiredFor": "CUSTOMERS"},
        {"name": "group", "visibleTo": "STAFF"},
        {"name": "dueAt", "visibleTo": "STAFF", "roleIds": [leader]},
        {"name": "tags", "visibleTo": "NOBODY"},
    )
    await make_form(desk, {"name": "title"}, audience="STAFF", label="Process")

    every = ["title", "custom.order_no", "group", "dueAt", "tags"]
    assert (await _shown(desk.customer))["Fault report"] == every[:2]
    assert "Process" not in await _shown(desk.customer)
    assert (await _shown(desk.agent))["Fault report"] == every[:3]
    assert (await _shown(desk.leader))["Fault report"] == every[:4]
    assert (await _shown(desk.admin))["Fault report"] == every


async def test_a_form_keeps_what_it_is_given(desk: Desk) -> None:
    await define(desk, "SELECT", "product")
    given = {
        "name": "custom.product", "requiredFor": "STAFF", "requiredOn": ["SOLVE"], "default": ["a"],
        "showWhen": {"not": when("title", "x")}, "requireWhen": when("custom.product", ["b"], "HAS_ANY"),
    }  # fmt: skip

    made = await make_form(desk, given, labels=[{"locale": "zh-Hans", "label": "故障"}])

    assert (made["label"], made["zh"], made["isActive"], made["version"]) == ("Fault report", "故障", True, 1)
    assert made["fields"] == [{**given, "isRequired": True, "visibleTo": "EVERYBODY", "roleIds": []}]


@pytest.mark.parametrize(
    ("fields", "refusals"),
    [
        ([{"name": "nope"}], [("NOT_FOUND", ["fields", "0", "name"])]),
        ([{"name": "custom.nope"}], [("NOT_FOUND", ["fields", "0", "name"])]),
        ([{"name": "title"}, {"name": "title"}], [("INVALID", ["fields", "1", "name"])]),
        ([{"name": "title", "default": 7}], [("INVALID", ["fields", "0", "default"])]),
        ([{"name": "priority", "default": "urgent"}], [("NOT_FOUND", ["fields", "0", "default"])]),
        ([{"name": "tags", "default": "tag_x"}], [("INVALID", ["fields", "0", "default"])]),
        ([{"name": "dueAt", "default": "tomorrow"}], [("INVALID", ["fields", "0", "default"])]),
        ([{"name": "uploads", "default": []}], [("INVALID", ["fields", "0", "default"])]),
        ([{"name": "custom.many", "default": ["z"]}], [("NOT_FOUND", ["fields", "0", "default"])]),
        ([{"name": "custom.many", "default": "a"}], [("INVALID", ["fields", "0", "default"])]),
        (
            [{"name": "title", "showWhen": when("nope", 1)}],
            [("NOT_FOUND", ["fields", "0", "showWhen", "field"])],
        ),
        (
            [{"name": "title", "requireWhen": {"or": [when("text", "x", "MATCHES")]}}],
            [("INVALID", ["fields", "0", "requireWhen", "or", "0", "field"])],
        ),
        (
            [{"name": "title", "showWhen": when("dueAt", {"from": "now"}, "LESS_THAN")}],
            [("INVALID", ["fields", "0", "showWhen", "field"])],
        ),
        ([{"name": "title", "roleIds": ["rol_x"]}], [("INVALID", ["fields", "0", "roleIds"])]),
        (
            [{"name": "title", "visibleTo": "STAFF", "roleIds": ["rol_x"]}],
            [("NOT_FOUND", ["fields", "0", "roleIds", "0"])],
        ),
        ([{"name": "title"}] * 101, [("LIMIT_EXCEEDED", ["fields"])]),
    ],
)
async def test_what_cannot_be_asked_is_refused(desk: Desk, fields: list[Any], refusals: list[Any]) -> None:
    await define(desk, "MULTISELECT", "many")
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(CREATE, input={"label": "x", "audience": "STAFF", "fields": fields})

    assert answer.refusals("formCreate") == refusals
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_a_form_changes_and_versions_guard_it(desk: Desk) -> None:
    made = await make_form(desk, {"name": "title"})
    change = {"id": made["id"], "expectedVersion": 1, "label": "Other", "fields": [{"name": "body"}]}

    told = (await desk.admin.ask(UPDATE, input=change)).payload("formUpdate")["form"]
    late = await desk.admin.ask(UPDATE, input=change)
    same = await desk.admin.ask(UPDATE, input={"id": made["id"], "fields": [{"name": "body"}]})

    assert (told["label"], [each["name"] for each in told["fields"]], told["version"]) == (
        "Other",
        ["body"],
        2,
    )
    assert late.refusals("formUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert same.payload("formUpdate")["form"]["version"] == 2


@pytest.mark.requirement("K5")
async def test_a_form_with_tickets_is_archived_and_not_deleted(desk: Desk) -> None:
    used, unused = await make_form(desk, {"name": "title"}), await make_form(desk, {"name": "title"})
    await opened(desk.customer, used)

    refused = await desk.admin.ask(DELETE, input={"id": used["id"]})
    assert refused.refusals("formDelete") == [("CONFLICT", ["id"])]
    (await desk.admin.ask(DELETE, input={"id": unused["id"]})).payload("formDelete")
    for verb, active, version in (("Archive", False, 2), ("Archive", False, 2), ("Restore", True, 3)):
        answer = await desk.admin.ask(SWITCH % (verb, verb), input={"id": used["id"]})
        assert answer.payload(f"form{verb}")["form"] == {"isActive": active, "version": version}


async def test_a_field_that_a_form_uses_stays_and_the_form_is_named(desk: Desk) -> None:
    asked, tested = await define(desk, "TEXT", "asked"), await define(desk, "TEXT", "tested")
    archive = """mutation($input: CustomFieldArchiveInput!) { customFieldArchive(input: $input) {
      userErrors { code path message } } }"""
    form = await make_form(
        desk, {"name": "custom.asked"}, {"name": "dueAt", "showWhen": when("custom.tested", "x")}
    )

    for field in (asked, tested):
        refused = await desk.admin.ask(archive, input={"id": field["id"]})
        assert refused.refusals("customFieldArchive") == [("CONFLICT", ["id"])]
        assert "Fault report" in refused.data["customFieldArchive"]["userErrors"][0]["message"]

    (await desk.admin.ask(DELETE, input={"id": form["id"]})).payload("formDelete")
    assert (await desk.admin.ask(archive, input={"id": asked["id"]})).refusals("customFieldArchive") == []


async def test_the_preset_brings_a_form_for_customers(desk: Desk) -> None:
    assert (await _shown(desk.customer)) == {"Ask for help": ["title", "body", "priority", "uploads"]}


async def test_another_desks_roles_and_options_are_not_there(desk: Desk, other: Desk) -> None:
    role = await _role(other, "agent")
    made = await make_form(desk, {"name": "title"})
    fields = [
        {"name": "title", "visibleTo": "STAFF", "roleIds": [role]},
        {"name": "priority", "default": (await options(other, "PRIORITY"))["urgent"]},
    ]
    told = [("NOT_FOUND", ["fields", "0", "roleIds", "0"]), ("NOT_FOUND", ["fields", "1", "default"])]
    before = await digest(desk.tenant_id)

    created = await desk.admin.ask(CREATE, input={"label": "x", "audience": "STAFF", "fields": fields})
    changed_ = await desk.admin.ask(UPDATE, input={"id": made["id"], "fields": fields})

    assert (created.refusals("formCreate"), changed_.refusals("formUpdate")) == (told, told)
    assert changed(before, await digest(desk.tenant_id)) == []


@pytest.mark.parametrize(
    ("audience", "fields", "path"),
    [
        ("EVERYBODY", [{"name": "title", "visibleTo": "STAFF"}], ["fields", "0", "visibleTo"]),
        ("STAFF", [{"name": "body"}, {"name": "title", "visibleTo": "NOBODY"}], ["fields", "1", "visibleTo"]),
        ("CUSTOMERS", [{"name": "body", "visibleTo": "STAFF"}], ["fields", "0", "visibleTo"]),
        (
            "EVERYBODY",
            [{"name": "title", "showWhen": when("statusCategory", "OPEN")}],
            ["fields", "0", "showWhen"],
        ),
    ],
)
async def test_a_form_that_somebody_who_is_asked_could_not_fill_is_refused(
    desk: Desk, audience: str, fields: list[dict[str, Any]], path: list[str]
) -> None:
    given = {"label": "Fault report", "audience": audience, "fields": fields}

    refused = await desk.admin.ask(CREATE, input=given)
    with_default = await desk.admin.ask(
        CREATE, input={**given, "fields": [{**each, "default": "It is broken"} for each in fields]}
    )

    assert refused.refusals("formCreate") == [("INVALID", path)]
    assert with_default.refusals("formCreate") == []


async def test_a_form_is_not_changed_into_one_that_could_not_be_filled(desk: Desk) -> None:
    form = await make_form(desk, {"name": "title", "visibleTo": "STAFF"}, audience="STAFF")

    refused = await desk.admin.ask(UPDATE, input={"id": form["id"], "audience": "EVERYBODY"})

    assert refused.refusals("formUpdate") == [("INVALID", ["fields", "0", "visibleTo"])]


async def test_files_may_stand_in_for_a_text_that_is_not_asked_for(desk: Desk) -> None:
    form = await make_form(desk, {"name": "body", "visibleTo": "NOBODY"}, {"name": "uploads"})

    assert [each["name"] for each in form["fields"]] == ["body", "uploads"]

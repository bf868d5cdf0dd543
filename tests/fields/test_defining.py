"""Defining custom fields, through the API."""

import asyncio
from typing import Any

import pytest

from core.kit.database import Reach, execute, system_fetch
from core.testing import Desk
from tests.fields.shaping import CASCADE, CHOICES, CREATE, KINDS, define

UPDATE = """mutation($input: CustomFieldUpdateInput!) {
  customFieldUpdate(input: $input) {
    customField { label isRequired position version zh: label(locale: "zh-Hans") } userErrors { code path }
  }
}"""
LIST = "query($filter: CustomFieldFilter) { customFields(filter: $filter) { nodes { key isActive } } }"
NEW = {"object": "TICKET", "key": "order_no", "label": "Order", "kind": "TEXT"}


async def _keys(desk: Desk, **filter: Any) -> list[str]:
    found = (await desk.customer.ask(LIST, filter=filter)).data["customFields"]["nodes"]
    return [node["key"] for node in found]


async def test_every_kind_can_be_defined_for_every_object(desk: Desk) -> None:
    for object in ("TICKET", "USER", "ORGANIZATION"):
        for kind in KINDS:
            field = await define(desk, kind, object=object)
            assert (field["kind"], field["isActive"], field["version"]) == (kind, True, 1)

    assert await _keys(desk, object={"eq": "USER"}) == [kind.lower() for kind in KINDS]


async def test_a_cascade_comes_with_its_tree(desk: Desk) -> None:
    field = await define(desk, "CASCADE", "problem")

    tree = {node["key"]: (node["parent"] or {}).get("key") for node in field["options"]["nodes"]}
    assert tree == {
        "hardware": None,
        "printer": "hardware",
        "jam": "printer",
        "screen": "hardware",
        "software": None,
    }


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"key": "Order"}, [("INVALID", ["key"])]),
        ({"key": "1st"}, [("INVALID", ["key"])]),
        ({"key": "order-no"}, [("INVALID", ["key"])]),
        ({"key": "订单"}, [("INVALID", ["key"])]),
        ({"key": "x" * 41}, [("INVALID", ["key"])]),
        ({"key": "x\n"}, [("INVALID", ["key"])]),
        ({"label": " "}, [("REQUIRED", ["label"])]),
        ({"label": "长" * 81}, [("TOO_LONG", ["label"])]),
        ({"labels": [{"locale": "klingon!", "label": "x"}]}, [("INVALID", ["labels", "0", "locale"])]),
        ({"position": -1}, [("INVALID", ["position"])]),
        ({"options": CHOICES}, [("INVALID", ["options"])]),
        (
            {"kind": "SELECT", "options": CASCADE},
            [("INVALID", ["options", "0", "children", str(n)]) for n in (0, 1)]
            + [("INVALID", ["options", "0", "children", "0", "children", "0"])],
        ),
        (
            {"kind": "SELECT", "options": [*CHOICES, {"key": "a", "label": "x"}]},
            [("TAKEN", ["options", "3", "key"])],
        ),
        ({"kind": "SELECT", "options": [{"key": "A", "label": ""}]}, [("INVALID", ["options", "0", "key"])]),
        (
            {"kind": "SELECT", "options": [{"key": "a", "label": "x", "color": "red"}]},
            [("INVALID", ["options", "0", "color"])],
        ),
        (
            {
                "kind": "SELECT",
                "options": [{"key": "a", "label": "x", "labels": [{"locale": "en", "label": ""}]}],
            },
            [("REQUIRED", ["options", "0", "labels", "0", "label"])],
        ),
        (
            {"kind": "SELECT", "options": [{"key": f"o{n}", "label": "x"} for n in range(501)]},
            [("LIMIT_EXCEEDED", ["options"])],
        ),
    ],
)
async def test_a_wrong_definition_is_refused(
    desk: Desk, changes: dict[str, Any], refusals: list[Any]
) -> None:
    answer = await desk.admin.ask(CREATE, input={**NEW, **changes})

    found = answer.refusals("customFieldCreate")
    assert sorted(found) == sorted(refusals)
    assert await _keys(desk) == []


async def test_five_levels_are_the_most(desk: Desk) -> None:
    tree: list[dict[str, Any]] = []
    for level in range(6, 0, -1):
        tree = [{"key": f"l{level}", "label": "x", "children": tree}]

    refused = await desk.admin.ask(CREATE, input={**NEW, "kind": "CASCADE", "options": tree})
    fine = await desk.admin.ask(CREATE, input={**NEW, "kind": "CASCADE", "options": tree[0]["children"]})

    path = ["options", "0", *["children", "0"] * 5]
    assert refused.refusals("customFieldCreate") == [("INVALID", path)]
    assert len(fine.payload("customFieldCreate")["customField"]["options"]["nodes"]) == 5


async def test_a_key_is_taken_once_even_in_a_race_and_when_archived(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.admin.ask(CREATE, input=NEW) for _ in range(5)))

    refusals = [answer.refusals("customFieldCreate") for answer in answers]
    assert sorted(refusals) == [[], *[[("TAKEN", ["key"])]] * 4]
    assert await _keys(desk) == ["order_no"]
    await define(desk, "TEXT", "order_no", object="USER")


async def test_two_hundred_fields_of_an_object_are_the_most(desk: Desk) -> None:
    await define(desk, "TEXT", "first")
    await execute(
        "insert into field_definitions (id, tenant_id, created_at, updated_at, version, object, key, label, labels,"
        " kind, is_required, customer_access, is_active, position)"
        " select gen_random_uuid(), tenant_id, created_at, updated_at, 1, object, 'k' || n, label, labels, kind, false,"
        " customer_access, true, n"
        " from field_definitions, generate_series(1, 199) n where tenant_id = :t",
        {"t": desk.tenant_id}, reach=Reach.SYSTEM,
    )  # fmt: skip

    answer = await desk.admin.ask(CREATE, input=NEW)

    assert answer.refusals("customFieldCreate") == [("LIMIT_EXCEEDED", ["object"])]
    await define(desk, "TEXT", "other", object="USER")


async def test_wording_place_and_duty_change_and_versions_guard_them(desk: Desk) -> None:
    field = await define(desk, "TEXT", "order_no", labels=[{"locale": "zh-Hans", "label": "订单号"}])

    change = {
        "id": field["id"],
        "expectedVersion": 1,
        "label": "Order  number",
        "isRequired": True,
        "position": 7,
    }
    first = (await desk.admin.ask(UPDATE, input=change)).payload("customFieldUpdate")["customField"]
    stale = await desk.admin.ask(UPDATE, input={**change, "label": "late"})
    same = await desk.admin.ask(
        UPDATE, input={"id": field["id"], "labels": [{"locale": "zh-Hans", "label": "订单号"}]}
    )
    emptied = await desk.admin.ask(UPDATE, input={"id": field["id"], "label": ""})

    assert first == {"label": "Order number", "isRequired": True, "position": 7, "version": 2, "zh": "订单号"}
    assert stale.refusals("customFieldUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert same.payload("customFieldUpdate")["customField"]["version"] == 2
    assert emptied.refusals("customFieldUpdate") == [("REQUIRED", ["label"])]


async def test_a_field_is_archived_and_restored(desk: Desk) -> None:
    field = await define(desk, "TEXT", "order_no", isRequired=True)
    switch = """mutation($input: CustomField%sInput!) {
      customField%s(input: $input) { customField { isActive version } userErrors { code } } }"""

    for verb, active, version in (("Archive", False, 2), ("Archive", False, 2), ("Restore", True, 3)):
        answer = await desk.admin.ask(switch % (verb, verb), input={"id": field["id"]})
        assert answer.payload(f"customField{verb}")["customField"] == {"isActive": active, "version": version}


async def test_what_happened_is_recorded(desk: Desk) -> None:
    field = await define(desk, "SELECT", "product")
    await desk.admin.ask(UPDATE, input={"id": field["id"], "label": "Produkt"})

    rows = await _events(desk)

    assert rows == ["field.created", "field.updated"]


async def _events(desk: Desk) -> list[str]:
    rows = await system_fetch(
        "select type from events where tenant_id = :t and subject_type = 'field' order by id",
        {"t": desk.tenant_id},
    )
    return [row["type"] for row in rows]
